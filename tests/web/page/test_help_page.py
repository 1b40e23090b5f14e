"""The page that explains how to search."""

import pytest
from flask.testing import FlaskClient

from search import Article, Provider, Settings
from tests.files import indexed
from tests.web.pages import Page, link_urls
from web import create_app
from web.page.help_page import DEFAULT_WORDS, syntax


def test_every_page_links_to_the_help(client: FlaskClient) -> None:
    for path in ("/", "/?q=robot", "/nowhere", "/help", "/facets/topic"):
        assert "/help" in link_urls(Page(client.get(path).text), "Search help")


@pytest.mark.parametrize(
    "path",
    [
        "/", "/?q=robot", "/?page=x", "/help", "/trends", "/topics/AI%20in%20Robotics", "/providers/Robot%20Courier",
        "/days/2026-10-12", "/facets/topic", "/api/v1/docs", "/nowhere", "/articles/_news/nowhere",
        "/articles/_news/2026-10-12-the-robot-that-gives-up-its-seat",
    ],
)  # fmt: skip
def test_every_page_has_the_same_footer(client: FlaskClient, path: str) -> None:
    shown = Page(client.get(path, headers={"Accept": "text/html"}).text)
    assert "Topics Providers Trends Help API Feed" in shown.all("footer")[0][1]
    assert "/trends" in link_urls(shown, "Trends")
    assert "Topics Providers Trends" in shown.all("header")[0][1]


def test_help_works_without_an_index(bare: FlaskClient) -> None:
    assert bare.get("/help").status_code == 200


def examples(client: FlaskClient) -> list[str]:
    return [text for _, text in Page(client.get("/help").text).all("code") if text not in {"truck", "AI", "electr"}]


def test_examples_without_an_index_are_the_default(bare: FlaskClient) -> None:
    assert examples(bare) == [query for query, _ in syntax(DEFAULT_WORDS)]


def test_examples_are_words_of_the_archive(client: FlaskClient) -> None:
    """All but that with an excluded word must find something, whatever the archive."""
    shown = examples(client)
    assert len(shown) == len(set(shown)) == 9
    found = {query: client.get("/api/v1/search", query_string={"q": query}).json for query in shown}
    assert {query for query, results in found.items() if not (results or {})["total"]} <= {shown[3]}


def test_examples_are_no_function_words() -> None:
    titles = ["Robot that nobody wants", "Ship that wants that robot", "Robot ships steel that people want"]
    articles = [Article(str(n), title, topics=("AI",), provider=Provider("Quay")) for n, title in enumerate(titles)]
    with indexed(articles) as index_dir:
        shown = examples(create_app(Settings(index_dir=index_dir)).test_client())
    assert shown[2] == "robot OR steel"
    assert not any("that" in query or "nobody" in query for query in shown)


@pytest.mark.parametrize("number", range(9))
def test_every_example_is_a_link_to_its_search(client: FlaskClient, number: int) -> None:
    query = examples(client)[number]
    (link,) = link_urls(Page(client.get("/help").text), query)
    shown = Page(client.get(link).text)
    assert shown.all("input", id="q")[0][0]["value"] == query
    assert not shown.all("ul", class_="warnings")
