"""Links to other pages."""

import pytest
from flask.testing import FlaskClient

from search import SearchRequest
from tests.web.pages import page
from web.links import page_urls
from web.page.pagination import pagination
from web.parameters import PAGE_DEFAULTS


def test_pages_are_linked(client: FlaskClient) -> None:
    shown = page(client, "q=robot&per_page=5&page=2")
    assert shown.all("nav", **{"aria-label": "Pagination"})
    assert [text for _, text in shown.all("a", **{"aria-current": "page"})] in (["2"], ["Page 2"])


@pytest.mark.parametrize(
    ("current", "total", "numbers"),
    [
        pytest.param(1, 200, "1 2 3 …10", id="first of many"),
        pytest.param(2, 200, "1 2 3 4 …10", id="second"),
        pytest.param(4, 200, "1 2 3 4 5 6 …10", id="next to the first"),
        pytest.param(5, 200, "1 …3 4 5 6 7 …10", id="middle"),
        pytest.param(10, 200, "1 …8 9 10", id="last"),
        pytest.param(4, 140, "1 2 3 4 5 6 7", id="all"),
        pytest.param(1, 20, "1", id="only page"),
        pytest.param(1, 21, "1 2", id="one result on the last page"),
        pytest.param(1, 0, "", id="no results"),
        pytest.param(12, 200, "1 …10", id="after the last"),
    ],
)
def test_first_last_and_neighbouring_pages_are_linked(current: int, total: int, numbers: str) -> None:
    pages = pagination(page_urls("", SearchRequest(q="a", page=current)), total).pages
    assert " ".join(f"{'…' if link.gap else ''}{link.number}" for link in pages) == numbers
    assert [link.number for link in pages if link.current] == [current] * (current <= total / 20)


@pytest.mark.parametrize(
    ("current", "total", "previous", "following"),
    [
        pytest.param(1, 60, None, "/?q=a&page=2", id="first"),
        pytest.param(2, 60, "/?q=a", "/?q=a&page=3", id="middle"),
        pytest.param(3, 60, "/?q=a&page=2", None, id="last"),
        pytest.param(4, 60, "/?q=a&page=3", None, id="one after the last"),
        pytest.param(9, 60, "/?q=a&page=3", None, id="far after the last"),
        pytest.param(2, 0, None, None, id="no results"),
        pytest.param(1, 20, None, None, id="only page"),
    ],
)
def test_previous_and_next_page(current: int, total: int, previous: str | None, following: str | None) -> None:
    links = pagination(page_urls("", PAGE_DEFAULTS.model_copy(update={"q": "a", "page": current})), total)
    assert (links.previous, links.next) == (previous, following)


def test_last_page_is_the_last_within_the_window() -> None:
    links = pagination(page_urls("", SearchRequest(per_page=100, page=100)), 1_000_000)
    assert (links.last, links.next) == (100, None)


def test_page_after_the_last_links_to_the_last(client: FlaskClient) -> None:
    shown = page(client, "q=robot&per_page=5&page=9")
    assert "This page has no results. Go to the last page: page 3." in [text for _, text in shown.all("p")]
