"""Filters by what identifies an article, and by the domain of its provider and URL."""

import gc
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from search import Article, Engine, Provider, SearchRequest, build_index, open_engine
from search.schema import SCHEMA, domain_name
from search.searcher.lookups import Lookups
from search.snapshot.store import SnapshotStore
from tests.files import indexed, write

URL = "https://www.wheel.example/a?utm_source=feed#top"
ARTICLES = (
    Article("_news/a", "Robots  paint", url=URL, amp_url="https://amp.example/a", topics=("AI",),
            provider=Provider("The Wheel", "wheel.example"), published_at=datetime(2024, 5, 1, tzinfo=UTC)),
    Article("_news/b", "Robots sing", url=URL, provider=Provider("The Quay", "www.quay.example")),
    Article("_news/c d", "Cars", url="https://quay.example:8080/c", topics=("AI",), category="Science"),
    Article(" e", "Cars", provider=Provider("Unknown")),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with indexed(list(ARTICLES)) as index_dir, open_engine(index_dir) as opened:
        yield opened


def found(engine: Engine, request: SearchRequest) -> list[str]:
    return sorted(hit.article.id for hit in engine.search(request).hits)


@pytest.mark.parametrize(
    ("ids", "expected", "unknown"),
    [
        (["_news/a"], ["_news/a"], []),
        (["_news/c d", "_news/a", "_news/a"], ["_news/a", "_news/c d"], []),
        ([" e"], [" e"], []),
        (["e"], [], ["e"]),
        (["_NEWS/a", "_news/a", "_news"], ["_news/a"], ["_NEWS/a", "_news"]),
        ([f"{i:03}" for i in range(99)] + ["_news/b"], ["_news/b"], [f"{i:03}" for i in range(99)]),
    ],
)
def test_articles_are_found_by_their_ids(
    engine: Engine, ids: list[str], expected: list[str], unknown: list[str]
) -> None:
    request = SearchRequest(id=ids)
    assert found(engine, request) == expected
    results = engine.search(request)
    assert (results.total, results.warnings) == (
        len(expected),
        tuple(f"No article has the id “{id}”." for id in unknown),
    )


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        ([URL], ["_news/a", "_news/b"]),
        (["https://amp.example/a"], ["_news/a"]),
        (["https://amp.example/a", "https://quay.example:8080/c"], ["_news/a", "_news/c d"]),
        (["https://www.wheel.example/a"], []),
        (["http://www.wheel.example/a?utm_source=feed#top"], []),
    ],
)
def test_articles_are_found_by_their_exact_urls(engine: Engine, urls: list[str], expected: list[str]) -> None:
    assert found(engine, SearchRequest(url=urls)) == expected


def test_unknown_url_is_named_in_a_warning(engine: Engine) -> None:
    warnings = engine.search(SearchRequest(url=[URL, "https://nowhere.example/"])).warnings
    assert warnings == ("No article has the url “https://nowhere.example/”.",)


def test_ids_and_urls_combine_with_the_query_and_other_filters(engine: Engine) -> None:
    assert found(engine, SearchRequest(q="robots", id=["_news/a", "_news/c d"])) == ["_news/a"]
    assert found(engine, SearchRequest(id=["_news/a", "_news/c d"], topic=["AI"], from_="2024")) == ["_news/a"]
    assert found(engine, SearchRequest(id=["_news/b", "_news/c d"], url=[URL])) == ["_news/b"]
    assert found(engine, SearchRequest(id=["_news/a", "_news/b"], collapse="story", url=[URL])) == ["_news/a"]


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        (["wheel.example"], ["_news/a", "_news/b"]),
        (["quay.example"], ["_news/b", "_news/c d"]),
        (["https://WWW.Quay.example:443/x?y#z"], ["_news/b", "_news/c d"]),
        (["amp.example"], []),
        (["example"], []),
    ],
)
def test_domain_is_that_of_the_provider_or_the_url(engine: Engine, domains: list[str], expected: list[str]) -> None:
    assert found(engine, SearchRequest(domain=domains)) == expected


def test_domain_and_category_are_facets(engine: Engine) -> None:
    facets = engine.search(SearchRequest(facets=["domain", "category"])).facets
    assert [[(b.value, b.count) for b in facet.values] for facet in facets] == [
        [("quay.example", 2), ("wheel.example", 2)],
        [("Science", 1)],
    ]
    assert [facet.missing for facet in facets] == [1, 3]


def test_excluded_domain_and_category(engine: Engine) -> None:
    assert found(engine, SearchRequest(not_domain=["wheel.example"])) == [" e", "_news/c d"]
    assert found(engine, SearchRequest(not_category=["Science"])) == [" e", "_news/a", "_news/b"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("news.example", "news.example"),
        ("WWW.News.example", "news.example"),
        ("www2.news.example", "www2.news.example"),
        ("https://user@www.news.example:80/www.x", "news.example"),
        ("news.example/path", "news.example"),
        ("Zu\u0308rich.example", "zürich.example"),
        ("www.", "www."),
        ("/", "/"),
    ],
)
def test_domain_name_is_the_host(text: str, name: str) -> None:
    assert domain_name(text) == name


def test_updated_index_finds_new_and_not_removed_articles(tmp_path: Path) -> None:
    archive, index_dir = tmp_path / "archive", tmp_path / "index"
    for article in ARTICLES[:3]:
        write(article, archive)
    build_index(archive, index_dir)
    (archive / "_news" / "a.md").unlink()
    moved = "https://moved.example/b"
    write(Article("_news/b", "Robots sing", url=moved), archive)
    write(Article("_news/f", "Robots rest", url=URL, amp_url="https://amp.example/f"), archive)
    build_index(archive, index_dir, allow_shrink=True)
    with open_engine(index_dir) as engine:
        assert found(engine, SearchRequest(id=["_news/a", "_news/b", "_news/f"])) == ["_news/b", "_news/f"]
        assert found(engine, SearchRequest(url=[URL])) == ["_news/f"]
        assert found(engine, SearchRequest(url=[moved, "https://amp.example/f"])) == ["_news/b", "_news/f"]
        assert found(engine, SearchRequest(domain=["moved.example"])) == ["_news/b"]


def test_lookups_do_not_keep_a_replaced_snapshot_open() -> None:
    with indexed(list(ARTICLES)) as index_dir:
        gc.disable()
        try:
            lookups = Lookups(SnapshotStore(index_dir).open_current())
            lookups.find("url", (URL,))
            alive = weakref.ref(lookups)
            del lookups
            assert alive() is None
        finally:
            gc.enable()


def test_fields_that_identify_articles_are_lookups() -> None:
    assert [*SCHEMA.lookups] == ["id", "url"]
