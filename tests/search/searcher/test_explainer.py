"""Explanations of scores: words, fields and factors, whose product is the score."""

from collections.abc import Iterator
from datetime import UTC, datetime
from math import prod

import pytest

from search.article import Article, Provider
from search.engine import Engine
from search.engines import open_engine
from search.request import SearchRequest
from search.results import Hit
from tests.files import indexed

NEAR = "words near each other"
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
    with indexed(ARTICLES) as index_dir, open_engine(index_dir) as engine:
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
    scores = {h.article.id: h.score for h in engine.search(SearchRequest(q=q)).hits}
    for h in engine.search(SearchRequest.model_validate({"q": q, "sort": sort, "explain": True})).hits:
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
        ("robots", "a", {"recency": "new", "heat": "fairly popular", "exact": "every word as typed"}),
        ("robots", "b", {"recency": "not new"}),
        ("bridge robots", "b", {"recency": "not new", "exact": "1 of 2 words as typed", "proximity": NEAR}),
        ("old bridge", "c", {"exact": "every word as typed", "proximity": "the words in a row"}),
        ("bridge old", "c", {"exact": "every word as typed", "proximity": NEAR}),
        ("an old bridge by robots", "c", {"exact": "4 of 5 words as typed", "proximity": NEAR}),
        ("old hand", "c", {"exact": "every word as typed"}),
        ("hand yesterday", "c", {"exact": "1 of 2 words as typed"}),
        ("hand robots", "c", {"exact": "1 of 2 words as typed"}),
        ("bridging yesterday", "c", {}),
    ],
)
def test_explanation_lists_factors_with_reasons(engine: Engine, q: str, id: str, reasons: dict[str, str]) -> None:
    explanation = hit(engine, q, id).explanation
    assert explanation is not None
    assert {factor.name: factor.reason for factor in explanation.factors} == reasons


def test_no_explanation_unless_requested(engine: Engine) -> None:
    assert engine.search(SearchRequest(q="robots")).hits[0].explanation is None
