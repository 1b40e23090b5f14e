"""The embedded engine picks up changed synonyms by itself; test_publishing.py covers snapshots."""

import gc
import os
import threading
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from search import (
    Article,
    Engine,
    EngineUnavailable,
    RequestInvalid,
    SearchRequest,
    Settings,
    SettingsError,
    build_index,
    open_engine,
)
from search.searcher.index_reader import IndexReader
from search.searcher.result_cache import ResultCache
from search.searcher.searcher import Searcher
from search.settings import Ranking
from search.snapshot.store import SnapshotStore
from tests.files import indexed, write
from tests.waiting import wait


@pytest.fixture(scope="module")
def index_dir() -> Iterator[Path]:
    articles = [
        Article(id="car", title="A car"),
        Article(id="auto", title="An automobile"),
        Article(id="train", title="A train"),
    ]
    with indexed(articles) as built:
        yield built


@pytest.fixture
def synonyms(tmp_path: Path) -> Path:
    path = tmp_path / "synonyms.yaml"
    path.write_text("same: [[car, automobile]]")
    return path


@pytest.fixture
def engine(index_dir: Path, synonyms: Path) -> Iterator[Engine]:
    with open_engine(index_dir, Settings(synonyms=synonyms)) as opened:
        yield opened


SECONDS = 10.0
"""How long an engine may take to use what is new, on a busy machine."""


def matches(engine: Engine, q: str = "car") -> set[str]:
    return {hit.article.id for hit in engine.search(SearchRequest(q=q)).hits}


def test_engine_without_index_is_unavailable(tmp_path: Path) -> None:
    with open_engine(tmp_path) as engine, pytest.raises(EngineUnavailable) as raised:
        engine.info()
    assert raised.value.public_message == "Nothing has been indexed yet. Try again when the first index is built."


def test_synonyms_of_the_settings_are_used(engine: Engine) -> None:
    assert matches(engine) == {"car", "auto"}
    assert engine.facet("topic", SearchRequest(q="car")).facet.missing == 2


def test_changed_synonyms_need_no_new_index(engine: Engine, synonyms: Path) -> None:
    before = engine.info()
    synonyms.write_text("same: [[car, train]]")
    wait(lambda: engine.info() != before, SECONDS)
    assert matches(engine) == {"car", "train"}
    assert engine.info().snapshot == before.snapshot
    assert engine.info().content != before.content


def test_restored_synonyms_restore_the_content_hash(engine: Engine, synonyms: Path) -> None:
    before, original = engine.info(), synonyms.read_text()
    synonyms.write_text("")
    wait(lambda: engine.info() != before, SECONDS)
    assert matches(engine) == {"car"}
    synonyms.write_text(original)
    wait(lambda: matches(engine) == {"car", "auto"}, SECONDS)
    assert engine.info().content == before.content


