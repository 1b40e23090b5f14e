"""An engine notices that its snapshot is damaged, and answers from the newest sound one.  No answer is wrong."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import Mock, patch

import pytest

from search import (
    Article,
    Engine,
    EngineUnavailable,
    SearchRequest,
    Settings,
    SnapshotDamaged,
    SnapshotGone,
    build_index,
    open_engine,
)
from search.snapshot.integrity import Integrity
from search.snapshot.store import SnapshotStore
from tests.files import MEMORY, write
from tests.waiting import wait
from web import create_app

FILES = ["*.positions.npy", "*.posting_docs.npy", "*.terms.octets.npy", "*.topic.sets.npy", "*.zjson", "manifest.json"]


@pytest.fixture(scope="module")
def published() -> Iterator[Path]:
    """An archive with an index of two snapshots, without files in common; read only."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        for version in range(2):
            publish(Path(folder), version)
        yield Path(folder)


@pytest.fixture
def site(published: Path) -> Iterator[Path]:
    """A copy of it."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(shutil.copytree(published, Path(folder, "site")))


@pytest.fixture
def engine(site: Path) -> Iterator[Engine]:
    with open_engine(site / "index") as opened:
        yield opened


@pytest.fixture(autouse=True)
def _compared_before_every_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.snapshot.integrity.COMPARED_SECONDS", 0.0)


@pytest.fixture
def _without_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Damage that leaves no trace, before the scrub reaches it."""
    monkeypatch.setattr(Integrity, "changed", lambda _: False)
    monkeypatch.setattr(Integrity, "scrub", lambda _: None)


def publish(site: Path, version: int) -> str:
    for number in range(30):
        title = f"robot version{version} number{number}"
        write(Article(id=f"{number}", title=title, topics=("AI", f"Topic {version}")), site / "archive")
    return build_index(site / "archive", site / "index", full=True).snapshot


def answers(engine: Engine) -> list[Any]:
    """All that a snapshot has, in short."""
    found = engine.search(SearchRequest(q="robot", per_page=100, facets=("topic",)))
    words = (f"version{version} number7" for version in range(3))
    return [
        found.index.snapshot,
        [hit.article.title for hit in found.hits],
        [(value.value, value.count) for value in found.facets[0].values],
        [engine.search(SearchRequest(q=q)).total for q in words],
        [completion.text for completion in engine.complete("versi", 5)],
    ]


@pytest.fixture(scope="module")
def right(published: Path) -> dict[str, list[Any]]:
    """The answers of each snapshot, oldest first."""
    right = {}
    for name in SnapshotStore(published / "index").names():
        SnapshotStore(published / "index").rollback(name)
        with open_engine(published / "index") as opened:
            right[name] = answers(opened)
    return right


def snapshots(site: Path) -> list[Path]:
    return sorted((site / "index" / "snapshots").iterdir())


def file_of(snapshot: Path, pattern: str) -> Path:
    path = next(snapshot.glob(pattern))
    path.chmod(0o644)
    return path


def flip(path: Path) -> None:
    """Flip one bit, in the second half."""
    content = bytearray(path.read_bytes())
    content[len(content) * 3 // 4] ^= 0x10
    with path.open("r+b") as file:
        file.write(content)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def zero(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))


def replace_by_another(path: Path) -> None:
    path.with_name("another").write_bytes(b"\0" * path.stat().st_size)
    path.with_name("another").replace(path)


def write_again(path: Path) -> None:
    path.write_bytes(path.read_bytes())


DAMAGES: list[Callable[[Path], None]] = [flip, truncate, zero, replace_by_another, Path.unlink]


@pytest.mark.parametrize("pattern", FILES)
@pytest.mark.parametrize("damage", DAMAGES)
def test_fault_64_damaged_snapshot_is_left_before_it_is_read(
    engine: Engine, site: Path, right: dict[str, list[Any]], pattern: str, damage: Callable[[Path], None]
) -> None:
    earlier, current = right
    assert answers(engine) == right[current]
    damage(file_of(snapshots(site)[-1], pattern))
    assert answers(engine) == right[earlier]
    assert engine.statistics().degraded


def test_fault_64_damage_that_leaves_no_trace_is_found_by_the_scrub(
    engine: Engine, site: Path, right: dict[str, list[Any]]
) -> None:
    earlier, _ = right
    path = file_of(snapshots(site)[-1], "*.positions.npy")
    state = path.stat()
    flip(path)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    wait(lambda: engine.statistics().degraded)
    assert answers(engine) == right[earlier]


@pytest.mark.usefixtures("_without_comparison")
def test_fault_64_answer_that_fails_by_damage_comes_from_a_sound_snapshot(
    engine: Engine, site: Path, right: dict[str, list[Any]]
) -> None:
    """Stored articles that cannot be decoded."""
    earlier, _ = right
    zero(file_of(snapshots(site)[-1], "*.zjson"))
    assert answers(engine) == right[earlier]
    assert engine.statistics().degraded


