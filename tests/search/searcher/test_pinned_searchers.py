"""A request that names a snapshot is answered from it, always the same, as long as it is kept."""

import gc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Article, Engine, SearchRequest, Settings, SnapshotGone, build_index, open_engine
from search.searcher.index_reader import IndexReader
from search.searcher.pinned_searchers import MAX_OPEN, UNUSED_SECONDS, PinnedSearchers
from search.searcher.result_cache import ResultCache
from search.searcher.searcher import Searcher
from search.settings import Ranking
from search.snapshot.retention import Retention
from search.snapshot.store import SnapshotStore
from tests import strategies
from tests.faults.damage import rewrite_manifest
from tests.files import MEMORY, write
from tests.reference import Archive, comparable
from tests.resources import mapped_files
from tests.waiting import wait


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive"
    for number in range(5):
        moment = datetime.now(UTC) - timedelta(days=100 * number)
        write(Article(id=f"{number}", title=f"robot {number} car", topics=("AI",), published_at=moment), path)
    return path


@pytest.fixture
def first(index_dir: Path) -> str:
    """The name of the first snapshot, which is kept."""
    name = SnapshotStore(index_dir).current_name()
    Retention(index_dir).keep(name)
    return name


def publish(archive: Path, index_dir: Path, times: int = 1) -> str:
    for _ in range(times):
        number = len(list(archive.iterdir()))
        write(Article(id=f"{number}", title=f"robot {number} bus", topics=("Cars",)), archive)
        write(Article(id="0", title=f"robot changed {number}"), archive)
        build_index(archive, index_dir)
    return SnapshotStore(index_dir).current_name()


def answers(engine: Engine, at: str | None) -> list[Any]:
    """What an engine says about a snapshot."""
    request = SearchRequest(q="robot car", match="most", timeline="month", explain=True, at=at)
    exported = engine.export(request)
    return [
        engine.search(request),
        engine.search(SearchRequest(at=at)),
        engine.facet("topic", request),
        engine.significant_words(SearchRequest(topic=("AI",), at=at), 5),
        (exported.index.snapshot, exported.total, list(exported.articles)),
    ]


@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(strategies.archives(12), strategies.archives(12), st.lists(strategies.requests(), min_size=6, max_size=6))
def test_any_request_gives_the_results_of_the_reference_for_a_named_snapshot(
    before: list[Article], after: list[Article], requests: list[SearchRequest]
) -> None:
    with TemporaryDirectory(dir=MEMORY) as folder:
        index_dir = Path(folder, "index")
        for number, articles in enumerate((before, after)):
            for article in articles:
                write(article, Path(folder, str(number)))
            build_index(Path(folder, str(number)), index_dir, full=True, allow_shrink=True)
        named, current = SnapshotStore(index_dir).snapshots()[::-1]
        references = Archive(before, today=named.built_at.date()), Archive(after, today=date(2024, 1, 1))
        with open_engine(index_dir, today=lambda: date(2024, 1, 1)) as engine:
            for request in requests:
                for reference, at in zip(references, (named.name, None), strict=True):
                    results = engine.search(request.model_copy(update={"at": at}))
                    assert results.index.snapshot == (at or current.name)
                    corrected = results.correction.q if results.correction and results.correction.applied else request.q
                    assert comparable(results) == reference.search(request.model_copy(update={"q": corrected}))


def test_named_snapshot_gives_the_same_answers_on_any_day_and_after_builds(
    archive: Path, index_dir: Path, first: str
) -> None:
    day = date.today()  # noqa: DTZ011
    with open_engine(index_dir, today=lambda: day) as engine:
        expected = answers(engine, first)
        publish(archive, index_dir, 4)
        wait(lambda: engine.info().snapshot != first)
        day += timedelta(days=400)
        wait(lambda: engine._current._day == day)  # type: ignore[attr-defined]
        assert answers(engine, first) == expected
        assert answers(engine, None) != expected
    with open_engine(index_dir, today=lambda: day) as another:
        assert without_times(answers(another, first)) == without_times(expected)


def without_times(value: Any) -> str:
    """A process knows synonyms since its start: that is no part of an answer."""
    return repr(value).replace("modified_at", "\0").partition("\0")[0]


def test_current_snapshot_can_be_named(index_dir: Path, first: str) -> None:
    with open_engine(index_dir) as engine:
        named = engine.search(SearchRequest(q="robot", at=first))
        current = engine.search(SearchRequest(q="robot"))
    assert [hit.article.id for hit in named.hits] == [hit.article.id for hit in current.hits]
    assert (named.index.pinned, current.index.pinned) == (True, False)


