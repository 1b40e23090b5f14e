"""Suggestions for a search without results."""

import re

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from search import SearchRequest, SearchResults
from tests.fake_engine import RESULTS_BY_QUERY, FakeEngine
from tests.web.pages import link_urls, page
from web.links import page_urls
from web.page.zero_results import zero_results
from web.parameters import PAGE_DEFAULTS


def test_partial_matches_are_not_zero_results(made: FlaskClient, engine: FakeEngine) -> None:
    shown = page(made, "q=ferries+yesterday&topic=Energy")
    assert not shown.all("div", class_="zero-results")
    assert {request.topic for request in engine.asked} == {("Energy",)}


def test_partial_matches_are_suggested(made: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(_: FakeEngine, request: SearchRequest, count_partial: bool = False) -> object:
        results = RESULTS_BY_QUERY["zeppelin" if request.match == "all" else "ferries yesterday"]
        return replace(results, request=request)

    monkeypatch.setattr(FakeEngine, "search", search)
    shown = page(made, "q=ferries+yesterday&match=all")
    assert link_urls(shown, "Include articles that lack a word") == ["/?q=ferries%20yesterday"]
    assert "Include articles that lack a word 42 articles" in [text for _, text in shown.all("li")]


def test_filter_to_remove_is_suggested(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI+in+Robotics&from=2010-01-01&to=2010-12-31")
    assert any("0 results" in text for _, text in shown.all("h2"))
    assert link_urls(shown, "Remove dates “1 January 2010 to 31 December 2010”") == [
        "/?q=robot&topic=AI%20in%20Robotics"
    ]
    assert any("13 articles" in text for _, text in shown.all("li"))


def test_removing_all_filters_is_suggested_if_no_single_one_helps(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=Nowhere&provider=Nobody")
    assert link_urls(shown, "Remove all filters") == ["/?q=robot"]


@pytest.mark.parametrize("query", ["q=xyzzy&topic=AI", "q=xyzzy&topic=AI&provider=Nobody", "q=xyzzy"])
def test_nothing_is_suggested_that_finds_nothing(client: FlaskClient, query: str) -> None:
    assert not page(client, query).all("div", class_="zero-results")[0][1].startswith("Try with fewer filters")


class CountingEngine(FakeEngine):
    """An engine that finds as many articles as the request has letters in its topics and provider less than 20."""

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:  # noqa: ARG002
        self.asked.append(request)
        return replace(RESULTS_BY_QUERY["zeppelin"], total=20 - sum(map(len, request.topic + request.provider)))


class UnfilteredEngine(FakeEngine):
    """An engine that finds something only without topics."""

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:  # noqa: ARG002
        self.asked.append(request)
        return replace(RESULTS_BY_QUERY["zeppelin"], total=0 if request.topic else 5)


def with_topics(number: int) -> SearchRequest:
    return PAGE_DEFAULTS.model_copy(update={"topic": tuple(map(str, range(number))), "explain": True})


def test_suggestions_are_sorted_by_the_number_of_articles() -> None:
    request = PAGE_DEFAULTS.model_copy(update={"topic": ("one", "twenty"), "provider": ("three",)})
    suggestions = zero_results(page_urls("", request), CountingEngine()).fewer_filters
    assert [(suggestion.text, suggestion.articles) for suggestion in suggestions] == [
        ("Remove topic “twenty”", 12),
        ("Remove provider “three”", 11),
        ("Remove topic “one”", 9),
    ]


@pytest.mark.parametrize(("number", "tried"), [(8, 8), (9, 8)])
def test_eight_filters_are_tried_at_most(number: int, tried: int) -> None:
    engine = CountingEngine()
    zero_results(page_urls("", with_topics(number)), engine)
    assert len(engine.asked) == 1 + tried
    assert {(asked.per_page, asked.facet_size, asked.collapse, asked.explain) for asked in engine.asked} == {
        (0, 0, "none", False)
    }


@pytest.mark.parametrize(
    ("filters", "searches"),
    [
        pytest.param(2, 1 + 2, id="all, each filter"),
        pytest.param(3, 1 + 3 + 3, id="all, each filter, each pair"),
        pytest.param(6, 1 + 6 + 6, id="at most six pairs"),
    ],
)
def test_fewer_filters_are_tried_until_there_are_results(filters: int, searches: int) -> None:
    engine = UnfilteredEngine()
    found = zero_results(page_urls("", with_topics(filters)), engine).fewer_filters
    assert [(suggestion.text, suggestion.articles) for suggestion in found] == [("Remove all filters", 5)]
    assert len(engine.asked) == searches


@pytest.mark.parametrize(("filters", "searches"), [(0, 0), (1, 1), (6, 1)])
def test_no_filter_is_tried_if_nothing_is_found_without_any(engine: FakeEngine, filters: int, searches: int) -> None:
    assert zero_results(page_urls("", with_topics(filters)), engine).fewer_filters == []
    assert len(engine.asked) == searches


def test_any_value_is_suggested_instead_of_all_of_them(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI&topic=Networks&topic_op=all")
    assert link_urls(shown, "Include articles with any of these topics") == ["/?q=robot&topic=AI&topic=Networks"]


@pytest.mark.parametrize("query", ["q=robot&topic=Nowhere&topic_op=all", "q=robot&topic=Nowhere&topic=No"])
def test_any_value_is_not_suggested_if_it_is_the_same_search(client: FlaskClient, query: str) -> None:
    assert not link_urls(page(client, query), "Include articles with any of these topics")


def test_two_filters_to_remove_are_suggested_if_no_single_one_helps(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=Nowhere&provider=Nobody&type=article")
    assert link_urls(shown, "Remove topic “Nowhere” and provider “Nobody”") == ["/?q=robot&type=article"]


def test_two_values_of_one_filter_are_removed() -> None:
    request = PAGE_DEFAULTS.model_copy(update={"topic": ("a", "b"), "provider": ("c",)})

    class Engine(FakeEngine):
        def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:  # noqa: ARG002
            return replace(RESULTS_BY_QUERY["zeppelin"], total=5 if not request.topic else 0)

    suggestions = zero_results(page_urls("", request), Engine()).fewer_filters
    assert suggestions == [("Remove topic “a” and topic “b”", "/?provider=c", 5)]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q=robot+zeppelin&topic=Nowhere", ["robot 14 articles", "zeppelin 0 articles"]),
        ("q=robot&topic=Nowhere", ["robot 14 articles"]),
        ('q="robot+arm"+OR+(title:robot+-car)&topic=Nowhere', ['"robot arm" 1 article', "title:robot 7 articles"]),
        ("q=zeppelin", []),
    ],
)
def test_words_of_the_query_are_counted_in_the_whole_archive(client: FlaskClient, query: str, words: list[str]) -> None:
    shown = page(client, f"{query}&collapse=none")
    assert [
        text for _, text in shown.all("li") if re.search("^[^ ].* \\d+ articles?$", text) and "Remove" not in text
    ] == words
    assert link_urls(shown, "robot") == (["/?q=robot&typo=0&collapse=none"] if "robot 14 articles" in words else [])
