"""The coverage of an article: all articles that report its story."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.story_keys import url_key
from search.article import Article, Provider, Related
from search.engine import Engine
from search.engines import open_engine
from tests.files import indexed

SITE = "https://a.example/"


def covering(engine: Engine, id: str) -> frozenset[str]:
    found = engine.coverage(id)
    assert found is not None
    return frozenset(hit.article.id for hit in found)


def article(id: str, *related: str, title: str | None = None, provider: str = "The Wheel", hour: int = 0) -> Article:
    items = tuple(Related(title=f"Item {name}", url=f"{SITE}{name}") for name in related)
    return Article(id, title or f"Title of {id}", provider=Provider(provider), url=f"{SITE}{id}", related=items,
                   published_at=datetime(2026, 5, 1, hour, tzinfo=UTC))  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    ferry = "Electric ferry crosses the harbour"
    articles = [
        article("ferry", title=ferry, hour=3),
        article("ferry-too", "quay", title=ferry, provider="The Quay", hour=5),
        article("quay", hour=9),
        article("quay-again", "quay?utm_source=feed", hour=10),
        article("taxi", "fares-elsewhere"),
        article("taxi-2", "fares-elsewhere", hour=1),
        article("alone", "nowhere"),
    ]
    with indexed(articles) as index_dir, open_engine(index_dir) as opened:
        yield opened


@pytest.mark.parametrize("id", ["ferry", "ferry-too", "quay", "quay-again"])
def test_related_items_connect_story_clusters_in_both_directions(engine: Engine, id: str) -> None:
    assert covering(engine, id) == {"ferry", "ferry-too", "quay", "quay-again"}


@pytest.mark.parametrize("id", ["taxi", "taxi-2"])
def test_articles_with_the_same_related_item_are_connected(engine: Engine, id: str) -> None:
    assert covering(engine, id) == {"taxi", "taxi-2"}


def test_coverage_is_newest_first_with_the_ids_of_related_articles(engine: Engine) -> None:
    found = engine.coverage("ferry")
    assert found is not None
    assert [(hit.article.id, hit.related_ids) for hit in found] == [
        ("quay-again", ("quay",)),
        ("quay", ()),
        ("ferry-too", ("quay",)),
        ("ferry", ()),
    ]


def test_unconnected_and_unknown_articles_have_no_other_coverage(engine: Engine) -> None:
    assert covering(engine, "alone") == {"alone"}
    assert engine.coverage("nothing") is None


def test_recommendations_connect_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.searcher.coverage.MOST_ARTICLES", 3)
    articles = [article("popular"), *(article(f"reader-{number}", "popular") for number in range(3))]
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        assert [covering(engine, each.id) for each in articles] == [{each.id} for each in articles]


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=max(1, settings().max_examples // 2))
@given(st.lists(st.lists(st.integers(0, 14), max_size=2), min_size=1, max_size=12))
def test_all_articles_of_a_coverage_have_the_same_coverage(items: list[list[int]]) -> None:
    articles = [article(str(number), *map(str, related)) for number, related in enumerate(items)]
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        assert {each.id: covering(engine, each.id) for each in articles} == _components(articles)


def _components(articles: Sequence[Article]) -> dict[str, frozenset[str]]:
    """The ids that are connected with each article by URLs in common."""
    groups = [
        (frozenset({each.id}), {url_key(each.url), *(url_key(item.url) for item in each.related)}) for each in articles
    ]
    merged: list[tuple[frozenset[str], set[int]]] = []
    for ids, keys in groups:
        apart = [group for group in merged if not group[1] & keys]
        joined = [group for group in merged if group[1] & keys]
        merged = [
            *apart,
            (ids.union(*(each for each, _ in joined)), keys.union(*(each for _, each in joined))),
        ]
    return {id: ids for ids, _ in merged for id in ids}
