"""Engines hold few resources of a snapshot, release them at once, and miss no publication."""

import errno
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from search import (
    Article,
    Engine,
    EngineUnavailable,
    RequestInvalid,
    SearchRequest,
    SnapshotDamaged,
    build_index,
    open_engine,
)
from search.searcher.index_reader import IndexReader
from search.snapshot.store import SnapshotStore
from tests.files import write
from tests.resources import mapped_snapshots, open_files_below
from tests.waiting import wait


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for number in range(20):
        write(Article(id=f"{number}", title=f"robot {number} technology", topics=("AI",)), tmp_path / "archive")
    return tmp_path / "archive"


def publish(archive: Path, index_dir: Path) -> str:
    """The name of a new snapshot with one article more."""
    write(Article(id=f"{len(list(archive.iterdir()))}", title="robot"), archive)
    return build_index(archive, index_dir).snapshot


@contextmanager
def without_garbage_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def ask_everything(engine: Engine) -> None:
    """Calls that fill every cache, and some that fail."""
    for q in ("robot", "tehcnology", "rob*", '"robot 1"', "robot zzz", "robot OR car", "-robot"):
        request = SearchRequest(q=q, match="most", collapse="story", explain=True, timeline="auto", facets=("topic",))
        assert engine.search(request).index.articles
    engine.facet("topic", SearchRequest(q="robot"))
    with pytest.raises(RequestInvalid):
        engine.facet("unknown", SearchRequest())
    engine.significant_words(SearchRequest(topic=("AI",)), 5)
    engine.rising("month", 5)
    engine.similar("1", 5)
    engine.article_with_story("1")
    engine.complete("robot te", 5)
    engine.statistics()
    next(engine.export(SearchRequest(q="robot")).articles)


def test_fault_58_open_snapshot_holds_no_descriptor(index_dir: Path) -> None:
    with open_engine(index_dir) as engine:
        ask_everything(engine)
        wait(lambda: open_files_below(index_dir) == [])  # the thread that verifies files has one open now and then


def test_fault_58_replaced_snapshots_are_released_at_once(archive: Path, index_dir: Path) -> None:
    """Without the garbage collector.  Requests that name snapshots keep those that are not removed."""
    others = mapped_snapshots()
    with open_engine(index_dir) as engine, without_garbage_collector():
        for _ in range(5):
            ask_everything(engine)
            name = publish(archive, index_dir)
            wait(lambda name=name: engine.info().snapshot == name)  # type: ignore[misc]
        wait(lambda: mapped_snapshots() - others <= set(SnapshotStore(index_dir).names()))
        wait(lambda: open_files_below(index_dir) == [])


def test_snapshot_is_released_when_the_last_request_on_it_ends(archive: Path, index_dir: Path) -> None:
    first = SnapshotStore(index_dir).current_name()
    with open_engine(index_dir) as engine, without_garbage_collector():
        articles = engine.export(SearchRequest()).articles
        next(articles)
        for _ in range(3):
            name = publish(archive, index_dir)
        wait(lambda: engine.info().snapshot == name)
        sleep(1)  # the engine closes snapshots that are removed
        assert first in mapped_snapshots()
        assert len(list(articles)) == 19
        del articles
        assert first not in mapped_snapshots()


def failing(function: Callable[..., Any], error: Exception, times: int = 2) -> Callable[..., Any]:
    """The function, which raises the error the first times."""
    errors = [error] * times

    def call(*args: Any, **kwargs: Any) -> Any:
        if errors:
            raise errors.pop()
        return function(*args, **kwargs)

    return call


ERRORS = pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EMFILE, "Too many open files"),
        MemoryError(),
        RuntimeError("can't start new thread"),
        SnapshotDamaged("File 'a' cannot be read: [Errno 5] Input/output error"),
    ],
    ids=["descriptors", "memory", "threads", "read error"],
)


@ERRORS
def test_fault_58_publication_that_cannot_be_opened_is_tried_until_it_is_open(
    archive: Path, index_dir: Path, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with open_engine(index_dir) as engine:
        before = engine.info().snapshot
        store = engine._store  # type: ignore[attr-defined]
        monkeypatch.setattr(store, "open", failing(store.open, error))
        name = publish(archive, index_dir)
        wait(lambda: engine.statistics().degraded is not None)
        assert engine.search(SearchRequest()).index.snapshot == before
        wait(lambda: engine.info().snapshot == name)
        assert engine.statistics().degraded is None
    assert [record.levelname for record in caplog.records] == ["ERROR"]


@ERRORS
def test_opened_snapshot_that_cannot_be_read_is_tried_until_it_can(
    archive: Path, index_dir: Path, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with open_engine(index_dir) as engine:
        monkeypatch.setattr("search.searcher.current_searcher.IndexReader", failing(IndexReader, error))
        name = publish(archive, index_dir)
        wait(lambda: engine.info().snapshot == name)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_first_snapshot_is_tried_until_it_is_open(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(SnapshotStore, "open", failing(SnapshotStore.open, MemoryError()))
        engine = open_engine(index_dir)
        assert not is_available(engine)
        with engine:
            wait(lambda: is_available(engine))


def is_available(engine: Engine) -> bool:
    with suppress(EngineUnavailable):
        return bool(engine.info())
    return False


def test_newest_snapshot_is_used_if_several_were_published_meanwhile(
    archive: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_engine(index_dir) as engine:
        store = engine._store  # type: ignore[attr-defined]
        monkeypatch.setattr(store, "open", failing(store.open, MemoryError(), 3))
        for _ in range(4):
            name = publish(archive, index_dir)
        wait(lambda: engine.info().snapshot == name)


def test_missing_name_of_the_published_snapshot_is_a_fault(archive: Path, index_dir: Path) -> None:
    with open_engine(index_dir) as engine:
        before = engine.info()
        (index_dir / "CURRENT").unlink()
        wait(lambda: engine.statistics().degraded is not None)
        assert engine.search(SearchRequest()).index == before
        name = publish(archive, index_dir)
        wait(lambda: engine.info().snapshot == name)
        assert engine.statistics().degraded is None
