"""The page of all values of a facet."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from search import Article, Provider, Settings
from tests.files import indexed
from tests.web.pages import Page, link_urls
from web import create_app

PATH = "/facets/provider"


@pytest.fixture(scope="module")
def many() -> Iterator[FlaskClient]:
    """An archive of 1,203 providers; all articles of the last three are about robots."""
    articles = [
        Article(f"_news/{n}", "robot" if n >= 1200 else "car", topics=("AI",), provider=Provider(f"Café № {n}"))
        for n in range(1203)
    ]
    with indexed(articles) as index_dir:
        yield create_app(Settings(index_dir=index_dir)).test_client()


def shown(client: FlaskClient, path: str) -> Page:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    return Page(response.text)


def values(page: Page) -> list[str]:
    return [attrs["value"] for attrs, _ in page.all("input", type="checkbox") if attrs["name"] != "order"]


def test_results_link_to_the_page_of_a_facet_with_many_values(many: FlaskClient) -> None:
    assert link_urls(shown(many, "/?q=car&topic=AI"), "Show all 1,200 providers") == [f"{PATH}?q=car&topic=AI"]


def test_value_is_found_among_all_of_them(many: FlaskClient) -> None:
    page = shown(many, f"{PATH}?q=car&filter=CAFE+№+119")
    assert sorted(values(page)) == sorted(f"Café № {n}" for n in (119, *range(1190, 1200)))
    assert page.all("p", role="status")[0][1] == "11 providers contain “CAFE № 119”"


def test_a_thousand_values_are_listed(many: FlaskClient) -> None:
    page = shown(many, f"{PATH}?q=car")
    assert len(values(page)) == 1000
    assert page.all("p", role="status")[0][1] == "1,200 providers. The 1,000 with the most articles are shown"


def test_values_can_be_in_alphabetical_order(many: FlaskClient) -> None:
    page = shown(many, f"{PATH}?q=car&provider=Café+№+9&filter=№+119&order=name")
    assert values(page) == ["Café № 9", "Café № 119", *(f"Café № {n}" for n in range(1190, 1200))]
    (order,) = (attrs for attrs, _ in page.all("input", name="order"))
    assert "checked" in order


def test_selected_value_is_first_even_without_articles_or_a_match(many: FlaskClient) -> None:
    page = shown(many, f"{PATH}?q=robot&provider=Café+№+7&filter=1201")
    assert values(page) == ["Café № 7", "Café № 1201"]
    assert [attrs["value"] for attrs, _ in page.all("input", type="checkbox") if "checked" in attrs] == ["Café № 7"]


def test_forms_keep_the_search(many: FlaskClient) -> None:
    page = shown(many, f"{PATH}?q=robot&topic=AI&provider=Café+№+7&not_provider=X&sort=newest&page=2")
    kept = [(attrs["name"], attrs["value"], attrs.get("form")) for attrs, _ in page.all("input", type="hidden")]
    assert [(name, value) for name, value, form in kept if form is None] == [
        ("q", "robot"), ("topic", "AI"), ("provider", "Café № 7"), ("not_provider", "X"), ("sort", "newest"),
    ]  # fmt: skip
    assert [(name, value) for name, value, form in kept if form == "search"] == [
        ("topic", "AI"), ("not_provider", "X"), ("sort", "newest"), ("page", ""),
    ]  # fmt: skip
    assert page.all("input", id="q")[0][0]["value"] == "robot"
    assert link_urls(page, "← Back to the results for “robot”")[0].startswith("/?q=robot&topic=AI&provider=Caf%C3%A9")


def test_applied_values_lead_to_the_usual_address(many: FlaskClient) -> None:
    page = shown(many, f"{PATH}?q=robot")
    hidden = [(attrs["name"], attrs["value"]) for attrs, _ in page.all("input", type="hidden", form="search")]
    sent = urlencode([("q", "robot"), *hidden, ("provider", "Café № 7")])
    assert many.get(f"/?{sent}").headers["Location"] == "/?q=robot&provider=Caf%C3%A9%20%E2%84%96%207"


@pytest.mark.parametrize(
    ("path", "status"), [("/facets/nowhere", 404), ("/facets/", 404), (f"{PATH}?page=0", 422), (f"{PATH}?filter=", 200)]
)
def test_status(many: FlaskClient, path: str, status: int) -> None:
    assert many.get(path).status_code == status


def test_page_is_not_indexed_and_its_etag_depends_on_the_text(many: FlaskClient) -> None:
    assert shown(many, PATH).all("meta", name="robots")
    etags = {many.get(f"{PATH}?filter={text}").headers["ETag"] for text in ("", "a", "b")}
    assert len(etags) == 3
    again = many.get(f"{PATH}?filter=a", headers={"If-None-Match": many.get(f"{PATH}?filter=a").headers["ETag"]})
    assert again.status_code == 304


def test_text_is_escaped(many: FlaskClient) -> None:
    html = many.get(f"{PATH}?filter=%3Cscript%3E").text
    assert "<script>" not in html
