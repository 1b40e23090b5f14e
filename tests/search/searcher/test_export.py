"""An export has every full match of a search once, in the order of its pages."""

import gc
import weakref
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Article, Engine, EngineClosed, EngineUnavailable, RequestInvalid, SearchRequest, open_engine
from search.snapshot.snapshot import Snapshot
from tests import strategies
from tests.files import indexed
from tests.reference import Archive

TODAY = date(2024, 1, 1)

ARTICLES = [Article(id=f"{number:03}", title="robot car" if number % 3 else "robot") for number in range(120)]


@pytest.fixture(scope="module")
def index_dir() -> Iterator[Path]:
    with indexed(ARTICLES) as built:
        yield built


@pytest.fixture
def engine(index_dir: Path) -> Iterator[Engine]:
    with open_engine(index_dir) as opened:
        yield opened


@settings(deadline=None, max_examples=max(1, settings().max_examples // 4), suppress_health_check=list(HealthCheck))
@given(strategies.archives(), st.lists(strategies.requests(), min_size=4, max_size=4), st.integers(0, 30))
def test_export_has_the_full_matches_of_the_reference_in_order(
    articles: list[Article], requests: list[SearchRequest], start: int
) -> None:
    with indexed(articles) as index_dir, open_engine(index_dir, today=lambda: TODAY) as engine:
        built = engine.info().built_at.date()
        archive = Archive(articles, today=built)
        for request in requests:
            every = request.model_copy(update={"match": "all", "page": 1, "per_page": 100, "timeline": "none"})
            results = engine.search(every)
            every = results.request  # with lists that were separated by commas
            if results.correction and results.correction.applied:
                every = every.model_copy(update={"q": results.correction.q})
            expected = archive.search(every).articles
            exported = engine.export(request, start)
            assert exported.total == len(expected) == results.total
            assert tuple(exported.articles) == expected[start:]


def test_pages_of_an_export_continue_each_other(engine: Engine) -> None:
    request = SearchRequest(q="robot", sort="relevance")
    whole = list(engine.export(request).articles)
    starts = range(0, 120, 7)
    pages = [list(engine.export(request, start).articles)[:7] for start in starts]
    assert [article for page in pages for article in page] == whole
    assert len({article.id for article in whole}) == 120


def test_page_and_fields_of_the_request_make_no_difference(engine: Engine) -> None:
    request = SearchRequest(q="car", page=2, per_page=5, fields=("id",), facets=(), match="most", collapse="story")
    assert list(engine.export(request).articles) == list(engine.export(SearchRequest(q="car")).articles)


@pytest.mark.parametrize(("start", "left"), [(0, 120), (119, 1), (120, 0), (10**9, 0)])
def test_export_begins_at_a_position(engine: Engine, start: int, left: int) -> None:
    exported = engine.export(SearchRequest(), start)
    assert (exported.total, len(list(exported.articles))) == (120, left)


def test_negative_position_is_refused(engine: Engine) -> None:
    with pytest.raises(RequestInvalid, match="start"):
        engine.export(SearchRequest(), -1)


def test_articles_are_decoded_when_they_are_reached(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []
    read = Snapshot.article

    def reading(snapshot: Snapshot, doc_id: int) -> Article:
        decoded.append(doc_id)
        return read(snapshot, doc_id)

    monkeypatch.setattr(Snapshot, "article", reading)
    articles = engine.export(SearchRequest(sort="oldest")).articles
    assert decoded == []
    next(articles)
    assert len(decoded) == 1


def test_export_of_a_closed_engine_is_read_to_its_end(index_dir: Path) -> None:
    with open_engine(index_dir) as engine:
        exported = engine.export(SearchRequest())
    assert len(list(exported.articles)) == 120


def test_finished_export_holds_no_snapshot(index_dir: Path) -> None:
    with open_engine(index_dir) as engine:
        exported = engine.export(SearchRequest())
        positions = weakref.ref(engine._searcher().reader.segment.positions)  # type: ignore[attr-defined]
    list(exported.articles)
    gc.collect()  # the engine's thread ends by itself
    assert positions() is None


CALLS = {
    "search": lambda engine: engine.search(SearchRequest()),
    "facet": lambda engine: engine.facet("topic", SearchRequest()),
    "export": lambda engine: engine.export(SearchRequest()),
    "article": lambda engine: engine.article("000"),
    "article_with_story": lambda engine: engine.article_with_story("000"),
    "coverage": lambda engine: engine.coverage("000"),
    "similar": lambda engine: engine.similar("000", 3),
    "significant_words": lambda engine: engine.significant_words(SearchRequest(), 3),
    "rising": lambda engine: engine.rising("month", 3),
    "complete": lambda engine: engine.complete("ro", 3),
    "changes": lambda engine: engine.changes("x"),
    "latest_changes": lambda engine: engine.latest_changes(),
    "rewritten_at": lambda engine: engine.rewritten_at(["000"], "x"),
    "info": lambda engine: engine.info(),
    "statistics": lambda engine: engine.statistics(),
    "of a named snapshot": lambda engine: engine.search(SearchRequest(at="x")),
}


def test_every_method_of_the_protocol_is_called() -> None:
    methods = {name for name in vars(Engine) if not name.startswith("_")} - {"close"}
    assert methods <= set(CALLS)


@pytest.mark.parametrize("call", CALLS)
def test_closed_engine_refuses_every_call(index_dir: Path, call: str) -> None:
    engine = open_engine(index_dir)
    engine.close()
    engine.close()
    with pytest.raises(EngineClosed, match="Open another with open_engine") as raised:
        CALLS[call](engine)
    assert isinstance(raised.value, EngineUnavailable)
