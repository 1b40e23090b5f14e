"""Died builds and full disks: each run removes what others left, and makes room before it writes."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from search import Article, BuildFailed, SnapshotDamaged, build_index
from search.durable import make_folder
from search.snapshot.pointer import Pointer
from search.snapshot.removal import KEPT
from search.snapshot.retention import Retention
from search.snapshot.store import SnapshotStore
from tests.files import write


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    write(Article(id="0", title="robot"), tmp_path / "archive")
    return tmp_path / "archive"


def add(archive: Path) -> None:
    number = len(list(archive.iterdir()))
    write(Article(id=str(number), title=f"robot {number}"), archive)


@contextmanager
def pointer_stuck() -> Iterator[None]:
    """CURRENT cannot be replaced."""
    with patch.object(Pointer, "replace", side_effect=PermissionError(errno.EPERM, "Operation not permitted")):
        yield


def test_fault_69_build_that_cannot_replace_current_leaves_no_snapshot(archive: Path, index_dir: Path) -> None:
    store = SnapshotStore(index_dir)
    before = store.names()
    for _ in range(2):
        add(archive)
        with pointer_stuck(), pytest.raises(BuildFailed, match="Operation not permitted"):
            build_index(archive, index_dir)
        assert store.names() == before
        assert not list(index_dir.rglob(".*"))


@pytest.mark.parametrize("outcome", ["published", "unchanged"])
def test_fault_69_every_run_removes_the_snapshots_that_died_builds_left(
    archive: Path, index_dir: Path, outcome: str
) -> None:
    store = SnapshotStore(index_dir)
    for _ in range(KEPT + 2):
        add(archive)
        with (
            pointer_stuck(),
            patch("search.snapshot.store.remove_snapshot"),  # as a killed build does not remove it
            pytest.raises(BuildFailed),
        ):
            build_index(archive, index_dir)
    assert len(store.names()) <= KEPT + 2, "the current one, the newest ones and one more"
    if outcome == "unchanged":
        for path in sorted(archive.iterdir())[1:]:
            path.unlink()
    assert build_index(archive, index_dir, allow_shrink=True).outcome == outcome
    assert len(store.names()) <= KEPT + (outcome == "unchanged"), "the current one may be older than the newest three"
    assert store.check() == []


def test_fault_31_new_folders_are_synced_in_their_parents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    fsync = os.fsync

    def syncing(descriptor: int) -> None:
        fsync(descriptor)
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    monkeypatch.setattr(os, "fsync", syncing)
    make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]


def test_process_that_holds_the_retention_lock_does_not_stop_a_build(
    archive: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.snapshot.retention._WAIT_SECONDS", 0.05)
    for _ in range(KEPT - 1):
        add(archive)
        build_index(archive, index_dir)
    add(archive)
    with Retention(index_dir).locked():
        assert build_index(archive, index_dir).outcome == "published"
    assert len(SnapshotStore(index_dir).names()) == KEPT + 1, "the oldest could not be removed"
    build_index(archive, index_dir)
    assert len(SnapshotStore(index_dir).names()) == KEPT


@pytest.mark.parametrize("name", ["retention.lock", "changes/x.y.gz", "snapshots/x/manifest.json", "CURRENT"])
def test_fault_70_fifo_in_place_of_a_file_does_not_stop_a_build(archive: Path, index_dir: Path, name: str) -> None:
    (index_dir / name).parent.mkdir(exist_ok=True)
    (index_dir / name).unlink(missing_ok=True)
    os.mkfifo(index_dir / name)
    add(archive)
    built = threading.Thread(target=build_index, args=(archive, index_dir), daemon=True)
    built.start()
    built.join(60)
    assert not built.is_alive()
    assert SnapshotStore(index_dir).check() == []


@pytest.mark.parametrize("pattern", ["manifest.json", "files.notes.json", "*.positions.npy", "articles-*.zjson"])
def test_fault_70_fifo_in_place_of_a_file_of_a_snapshot_is_damage(index_dir: Path, pattern: str) -> None:
    store = SnapshotStore(index_dir)
    snapshot = store.open_current()
    path = next(snapshot.folder.glob(pattern))
    path.unlink()
    os.mkfifo(path)

    def scrub() -> None:
        while True:
            snapshot.integrity.scrub()

    with ThreadPoolExecutor(2) as threads:
        for read in (store.open_current, snapshot.integrity.verify, *([scrub] if pattern != "manifest.json" else [])):
            with pytest.raises(SnapshotDamaged):
                threads.submit(read).result(60)


SMALL_DISK = """
import sys
from pathlib import Path
from search import Article, BuildFailed, SnapshotDamaged, build_index
from search.snapshot.store import SnapshotStore
from tests.files import write

disk, archive = Path(sys.argv[1]), Path(sys.argv[2])
store = SnapshotStore(disk / "index")
for number in range(6):
    write(Article(id=str(number), title=f"robot {number}"), archive)
    try:
        print(build_index(archive, disk / "index", full=True).outcome, len(store.names()))
    except BuildFailed as error:
        print("failed", len(store.names()), error)
    assert store.check() == [], store.check()
    assert not list(disk.rglob(".*")), list(disk.rglob(".*"))
"""


def small_disk(room: int, folder: Path, archive: Path) -> list[str]:
    """What six full builds on a disk of so many bytes print: outcome and number of snapshots."""
    script = f'mount -t tmpfs -o size={room} none "$1" && exec "$0" -c "$3" "$1" "$2"'
    command = ["unshare", "-rm", "sh", "-c", script, sys.executable, str(folder), str(archive), SMALL_DISK]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent.parent)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@pytest.fixture
def snapshot_bytes(index_dir: Path) -> int:
    """The size of a snapshot on a tmpfs."""
    if subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode:  # noqa: PLW1510
        pytest.skip("unshare -rm cannot mount a file system here")
    (folder,) = (index_dir / "snapshots").iterdir()
    pages = sum(-(-path.stat().st_size // 4096) for path in folder.iterdir())
    return 4096 * (pages + 16)


def test_fault_69_builds_on_a_nearly_full_disk_remove_the_oldest_snapshot_first(
    tmp_path: Path, archive: Path, snapshot_bytes: int
) -> None:
    """Three snapshots fit, a fourth does not."""
    (tmp_path / "disk").mkdir()
    lines = small_disk(int(3.6 * snapshot_bytes), tmp_path / "disk", archive)
    assert lines == [f"published {min(number, 3)}" for number in range(1, 7)]


def test_fault_30_build_without_room_leaves_the_index_as_it_was(
    tmp_path: Path, archive: Path, snapshot_bytes: int
) -> None:
    """Two snapshots fit, a third does not."""
    (tmp_path / "disk").mkdir()
    lines = small_disk(int(2.5 * snapshot_bytes), tmp_path / "disk", archive)
    assert lines[:2] == ["published 1", "published 2"]
    assert all(line.startswith("failed 2 ") and "No space left" in line for line in lines[2:])
