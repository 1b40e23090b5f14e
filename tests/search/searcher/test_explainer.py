"""Explanations of scores: words, fields and factors, whose product is the score."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from math import prod

import pytest

from search.article import Article, Provider
from search.engine import Engine
from search.engines import open_engine
from search.request import SearchRequest
from search.results import Hit
from tests.files import indexed

NEAR = "words near each other"
LACKS = "lacks one of the words"
TODAY = date(2026, 11, 28)
ARTICLES = [
    Article(
        "a", "Robots paint a bridge", "The robotic painters of Port Selby", ("AI in Robotics",), Provider("Robot Post"),
        published_at=datetime(2024, 5, 1, tzinfo=UTC), heat=150,
    ),
    Article("b", "A bridge for robotics", "Solar-powered cars cross it", published_at=datetime(2020, 5, 1, tzinfo=UTC)),
    Article("c", "Bridges", "An old bridge, painted by hand"),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with indexed(ARTICLES) as index_dir, open_engine(index_dir, today=lambda: TODAY) as engine:
        yield engine


def hit(engine: Engine, q: str, id: str, **asked: object) -> Hit:
    results = engine.search(SearchRequest.model_validate({"q": q, "explain": True, **asked}))
    return next(hit for hit in results.hits if hit.article.id == id)


@pytest.mark.parametrize(
    ("q", "id", "expected"),
    [
        ("robots", "a", [("robots", "exact", "Robots", ["title", "excerpt", "topics", "provider"])]),
        ("robots", "b", [("robots", "form", "robotics", ["title"])]),
        ("title:robots", "a", [("robots", "exact", "Robots", ["title"])]),
        ("bridg*", "b", [("bridg*", "prefix", "bridg*", ["title"])]),
        ('"old bridge"', "c", [("old bridge", "phrase", "old bridge", ["excerpt"])]),
        ("solarpowered", "b", [("solarpowered", "exact", "Solar-powered", ["excerpt"])]),
        ("solar-powered", "b", [("solar-powered", "exact", "solar-powered", ["excerpt"])]),
        ("artificial intelligence", "a", [("artificial intelligence", "synonym", "AI", ["topics"])]),
        (
            "robots bridge",
            "b",
            [("robots", "form", "robotics", ["title"]), ("bridge", "exact", "bridge", ["title"])],
        ),
        ("hand OR robots", "c", [("hand", "exact", "hand", ["excerpt"])]),
    ],
)
def test_explanation_lists_matching_words_and_fields(engine: Engine, q: str, id: str, expected: list[object]) -> None:
    explanation = hit(engine, q, id).explanation
    assert explanation is not None
    assert [
        (match.word, match.how, match.found, [occurrence.field for occurrence in match.occurrences])
        for match in explanation.words
    ] == expected


@pytest.mark.parametrize(
    "q", ["robots", "bridge robots", "robots OR hand", "paint*", '"old bridge" painted', "port yesterday"]
)
@pytest.mark.parametrize("sort", ["relevance", "oldest"])
def test_words_and_factors_multiply_to_the_score(engine: Engine, q: str, sort: str) -> None:
    scores = {h.article.id: h.score for h in engine.search(SearchRequest(q=q, match="most")).hits}
    asked = {"q": q, "match": "most", "sort": sort, "explain": True}
    for h in engine.search(SearchRequest.model_validate(asked)).hits:
        explanation = h.explanation
        assert explanation is not None
        parts = [occurrence.score for match in explanation.words for occurrence in match.occurrences]
        assert sum(parts) == pytest.approx(explanation.text_score)
        assert explanation.text_score * prod(factor.value for factor in explanation.factors) == pytest.approx(
            scores[h.article.id]
        )


@pytest.mark.parametrize(
    ("q", "id", "reasons"),
    [
        (
            "robots",
            "a",
            {"recency": "published 2 years ago", "heat": "heat 150, top 34%", "exact": "every word as typed"},
        ),
        ("robots", "b", {"recency": "published 6 years ago"}),
        (
            "bridge robots",
            "b",
            {"recency": "published 6 years ago", "exact": "1 of 2 words as typed", "proximity": NEAR},
        ),
        ("old bridge", "c", {"exact": "every word as typed", "proximity": "words next to each other"}),
        ("bridge old", "c", {"exact": "every word as typed", "proximity": NEAR}),
        ("an old bridge by robots", "c", {"exact": "2 of 3 words as typed", "proximity": NEAR, "missing": LACKS}),
        ("old hand", "c", {"exact": "every word as typed"}),
        ("hand yesterday", "c", {"exact": "1 of 2 words as typed", "missing": LACKS}),
        ("bridging yesterday", "c", {"missing": LACKS}),
    ],
)
def test_explanation_lists_factors_with_reasons(engine: Engine, q: str, id: str, reasons: dict[str, str]) -> None:
    explanation = hit(engine, q, id, match="most").explanation
    assert explanation is not None
    assert {factor.name: factor.reason for factor in explanation.factors} == reasons


@pytest.mark.parametrize(
    ("published", "reason"),
    [
        (date(2026, 11, 29), "dated in the future"),
        (date(2026, 11, 28), "published today"),
        (date(2026, 11, 27), "published 1 day ago"),
        (date(2026, 11, 15), "published 13 days ago"),
        (date(2026, 11, 14), "published 2 weeks ago"),
        (date(2026, 7, 1), "published 4 months ago"),
        (date(2025, 11, 29), "published 11 months ago"),
        (date(2025, 11, 28), "published 1 year ago"),
        (date(2021, 11, 28), "published 5 years ago"),
    ],
)
def test_recency_is_the_age_in_words(published: date, reason: str) -> None:
    articles = [Article("a", "Robots", published_at=datetime.combine(published, time(12), UTC))]
    with indexed(articles) as index_dir, open_engine(index_dir, today=lambda: TODAY) as engine:
        explanation = hit(engine, "robots", "a").explanation
    assert explanation
    assert {factor.name: factor.reason for factor in explanation.factors}["recency"] == reason


def test_factor_says_whether_it_moved_the_article() -> None:
    """The new article is first for its date; the heat of the old one does not suffice."""
    articles = [
        Article("new", "A robot", published_at=datetime(2026, 11, 28, tzinfo=UTC)),
        Article("old", "A robot", published_at=datetime(2020, 1, 1, tzinfo=UTC), heat=200),
        Article("other", "A story about many other things, and a robot", heat=100),
    ]
    with indexed(articles) as index_dir, open_engine(index_dir, today=lambda: TODAY) as engine:
        hits = engine.search(SearchRequest(q="robot", explain=True)).hits
    assert [hit.article.id for hit in hits] == ["new", "old", "other"]
    moved = {
        (hit.article.id, factor.name): factor.moved
        for hit in hits
        if hit.explanation
        for factor in hit.explanation.factors
        if factor.name in {"recency", "heat"}
    }
    assert moved == {
        ("new", "recency"): True, ("old", "recency"): True, ("old", "heat"): False, ("other", "heat"): False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("q", "id", "expected"),
    [
        ("robotic", "a", [("title", "form", "Robots"), ("excerpt", "exact", "robotic"), ("topics", "form", "Robotics"),
                          ("provider", "form", "Robot")]),
        ("robots", "a", [("title", "exact", "Robots"), ("excerpt", "form", "robotic"), ("topics", "form", "Robotics"),
                         ("provider", "form", "Robot")]),
        ("bridges", "c", [("title", "exact", "Bridges"), ("excerpt", "form", "bridge")]),
        ("painting", "c", [("excerpt", "form", "painted")]),
    ],
)  # fmt: skip
def test_each_field_says_what_occurs_in_it(engine: Engine, q: str, id: str, expected: list[object]) -> None:
    explanation = hit(engine, q, id).explanation
    assert explanation
    (word,) = explanation.words
    assert [(each.field, each.how, each.found) for each in word.occurrences] == expected


def test_no_explanation_unless_requested(engine: Engine) -> None:
    assert engine.search(SearchRequest(q="robots")).hits[0].explanation is None
