"""Explanations: a page for browsers without JavaScript, and the part of the search page."""

import pytest
from flask.testing import FlaskClient

from tests.fake_engine import FakeEngine
from tests.web.pages import Page, link_urls, page

REASONS = [
    "ferries as “ferry”, in title; as typed, in excerpt 50%",
    "AI for “artificial intelligence”, in topics 30%",
    "harb as the beginning of a word, in title 20%",
    "the words stand close together ×1.12",
    "published 6 months ago ×1.08",
]


def reasons(html: str) -> list[str]:
    return [text for _, text in Page(html).all("li")]


def test_explanation_page_shows_the_article_its_reasons_and_the_way_back(made: FlaskClient) -> None:
    html = made.get("/explanations/_news/0?q=fery&topic=Energy&page=2&utm_source=x").text
    shown = Page(html)
    assert reasons(html) == REASONS
    assert link_urls(shown, "Electric ferry takes its first passengers across the harbour")
    assert link_urls(shown, "← Back to the results for “fery”") == ["/?q=fery&topic=Energy&page=2"]
    assert shown.all("meta", name="robots")
    assert [len(shown.all(tag)) for tag in ("main", "h1")] == [1, 1]


def test_fragment_is_the_list_of_the_explanation_page(made: FlaskClient) -> None:
    whole, fragment = (made.get(f"/{path}/_news/0?q=fery") for path in ("explanations", "explanation-fragments"))
    assert fragment.text in whole.text
    assert fragment.text.startswith("<ul")
    assert fragment.headers["ETag"] != whole.headers["ETag"]
    for response in (whole, fragment):
        assert response.mimetype == "text/html"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        again = made.get(response.request.full_path, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_explanation_is_searched_for_as_the_page_was(made: FlaskClient, engine: FakeEngine) -> None:
    made.get("/?q=fery&topic=Energy&page=2&per_page=5&match=all")
    made.get("/explanation-fragments/_news/0?q=fery&topic=Energy&page=2&per_page=5&match=all")
    shown, explained = engine.asked
    assert explained.explain
    same = {"explain": True, "fields": explained.fields, "facets": explained.facets, "timeline": "none"}
    assert shown.model_copy(update=same) == explained


@pytest.mark.parametrize(
    "path",
    [
        "/explanations/_news/1?q=fery",
        "/explanations/?q=fery",
        "/explanations/_news/0?q=zeppelin",
        "/explanations/_news/1?q=ferries+yesterday",  # has no explanation
        "/explanation-fragments/../../etc?q=fery",
    ],
)
def test_article_that_is_not_in_the_results_is_404(made: FlaskClient, path: str) -> None:
    assert made.get(path).status_code == 404


def test_unranked_article_has_no_explanation(client: FlaskClient) -> None:
    (first, *_) = page(client, "q=robot").all("p", class_="explanation")
    assert first[1] == "Why this result"
    link = link_urls(page(client, "q=robot"), "Why this result")[0]
    assert client.get(link).status_code == 200
    assert client.get(f"{link}&sort=newest").status_code == 404


def test_every_linked_explanation_has_reasons(client: FlaskClient) -> None:
    links = link_urls(page(client, "q=robot+gardener&per_page=3&page=2"), "Why this result")
    assert len(links) == 3
    for link in links:
        assert reasons(client.get(link).text)
        assert reasons(client.get(link.replace("/explanations/", "/explanation-fragments/")).text)


def test_mistakes_in_an_explanations_parameters_are_422(made: FlaskClient) -> None:
    response = made.get("/explanations/_news/0?q=fery&page=0")
    assert (response.status_code, response.mimetype) == (422, "text/html")
    assert "Page number" in response.text