@pytest.mark.parametrize("error", [IndexError, ValueError, KeyError, UnicodeError, MemoryError, RecursionError])
def test_error_of_ours_stays_an_error_and_costs_one_verification(
    engine: Engine, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.search(SearchRequest(q="robot"))
    searcher = engine._searcher()  # type: ignore[attr-defined]
    monkeypatch.setattr(searcher, "search", Mock(side_effect=error("ours")))
    with patch.object(Integrity, "_is_sound", autospec=True, side_effect=Integrity._is_sound) as verified:
        for _ in range(3):
            with pytest.raises(error, match="ours"):
                engine.search(SearchRequest(q="robot"))
    files = len(searcher.reader.snapshot.manifest.files)
    assert files <= verified.call_count <= files + 1
    assert engine.statistics().degraded is None


def test_next_sound_publish_ends_it(engine: Engine, site: Path) -> None:
    flip(file_of(snapshots(site)[-1], "*.positions.npy"))
    answers(engine)
    assert engine.statistics().degraded
    name = publish(site, 2)
    wait(lambda: engine.info().snapshot == name)
    assert engine.statistics().degraded is None
    assert answers(engine)[3] == [0, 0, 1]


def test_restored_file_ends_it(engine: Engine, site: Path, right: dict[str, list[Any]]) -> None:
    _, current = right
    path = file_of(snapshots(site)[-1], "*.positions.npy")
    content = path.read_bytes()
    zero(path)
    assert answers(engine)[0] != current
    path.write_bytes(content)
    wait(lambda: engine.info().snapshot == current)
    assert answers(engine) == right[current]
    assert engine.statistics().degraded is None


def test_without_a_sound_snapshot_the_engine_is_unavailable_until_there_is_one(engine: Engine, site: Path) -> None:
    for snapshot in snapshots(site):
        flip(file_of(snapshot, "*.positions.npy"))
    with pytest.raises(EngineUnavailable, match="article-search check"):
        engine.search(SearchRequest(q="robot"))
    name = publish(site, 2)
    wait(lambda: _snapshot(engine) == name)
    assert answers(engine)[3] == [0, 0, 1]


def _snapshot(engine: Engine) -> str | None:
    try:
        return engine.info().snapshot
    except EngineUnavailable:
        return None


def test_damaged_snapshot_that_a_request_names_is_gone(engine: Engine, site: Path) -> None:
    earlier = snapshots(site)[0]
    engine.search(SearchRequest(at=earlier.name))
    flip(file_of(earlier, "*.positions.npy"))
    with pytest.raises(SnapshotGone):
        engine.search(SearchRequest(at=earlier.name))
    assert engine.statistics().degraded is None


def test_export_ends_with_an_error_if_its_snapshot_is_damaged(engine: Engine, site: Path) -> None:
    articles = engine.export(SearchRequest()).articles
    next(articles)
    flip(file_of(snapshots(site)[-1], "*.zjson"))
    with pytest.raises(SnapshotDamaged, match="during an export"):
        list(articles)


@pytest.mark.usefixtures("_without_comparison")
def test_export_of_articles_that_cannot_be_decoded_ends_with_an_error(engine: Engine, site: Path) -> None:
    articles = engine.export(SearchRequest()).articles
    next(articles)
    zero(file_of(snapshots(site)[-1], "*.zjson"))
    with pytest.raises(SnapshotDamaged, match="during an export"):
        list(articles)


@pytest.mark.parametrize("change", [Path.touch, write_again])
def test_file_with_its_content_is_no_damage(
    engine: Engine, site: Path, right: dict[str, list[Any]], change: Callable[[Path], None]
) -> None:
    _, current = right
    change(file_of(snapshots(site)[-1], "*.positions.npy"))
    assert answers(engine) == right[current]
    assert engine.statistics().degraded is None


def test_fault_34_snapshot_that_is_removed_while_it_is_used_is_no_damage(
    engine: Engine, site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine._current, "refresh", lambda: False)  # type: ignore[attr-defined]
    before = answers(engine)
    for version in range(2, 5):
        publish(site, version)
    assert answers(engine) == before
    assert caplog.records == []


def test_fault_64_readyz_says_that_the_service_is_degraded_and_names_no_path(engine: Engine, site: Path) -> None:
    client = create_app(Settings(), engine=engine).test_client()
    assert client.get("/readyz").text.startswith("ready\nbuilt_at: ")
    flip(file_of(snapshots(site)[-1], "*.positions.npy"))
    client.get("/api/v1/search?q=robot")
    response = client.get("/readyz")
    assert response.status_code == 200
    state, reason, *_ = response.text.splitlines()
    assert state == "degraded"
    assert reason in {
        "reason: the published snapshot cannot be used",
        "reason: the published snapshot is damaged or cannot be read",
    }
    assert client.get("/api/v1/stats").json["degraded"] == reason.removeprefix("reason: ")  # type: ignore[index]
