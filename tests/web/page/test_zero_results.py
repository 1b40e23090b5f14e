"""Suggestions for a search without results."""

import pytest
from flask.testing import FlaskClient

from search import SearchRequest
from tests.made import ANSWERS, MadeEngine
from tests.web.pages import link_urls, page


def test_partial_matches_are_not_zero_results(made: FlaskClient, engine: MadeEngine) -> None:
    shown = page(made, "q=ferries+yesterday&topic=Energy")
    assert not shown.all("div", class_="zero-results")
    assert len(engine.asked) == 1


def test_partial_matches_are_suggested(made: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(_: MadeEngine, request: SearchRequest) -> object:
        return ANSWERS["zeppelin" if request.match == "all" else "ferries yesterday"]

    monkeypatch.setattr(MadeEngine, "search", search)
    shown = page(made, "q=ferries+yesterday&match=all")
    assert link_urls(shown, "Include articles that lack a word") == ["?q=ferries%20yesterday"]
    assert "Include articles that lack a word: 42 articles" in [text for _, text in shown.all("li")]


def test_filter_to_remove_is_suggested(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI+in+Robotics&from=2010-01-01&to=2010-12-31")
    assert any("No results" in text for _, text in shown.all("h2"))
    assert link_urls(shown, "Remove dates “1 January 2010 to 31 December 2010”") == [
        "?q=robot&topic=AI%20in%20Robotics"
    ]
    assert any("13 articles" in text for _, text in shown.all("li"))


def test_removing_all_filters_is_suggested_if_no_single_one_helps(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=Nowhere&provider=Nobody")
    assert link_urls(shown, "Remove all filters") == ["?q=robot"]


@pytest.mark.parametrize("query", ["q=xyzzy&topic=AI", "q=xyzzy&topic=AI&provider=Nobody", "q=xyzzy"])
def test_nothing_is_suggested_that_finds_nothing(client: FlaskClient, query: str) -> None:
    assert not page(client, query).all("div", class_="zero-results")[0][1].startswith("Try with fewer filters")
