"""The result summary on the page."""

from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from search import Relaxed
from tests.fake_engine import RESULTS_BY_QUERY, FakeEngine
from tests.web.pages import heading, link_urls, page, paragraphs
from web.links import page_urls
from web.page.result_summary import result_summary
from web.parameters import PAGE_DEFAULTS

RELAXED = "q=ferries+yesterday+harb*"


@pytest.mark.parametrize(
    ("q", "says", "more"),
    [
        (
            "ferries yesterday harb*",
            "3 articles have every word of ferries yesterday harb*",
            "42 more lack two of the words. Only articles with every word",
        ),
        (
            "ferries yesterday",
            "No article has every word of ferries yesterday",
            "42 articles lack one of the words.",
        ),
        (
            "electrik yesterday",
            "No article has every word",
            "1 article lacks three of the words.",
        ),
    ],
)
def test_partial_matches_are_counted(made: FlaskClient, q: str, says: str, more: str) -> None:
    shown = page(made, f"q={quote(q)}")
    assert heading(shown) == says
    assert more in paragraphs(shown)


def test_summary_mentions_filters_if_nothing_matches_fully(made: FlaskClient) -> None:
    says = heading(page(made, "q=ferries+yesterday&topic=Energy"))
    assert says == "No article within these filters has every word of ferries yesterday"


def test_link_removes_partial_matches(made: FlaskClient, engine: FakeEngine) -> None:
    shown = page(made, f"{RELAXED}&page=1")
    assert link_urls(shown, "Only articles with every word") == ["/?q=ferries%20yesterday%20harb%2A&match=all"]
    without = page(made, f"{RELAXED}&match=all")
    assert engine.asked[-1].match == "all"
    assert link_urls(without, "Remove match every word") == ["/?q=ferries%20yesterday%20harb%2A"]
    assert "checked" in without.all("input", name="match")[0][0]


def test_full_and_partial_matches_are_one_list(made: FlaskClient) -> None:
    shown = page(made, RELAXED)
    found = [element for element in shown.elements if element[0] in {"h2", "h3", "ol"}]
    assert [(tag, attrs.get("start") or text) for tag, attrs, text in found][1:] == [
        ("ol", "1"),
        ("h3", "Electric ferry takes its first passengers across the harbour"),
        ("h3", "A ferry without a funnel"),
    ]


def test_articles_and_stories_are_counted(made: FlaskClient) -> None:
    assert heading(page(made, "q=electrik+ferry")) == "45 articles in 40 stories"
    assert "45 articles in 40 stories. Show every article" in paragraphs(page(made, RELAXED))


def test_each_story_is_shown_once_unless_collapse_is_none(made: FlaskClient, engine: FakeEngine) -> None:
    shown = page(made, "q=electrik+ferry")
    every = page(made, "q=electrik+ferry&collapse=none")
    assert [asked.collapse for asked in engine.asked] == ["story", "none"]
    assert link_urls(shown, "Show every article") == ["/?q=electrik%20ferry&collapse=none"]
    assert link_urls(every, "Show each story once") == ["/?q=electrik%20ferry"]
    assert "checked" in every.all("input", name="collapse")[0][0]


@pytest.mark.parametrize(
    ("results", "request_", "expected"),
    [
        pytest.param({"total": 2}, {}, ("2 articles", "", ""), id="browsing"),
        pytest.param({"total": 2}, {"q": "a"}, ("2 articles", "for", ""), id="query"),
        pytest.param({"total": 2, "stories": 2}, {"q": "a"}, ("2 articles", "for", ""), id="as many stories"),
        pytest.param({"total": 2, "stories": 1}, {"q": "a"}, ("2 articles in 1 story", "for", ""), id="stories"),
        pytest.param(
            {"total": 1, "relaxed": Relaxed(1, 1)}, {"q": "a"},
            ("1 article has every word", "of", "1 more lacks one of the words."), id="one of each",
        ),
        pytest.param(
            {"total": 2, "relaxed": Relaxed(2, 3)}, {"q": "a"},
            ("2 articles have every word", "of", "2 more lack three of the words."), id="two of each",
        ),
        pytest.param({"total": 0}, {"q": "a"}, ("No results", "for", ""), id="none"),
    ],
)  # fmt: skip
def test_summary_counts_matches(
    results: dict[str, Any], request_: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    found = replace(RESULTS_BY_QUERY["zeppelin"], **results)
    summary = result_summary(page_urls("", PAGE_DEFAULTS.model_copy(update=request_)), found, filtered=False)
    assert (summary.heading, summary.preposition, summary.partial_matches) == expected


@pytest.mark.parametrize(
    ("total", "stories", "collapse", "toggle"),
    [
        (3, 2, "story", "Show every article"),
        (3, 3, "story", None),
        (3, None, "none", "Show each story once"),
        (0, 0, "story", None),
        (0, None, "none", None),
    ],
)
def test_story_toggle(total: int, stories: int | None, collapse: str, toggle: str | None) -> None:
    results = replace(RESULTS_BY_QUERY["zeppelin"], total=total, stories=stories)
    request = PAGE_DEFAULTS.model_copy(update={"collapse": collapse})
    story_toggle = result_summary(page_urls("", request), results, filtered=False).story_toggle
    assert (story_toggle and story_toggle[0]) == toggle


@pytest.mark.parametrize(
    ("relaxed", "stories", "text"),
    [(Relaxed(2, 1), 3, "4 articles in 3 stories."), (Relaxed(2, 1), 4, ""), (None, 1, "")],
)
def test_stories_of_full_and_partial_matches_are_counted(relaxed: Relaxed | None, stories: int, text: str) -> None:
    results = replace(RESULTS_BY_QUERY["zeppelin"], total=2, relaxed=relaxed, stories=stories)
    assert result_summary(page_urls("", PAGE_DEFAULTS), results, filtered=False).story_count == text
