"""The result summary on the page."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from search import Article, Relaxed, Settings
from tests.fake_engine import RESULTS_BY_QUERY, FakeEngine
from tests.files import indexed
from tests.web.pages import Page, heading, link_urls, page, paragraphs
from web import create_app
from web.links import page_urls
from web.page.result_summary import ResultSummary, result_summary
from web.parameters import PAGE_DEFAULTS

RELAXED = "q=ferries+yesterday+harb*"


def notes(shown: Page) -> str:
    return shown.all("p", class_="matches")[0][1]


@pytest.mark.parametrize(
    ("q", "says", "more"),
    [
        (
            "ferries yesterday harb*",
            "1–2 of 40 for ferries yesterday harb*",
            "3 articles have every word, 42 more listed lack two, in 40 stories. Require every word Show every article",
        ),
        (
            "ferries yesterday",
            "1 of 42 for ferries yesterday",
            "No article has harb*. The 42 listed have every other word.",
        ),
        (
            "electrik yesterday",
            "Showing 1 result for electric yesterday",
            "No article has harb*. The 1 listed lacks three words.",
        ),
    ],
)
def test_partial_matches_are_counted(made: FlaskClient, q: str, says: str, more: str) -> None:
    shown = page(made, f"q={quote(q)}")
    assert heading(shown) == says
    assert notes(shown) == more


def test_home_counts_the_articles_of_the_archive(client: FlaskClient) -> None:
    shown = page(client)
    (count,) = {heading(shown), shown.all("p", role="status")[0][1]}
    assert count.endswith(" articles")
    assert any(text.startswith(f"{count}. Last updated") for text in paragraphs(shown))
    assert [text for _, text in shown.all("p", class_="matches")] == []


def test_link_removes_partial_matches(made: FlaskClient, engine: FakeEngine) -> None:
    shown = page(made, f"{RELAXED}&page=1")
    assert link_urls(shown, "Require every word") == ["/?q=ferries%20yesterday%20harb%2A&match=all"]
    without = page(made, f"{RELAXED}&match=all")
    assert engine.asked[-1].match == "all"
    assert link_urls(without, "Remove match every word") == ["/?q=ferries%20yesterday%20harb%2A"]
    assert "checked" in without.all("input", name="match")[0][0]


@pytest.mark.parametrize("query", [RELAXED, "q=electrik+ferry", "q=fery", "q=zeppelin", "q=fery&collapse=none"])
def test_heading_title_and_live_region_have_the_same_number(made: FlaskClient, query: str) -> None:
    shown = page(made, query)
    texts = [heading(shown), shown.all("title")[0][1], shown.all("p", role="status")[0][1]]
    numbers = [re.findall(r"(\d+)(?= results?| for)", text)[-1] for text in texts]
    assert len(set(numbers)) == 1


def test_full_and_partial_matches_are_one_list(made: FlaskClient) -> None:
    shown = page(made, RELAXED)
    found = [element for element in shown.elements if element[0] in {"h2", "h3", "ol"}]
    assert [(tag, attrs.get("start") or text) for tag, attrs, text in found][1:] == [
        ("ol", "1"),
        ("h3", "Electric ferry takes its first passengers across the harbour on 0.example"),
        ("h3", "A ferry without a funnel on 1.example"),
    ]


def test_articles_and_stories_are_counted(made: FlaskClient) -> None:
    assert notes(page(made, "q=electrik+ferry")) == "45 articles in 40 stories. Show every article"


def test_each_story_is_shown_once_unless_collapse_is_none(made: FlaskClient, engine: FakeEngine) -> None:
    shown = page(made, "q=electrik+ferry")
    every = page(made, "q=electrik+ferry&collapse=none")
    assert [asked.collapse for asked in engine.asked] == ["story", "none"]
    assert link_urls(shown, "Show every article") == ["/?q=electrik%20ferry&collapse=none"]
    assert link_urls(every, "Show each story once") == ["/?q=electrik%20ferry"]
    assert "checked" in every.all("input", name="collapse")[0][0]


def summary(results: dict[str, Any], **changes: Any) -> ResultSummary:
    found = replace(RESULTS_BY_QUERY["zeppelin"], **results)
    return result_summary(page_urls("", PAGE_DEFAULTS.model_copy(update=changes)), found)


HIT = RESULTS_BY_QUERY["fery"].hits


@pytest.mark.parametrize(
    ("results", "request_", "expected"),
    [
        pytest.param({"total": 1, "hits": HIT}, {}, "1 result", id="one"),
        pytest.param({"total": 20, "hits": HIT * 20}, {"q": "a"}, "20 results", id="one page"),
        pytest.param({"total": 1040, "hits": HIT * 20}, {"q": "a"}, "1–20 of 1,040", id="first page"),
        pytest.param({"total": 1040, "hits": HIT * 20}, {}, "1–20 of 1,040 results", id="browsing"),
        pytest.param({"total": 41, "hits": HIT}, {"q": "a", "page": 3}, "41 of 41", id="last page"),
        pytest.param({"total": 41}, {"q": "a", "page": 4}, "41 results", id="past the end"),
        pytest.param({"total": 30, "stories": 25, "hits": HIT * 20}, {"q": "a"}, "1–20 of 25", id="stories"),
        pytest.param({"total": 2, "relaxed": Relaxed(9, 1), "hits": HIT * 11}, {"q": "a"}, "11 results", id="partial"),
        pytest.param({"total": 0}, {"q": "a"}, "0 results", id="none"),
    ],
)
def test_heading_counts_the_results(results: dict[str, Any], request_: dict[str, Any], expected: str) -> None:
    assert summary(results, **request_).heading == expected


@pytest.mark.parametrize(
    ("results", "text"),
    [
        ({"total": 2, "relaxed": Relaxed(9, 1)}, "2 articles have every word, 9 more listed lack one."),
        ({"total": 1, "relaxed": Relaxed(1, 12)}, "1 article has every word, 1 more listed lacks 12."),
        ({"total": 0, "relaxed": Relaxed(1, 1)}, "No article has every word. The 1 listed lacks one."),
        (
            {"total": 2, "relaxed": Relaxed(2, 1), "stories": 3},
            "2 articles have every word, 2 more listed lack one, in 3 stories.",
        ),
        (
            {"total": 2, "relaxed": Relaxed(2, 1), "stories": 4},
            "2 articles have every word, 2 more listed lack one.",
        ),
        (
            {"total": 0, "relaxed": Relaxed(2, 1), "stories": 1},
            "No article has every word. The 2 listed lack one, in 1 story.",
        ),
        ({"total": 2, "stories": 1}, "2 articles in 1 story."),
    ],
)
def test_one_sentence_has_all_numbers(results: dict[str, Any], text: str) -> None:
    note = summary(results).matches
    assert note
    assert note.text == text


@pytest.mark.parametrize(
    ("absent", "missing", "partial", "text"),
    [
        (("xyzzy",), 1, 9, "The 9 listed have every other word."),
        (("xyzzy",), 1, 1, "The 1 listed has every other word."),
        (("xyzzy",), 2, 9, "The 9 listed lack two words."),
        (("xyzzy", "plugh"), 2, 9, "The 9 listed have every other word."),
    ],
)
def test_words_that_no_article_has_are_named(absent: tuple[str, ...], missing: int, partial: int, text: str) -> None:
    results = replace(RESULTS_BY_QUERY["zeppelin"], relaxed=Relaxed(partial, missing))
    note = result_summary(page_urls("", PAGE_DEFAULTS), results, absent=absent).matches
    assert note == (text, [], absent)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("q=ferry+xyzzy", "No article has xyzzy. The 2 listed have every other word."),
        ("q=ferry+xyzzy&topic=Ships", "With these filters, no article has xyzzy. The 1 listed has every other word."),
        (
            "q=ferry+xyzzy+plugh+grue",
            "No article has xyzzy, plugh or grue. The 2 listed have every other word.",
        ),
        ("q=ferry+tram", "No article has every word. The 3 listed lack one."),
        ("q=ferry", None),
    ],
)
def test_page_names_the_words_that_no_article_has(query: str, text: str | None) -> None:
    articles = [
        Article("a", "Ferry in the harbour", topics=("Ships",)),
        Article("b", "A ferry"),
        Article("c", "Tram", topics=("Rails",)),
    ]
    with indexed(articles) as index_dir:
        shown = page(create_app(Settings(index_dir=index_dir)).test_client(), query)
    assert [said for _, said in shown.all("p", class_="matches")] == ([text] if text else [])


REQUIRE = ("Require every word", "/?q=a&match=all")
EVERY, ONCE = ("Show every article", "/?q=a&collapse=none"), ("Show each story once", "/?q=a")


@pytest.mark.parametrize(
    ("results", "collapse", "links"),
    [
        ({"total": 3, "stories": 2}, "story", [EVERY]),
        ({"total": 3, "stories": 3}, "story", None),
        ({"total": 3, "stories": None}, "none", [ONCE]),
        ({"total": 2, "relaxed": Relaxed(2, 1), "stories": 4}, "story", [REQUIRE]),
        ({"total": 2, "relaxed": Relaxed(2, 1), "stories": 3}, "story", [REQUIRE, EVERY]),
        ({"total": 0, "relaxed": Relaxed(2, 1), "stories": 2}, "story", []),
        ({"total": 0, "stories": 0}, "story", None),
        ({"total": 0, "stories": None}, "none", None),
    ],
)
def test_links_lead_to_other_views_of_the_results(
    results: dict[str, Any], collapse: str, links: list[object] | None
) -> None:
    note = summary(results, q="a", collapse=collapse).matches
    assert (note and note.links) == links
