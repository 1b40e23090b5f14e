"""Links to other pages."""

from flask.testing import FlaskClient

from tests.web.pages import page


def test_pages_are_linked(client: FlaskClient) -> None:
    shown = page(client, "q=robot&per_page=5&page=2")
    assert shown.all("nav", **{"aria-label": "Pagination"})
    assert [text for _, text in shown.all("a", **{"aria-current": "page"})] in (["2"], ["Page 2"])
