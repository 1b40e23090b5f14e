"""Snapshots share files as hard links, but no file is in all of them: one damaged file leaves a sound snapshot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search import Article, BuildFailed, build_index
from search.snapshot.snapshot_writer import SnapshotWriter
from search.snapshot.store import SnapshotStore
from tests.faults.damage import write_over
from tests.files import write

Change = Callable[[Path, int], None]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    write(Article(id="0", title="robot"), tmp_path / "archive")
    write(Article(id="1", title="robot"), tmp_path / "archive")
    return tmp_path / "archive"


def add(archive: Path, number: int) -> None:
    write(Article(id=str(number), title=f"robot {number}"), archive)


def touch(archive: Path, number: int) -> None:
    (archive / "0.md").touch()


def files(store: SnapshotStore) -> list[set[int]]:
    """The inodes of each snapshot."""
    return [{path.stat().st_ino for path in (store.folder / name).iterdir()} for name in store.names()]


@pytest.mark.parametrize("change", [add, touch])
def test_fault_61_no_file_is_shared_by_all_snapshots(archive: Path, index_dir: Path, change: Change) -> None:
    store, shared = SnapshotStore(index_dir), 0
    for number in range(2, 9):
        change(archive, number)
        build_index(archive, index_dir)
        kept = files(store)
        assert set.intersection(*kept) == set()
        assert store.single_copies() == 0
        shared += len(kept[-1] & kept[-2])
    assert shared, "files are linked, not copied each time"


@pytest.mark.parametrize("change", [add, touch])
def test_fault_61_any_damaged_file_leaves_a_sound_snapshot(archive: Path, index_dir: Path, change: Change) -> None:
    store = SnapshotStore(index_dir)
    for number in range(2, 6):
        change(archive, number)
        build_index(archive, index_dir)
    for path in (store.folder / store.current_name()).iterdir():
        content = path.read_bytes()
        write_over(path, content[:-1] + bytes([content[-1] ^ 1]))
        assert store.open_current().name != store.current_name()
        write_over(path, content)


def test_snapshot_built_from_an_older_one_shares_no_file_with_all(archive: Path, index_dir: Path) -> None:
    """Because the newest is damaged, or after a rollback: it does not count as one that can take over."""
    store = SnapshotStore(index_dir)
    for number in range(2, 5):
        add(archive, number)
        build_index(archive, index_dir)
    (store.folder / store.current_name() / "manifest.json").unlink()
    build_index(archive, index_dir)
    assert store.single_copies() == 0


def test_file_that_changes_while_it_is_copied_is_not_published(
    archive: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SnapshotStore(index_dir)
    stored = next((store.folder / store.current_name()).glob("articles-*"))
    before = store.current_name()
    take_over = SnapshotWriter.take_over

    def damaging(*arguments: Any) -> None:
        write_over(stored, stored.read_bytes()[:-1] + b"x")
        take_over(*arguments)

    monkeypatch.setattr(SnapshotWriter, "take_over", damaging)
    touch(archive, 0)
    with pytest.raises(BuildFailed, match="changed since it was verified"):
        build_index(archive, index_dir)
    assert store.current_name() == before