def test_changed_synonyms_apply_to_open_named_snapshots(index_dir: Path, first: str, tmp_path: Path) -> None:
    synonyms = tmp_path / "synonyms.yaml"
    synonyms.write_text("")
    with open_engine(index_dir, Settings(synonyms=synonyms)) as engine:
        request = SearchRequest(q="vehicle", at=first)
        before = engine.search(request)
        synonyms.write_text("same: [[vehicle, car]]")
        wait(lambda: engine.search(request).total == 5)
        assert before.total == 0
        assert engine.search(request).index.content != before.index.content


# Snapshots that are gone


def gone(engine: Engine, name: str) -> SnapshotGone:
    with pytest.raises(SnapshotGone) as raised:
        engine.search(SearchRequest(at=name))
    return raised.value


def test_removed_snapshot_is_gone_and_the_kept_ones_are_named(archive: Path, index_dir: Path) -> None:
    name = SnapshotStore(index_dir).current_name()
    with open_engine(index_dir) as engine:
        engine.search(SearchRequest(at=name))
        current = publish(archive, index_dir, 3)
        wait(lambda: engine.info().snapshot == current)
        error = gone(engine, name)
    assert error.kept == tuple(SnapshotStore(index_dir).names()[::-1])
    assert name in str(error)
    assert all(kept in str(error) for kept in error.kept)


@pytest.mark.parametrize("name", ["20200101T000000Z-aaaa", "snapshots", "x"])
def test_unknown_snapshot_is_gone(index_dir: Path, name: str) -> None:
    with open_engine(index_dir) as engine:
        assert gone(engine, name).kept == tuple(SnapshotStore(index_dir).names())


def damage(path: Path) -> None:
    file = next(path.glob("*.positions.npy"))
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"\xff")


def changed_manifest(**change: object) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        rewrite_manifest(path, **change)

    return apply


@pytest.mark.parametrize(
    "change",
    [damage, changed_manifest(format=0), changed_manifest(analyzer="another")],
    ids=["damaged", "format", "analyzer"],
)
def test_snapshot_that_cannot_be_used_is_gone(
    archive: Path, index_dir: Path, first: str, change: Callable[[Path], None]
) -> None:
    current = publish(archive, index_dir)
    change(index_dir / "snapshots" / first)
    with open_engine(index_dir) as engine:
        assert gone(engine, first).kept[0] == current
        assert engine.search(SearchRequest()).total


# Resources


def test_files_of_unused_snapshots_are_closed(archive: Path, index_dir: Path, first: str) -> None:
    publish(archive, index_dir, 2)
    clock = [0.0]
    store = SnapshotStore(index_dir)
    pinned = PinnedSearchers(store, searcher, lambda: clock[0])
    before = mapped_files()
    for name in store.names():
        assert pinned.get(name, None).search(SearchRequest()).total
    assert mapped_files() > before + 100
    clock[0] = UNUSED_SECONDS
    pinned.get(first, None)
    pinned.close_unused()
    assert before < mapped_files()
    clock[0] = 2 * UNUSED_SECONDS + 1
    pinned.close_unused()
    assert mapped_files() == before


def test_few_snapshots_are_open_at_once(archive: Path, index_dir: Path) -> None:
    store, names = SnapshotStore(index_dir), []
    for _ in range(MAX_OPEN + 2):
        names.append(publish(archive, index_dir))
        Retention(index_dir).keep(names[-1])
    pinned = PinnedSearchers(store, searcher)
    before = mapped_files()
    opened = []
    for name in names:
        pinned.get(name, None)
        opened.append(mapped_files() - before)
    assert opened[-1] - opened[MAX_OPEN - 1] < opened[0]
    pinned.close()
    assert mapped_files() == before


def test_open_snapshot_is_not_opened_again(index_dir: Path, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SnapshotStore(index_dir)
    pinned = PinnedSearchers(store, searcher)
    used = pinned.get(first, None)
    monkeypatch.setattr(SnapshotStore, "open", lambda *_: pytest.fail("opened again"))
    assert pinned.get(first, None) is used


def test_removed_snapshot_is_closed_at_once(archive: Path, index_dir: Path) -> None:
    """Its blocks on the disk are freed only then."""
    store, before = SnapshotStore(index_dir), mapped_files()
    pinned = PinnedSearchers(store, searcher)
    pinned.get(store.current_name(), None)
    pinned.close_unused()
    assert mapped_files() > before
    publish(archive, index_dir, 3)
    pinned.close_unused()
    assert mapped_files() == before


def test_engine_that_is_closed_holds_no_files(archive: Path, index_dir: Path, first: str) -> None:
    publish(archive, index_dir)
    before = mapped_files()
    with open_engine(index_dir) as engine:
        answers(engine, first)
        answers(engine, None)
    wait(lambda: mapped_files() == before)


def searcher(snapshot: Any) -> Searcher:
    return Searcher(IndexReader(snapshot, Ranking(), pinned=True), ResultCache(8_000_000))


@pytest.fixture(autouse=True)
def _collected() -> None:
    """No snapshot of another test is freed while files are counted."""
    gc.collect()
