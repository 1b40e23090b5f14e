"""Warnings of filter values that no article has."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from search import Article, Engine, Provider, SearchRequest, compare_trends, open_engine
from tests.files import indexed

TOPICS = ("AI", "AI in Autos", "GPT-4", "Low-Code", "Énergie", "Robotics")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    published_at = datetime(2024, 5, 1, tzinfo=UTC)
    article = Article(
        id="a", title="A", topics=TOPICS, provider=Provider("Le Café Numérique"), published_at=published_at
    )
    with indexed([article]) as index_dir, open_engine(index_dir) as opened:
        yield opened


@pytest.mark.parametrize(
    ("facet", "value", "warning"),
    [
        ("topic", "ai", "No article has the topic “ai”. Did you mean “AI”?"),
        ("topic", "low code", "No article has the topic “low code”. Did you mean “Low-Code”?"),
        ("topic", "ENERGIE", "No article has the topic “ENERGIE”. Did you mean “Énergie”?"),
        ("topic", "AI in Auto", "No article has the topic “AI in Auto”. Did you mean “AI in Autos”?"),
        ("topic", "Robots", "No article has the topic “Robots”. Did you mean “Robotics”?"),
        ("topic", "GPT-5", "No article has the topic “GPT-5”."),
        ("topic", "Gardening", "No article has the topic “Gardening”."),
        ("topic", "!", "No article has the topic “!”."),
        ("topic", "AI, Robots", "No article has the topic “Robots”. Did you mean “Robotics”?"),
        ("topic", "AI, 5, Low-Code", "No article has the topic “5”."),
        ("not_topic", "AI, GPT-5", "No article has the topic “GPT-5”."),
        ("topic", "Gardening, Baking", "No article has the topic “Gardening, Baking”."),
        ("year", "2024,2030", "No article has the year “2030”."),
        ("id", "a,b", "No article has the id “b”."),
        (
            "provider",
            "le cafe numerique",
            "No article has the provider “le cafe numerique”. Did you mean “Le Café Numérique”?",
        ),
        ("not_provider", "Le Monde", "No article has the provider “Le Monde”."),
        ("year", "2025", "No article has the year “2025”."),
    ],
)  # fmt: skip
def test_unknown_value_is_named_with_the_most_similar_one(engine: Engine, facet: str, value: str, warning: str) -> None:
    assert engine.search(SearchRequest.checked({facet: (value,)})).warnings == (warning,)


def test_facets_exports_and_trends_warn_too(engine: Engine) -> None:
    request = SearchRequest(topic=("ai", "AI"), not_year=("2030",))
    warnings = engine.search(request).warnings
    assert len(warnings) == 2
    assert (engine.facet("provider", request).warnings, engine.export(request).warnings) == (warnings, warnings)
    assert compare_trends(engine, "topic", ["ai", "Gardening", "AI"]).warnings == (
        "No article has the topic “ai”. Did you mean “AI”?",
        "No article has the topic “Gardening”.",
    )


@pytest.mark.parametrize("value", TOPICS)
def test_known_value_gives_no_warning(engine: Engine, value: str) -> None:
    assert engine.search(SearchRequest(topic=(value,), not_topic=(value,))).warnings == ()


def test_warnings_are_few_and_follow_those_of_the_query(engine: Engine) -> None:
    request = SearchRequest(q='a "', topic=("a1", "a2", "a3", "a4"), not_topic=("a1",))
    warnings = engine.search(request).warnings
    assert [warning.split("“")[-1] for warning in warnings[1:]] == ["a1”.", "a2”.", "a3”."]
    assert warnings[0].startswith("A quotation mark")
