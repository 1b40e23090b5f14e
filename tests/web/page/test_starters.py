"""Searches to start with."""

import pytest
from flask.testing import FlaskClient

from search import Article, Provider, Settings
from tests.files import indexed
from tests.web.pages import Page, heading, page
from web import create_app


def lists(shown: Page, label: str) -> list[str]:
    return [text for attrs, text in shown.all("ul") if attrs.get("aria-label") == label]


def test_home_suggests_three_searches_that_find_something(client: FlaskClient) -> None:
    shown = page(client)
    (examples,) = lists(shown, "Example searches")
    links = [attrs["href"] for attrs, text in shown.all("a") if text and text in examples and "?q=" in attrs["href"]]
    assert len(links) == 3
    for link in links:
        assert not heading(page(client, link.removeprefix("/?"))).startswith("0 ")


def test_home_names_the_largest_topics(client: FlaskClient) -> None:
    (topics,) = lists(page(client), "Topics")
    assert topics.startswith("Topics AI AI in Robotics")


def test_other_pages_have_no_starters(client: FlaskClient) -> None:
    for query in ("q=robot", "topic=AI", "page=2", "sort=oldest", "page=0"):
        shown = Page(client.get(f"/?{query}").text)
        assert not lists(shown, "Example searches")


def test_archive_without_topics_and_providers_has_no_starters_from_them() -> None:
    with indexed([Article("a", "Ro bot")]) as index_dir:
        shown = page(create_app(Settings(index_dir=index_dir)).test_client())
    assert (lists(shown, "Example searches"), lists(shown, "Topics")) == ([], [])


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("A forecast that knows when Wind farms sleep", '"Wind farms"'),
        ("Cooling cooling Towers quietly", '"cooling Towers"'),
        ("Ferry That Nobody steers without People", None),
        ("Nobody wants Nothing", None),
    ],
)
def test_example_of_a_phrase_has_two_telling_words(title: str, phrase: str | None) -> None:
    with indexed([Article("a", title, topics=("AI", "Chips"))]) as index_dir:
        client = create_app(Settings(index_dir=index_dir)).test_client()
        (examples,) = lists(page(client), "Example searches")
    assert examples == f"Try ai {phrase or ''}".rstrip()


def test_example_of_a_provider_is_one_of_its_articles() -> None:
    article = Article("a", "Long words", topics=("AI", "Chips"), provider=Provider('The "Quay"'))
    with indexed([article]) as index_dir:
        client = create_app(Settings(index_dir=index_dir)).test_client()
        (examples,) = lists(page(client), "Example searches")
    assert examples == 'Try ai "Long words" provider:"The Quay"'