def test_invalid_synonyms_are_logged_and_the_previous_ones_stay_in_use(
    engine: Engine, synonyms: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = engine.info()
    synonyms.write_text("same: [[car]]")
    wait(lambda: bool(caplog.records), SECONDS)
    assert f"the synonyms in {synonyms} cannot be used" in caplog.text
    assert matches(engine) == {"car", "auto"}
    assert engine.info() == before


def test_new_snapshot_is_searched_with_the_synonyms(tmp_path: Path, synonyms: Path) -> None:
    archive, built = tmp_path / "archive", tmp_path / "index"
    write(Article(id="car", title="A car"), archive)
    build_index(archive, built)
    with open_engine(built, Settings(synonyms=synonyms)) as engine:
        write(Article(id="auto", title="An automobile"), archive)
        build_index(archive, built)
        wait(lambda: matches(engine) == {"car", "auto"}, SECONDS)


def test_every_change_has_a_later_time(tmp_path: Path, synonyms: Path) -> None:
    """Also several changes in one second, and a rollback to an older snapshot."""
    archive, built = tmp_path / "archive", tmp_path / "index"
    write(Article(id="car", title="A car"), archive)
    build_index(archive, built)
    with open_engine(built, Settings(synonyms=synonyms)) as engine:
        infos = [engine.info()]

        def changed() -> bool:
            return engine.info() != infos[-1]

        for change in (
            lambda: (write(Article(id="auto", title="An automobile"), archive), build_index(archive, built)),
            lambda: synonyms.write_text(""),
            lambda: SnapshotStore(built).rollback(),
            lambda: synonyms.write_text("same: [[car, automobile]]"),
        ):
            change()
            wait(changed, SECONDS)
            infos.append(engine.info())
    times = [info.modified_at for info in infos]
    assert times == sorted(set(times))
    assert infos[3].built_at < times[3]


def test_processes_agree_on_the_time_of_a_publish_that_they_see(tmp_path: Path) -> None:
    archive, built = tmp_path / "archive", tmp_path / "index"
    write(Article(id="car", title="A car"), archive)
    build_index(archive, built)
    with open_engine(built) as one, open_engine(built) as other:
        write(Article(id="auto", title="An automobile"), archive)
        snapshot = build_index(archive, built).snapshot
        os.utime(built / "CURRENT", (4e9, 4e9))
        for engine in (one, other):
            wait(lambda engine=engine: engine.info().modified_at.year == 2096, SECONDS)  # type: ignore[misc]
        assert one.info() == other.info()
        assert one.info().snapshot == snapshot


def test_missing_synonyms_file_is_an_error_at_start(index_dir: Path, synonyms: Path) -> None:
    synonyms.unlink()
    with pytest.raises(SettingsError, match="cannot be read"):
        open_engine(index_dir, Settings(synonyms=synonyms))


def test_results_are_not_tracked_by_the_garbage_collector(engine: Engine) -> None:
    """Thousands of cached results would make a collection take 0.2 s.  The request is tracked anyway, as a key."""
    results = engine.search(SearchRequest(q="car", explain=True))
    gc.collect()
    assert [value for value in parts(results) if gc.is_tracked(value)] == [results.request]


@pytest.mark.parametrize("cache_bytes", [0, 2**20])
def test_unused_searcher_is_freed_without_the_garbage_collector(sample_index: Path, cache_bytes: int) -> None:
    """The memory of a replaced snapshot must not wait for a full collection."""
    searcher = Searcher(IndexReader(SnapshotStore(sample_index).open_current(), Ranking()), ResultCache(cache_bytes))
    request = SearchRequest(q="robot tehcnology", collapse="story", facets=("topic",), explain=True)
    assert searcher.search(request) == searcher.search(request)
    assert searcher.complete("rob", 8)
    searcher.statistics()
    objects = (searcher, searcher.reader, searcher.reader.segment.positions)
    references = [weakref.ref(part) for part in objects]
    gc.disable()
    try:
        del searcher, objects
        assert [reference() for reference in references] == [None, None, None]
    finally:
        gc.enable()


def test_thread_of_an_engine_that_nobody_uses_ends(index_dir: Path) -> None:
    before = set(threading.enumerate())
    engine = open_engine(index_dir)
    [thread] = set(threading.enumerate()) - before
    del engine
    thread.join(SECONDS)
    assert not thread.is_alive()


def parts(value: object) -> Iterator[object]:
    """The value and all its parts."""
    yield value
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.astuple(value)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        yield from parts(part)


def test_unknown_facet_is_refused(sample_index: Path) -> None:
    with open_engine(sample_index) as engine, pytest.raises(RequestInvalid, match="must be one of topic, provider"):
        engine.facet("publisher", SearchRequest())


def test_statistics_have_the_first_and_last_date_without_undated_articles() -> None:
    dates = [datetime(2024, 5, day, tzinfo=UTC) for day in (3, 1, 2)]
    articles = [Article(id=f"{date.day}", title="A car", published_at=date) for date in dates]
    with indexed([*articles, Article(id="undated", title="A car")]) as folder, open_engine(folder) as engine:
        statistics = engine.statistics()
    assert (statistics.first_published_at, statistics.last_published_at) == (dates[1], dates[0])
    assert (statistics.undated, statistics.index.articles) == (1, 4)
