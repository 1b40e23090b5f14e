"""Builds remove all snapshots but the newest three, those that are kept, and those that an export reads."""

import errno
import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from search import Article, SearchRequest, SnapshotError, build_index, open_engine
from search.snapshot.removal import KEPT
from search.snapshot.retention import LEASE_SECONDS, MAX_LEASED, Retention
from search.snapshot.store import SnapshotStore
from tests.files import write


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    write(Article(id="0", title="robot"), tmp_path / "archive")
    write(Article(id="1", title="robot"), tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def first(index_dir: Path) -> str:
    """The name of the first snapshot."""
    return SnapshotStore(index_dir).current_name()


@pytest.fixture
def retention(index_dir: Path) -> Retention:
    return Retention(index_dir)


def publish(archive: Path, index_dir: Path, times: int = KEPT) -> list[str]:
    """Publish so many snapshots; the names of all that are left."""
    for _ in range(times):
        number = len(list(archive.iterdir()))
        write(Article(id=str(number), title=f"robot {number}"), archive)
        build_index(archive, index_dir)
    return SnapshotStore(index_dir).names()


def test_kept_snapshot_stays_until_it_is_released(
    archive: Path, index_dir: Path, first: str, retention: Retention
) -> None:
    retention.keep(first)
    names = publish(archive, index_dir, KEPT + 1)
    assert (names[0], len(names)) == (first, KEPT + 1)
    retention.release(first)
    assert first in SnapshotStore(index_dir).names()
    assert first not in publish(archive, index_dir, 1)


def test_list_of_snapshots_marks_the_kept_ones(
    archive: Path, index_dir: Path, first: str, retention: Retention
) -> None:
    retention.keep(first)
    publish(archive, index_dir, 1)
    assert [(each.name == first, each.kept) for each in SnapshotStore(index_dir).snapshots()] == [
        (False, False),
        (True, True),
    ]


@pytest.mark.parametrize("name", ["20200101T000000Z-aaaa", "..", "../snapshots", ""])
def test_unknown_snapshot_cannot_be_kept_or_released(index_dir: Path, retention: Retention, name: str) -> None:
    for change in (retention.keep, retention.release):
        with pytest.raises(SnapshotError, match="List them with: article-search snapshots"):
            change(name)
    assert retention.kept() == set()


def test_snapshot_that_is_not_kept_cannot_be_released(first: str, retention: Retention) -> None:
    with pytest.raises(SnapshotError, match="is not kept"):
        retention.release(first)


def test_directory_that_cannot_be_written_is_reported(
    first: str, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(SnapshotError, match=r"Cannot write to .*: Permission denied"):
        retention.keep(first)
    assert not retention.lease(first)


KILLED = """
import os, signal, sys
from pathlib import Path
from search.snapshot.retention import Retention

left = int(sys.argv[3])

def watch(event, arguments):
    global left
    if event in ("open", "os.mkdir", "os.remove", "os.utime"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

retention = Retention(Path(sys.argv[1]))
sys.addaudithook(watch)
getattr(retention, sys.argv[4])(sys.argv[2])
"""


@pytest.mark.parametrize("change", ["keep", "release"])
def test_killed_change_has_happened_or_not(
    archive: Path, index_dir: Path, first: str, retention: Retention, change: str
) -> None:
    """And nothing else is broken: whatever was killed, the next change and the next build work."""
    for operations in count(1):
        if change == "release":
            retention.keep(first)
        command = [sys.executable, "-c", KILLED, str(index_dir), first, str(operations), change]
        done = subprocess.run(command, check=False).returncode == 0
        assert retention.kept() in (set(), {first})
        assert SnapshotStore(index_dir).check() == []
        if done:
            break
    assert operations > 2
    assert retention.kept() == ({first} if change == "keep" else set())
    assert (first in publish(archive, index_dir)) == (change == "keep")


def test_marker_is_durable_before_the_command_ends(
    index_dir: Path, first: str, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    sync = os.fsync

    def syncing(handle: int) -> None:
        sync(handle)
        synced.append(os.fstat(handle).st_ino)

    monkeypatch.setattr(os, "fsync", syncing)
    retention.keep(first)
    kept = index_dir / "kept"
    assert synced == [path.stat().st_ino for path in (index_dir, kept / first, kept)]
    retention.release(first)
    assert synced[-1] == kept.stat().st_ino


# Leases


def test_leased_snapshot_stays_until_the_lease_is_over(
    archive: Path, index_dir: Path, first: str, retention: Retention
) -> None:
    assert retention.lease(first)
    assert first in publish(archive, index_dir, KEPT + 1)
    lease = index_dir / "leases" / first
    before = lease.stat().st_mtime - LEASE_SECONDS - 1
    os.utime(lease, (before, before))
    assert first not in publish(archive, index_dir, 1)
    assert list((index_dir / "leases").iterdir()) == []


def test_export_that_is_not_resumed_leases_nothing(archive: Path, index_dir: Path, first: str) -> None:
    with open_engine(index_dir) as engine:
        assert list(engine.export(SearchRequest()).articles)
        assert first not in publish(archive, index_dir, KEPT + 1)


def test_resumable_export_leases_its_snapshot(archive: Path, index_dir: Path, first: str) -> None:
    with open_engine(index_dir) as engine:
        engine.export(SearchRequest(), resumable=True)
        assert first in publish(archive, index_dir, KEPT + 1)


def test_export_renews_the_lease_while_it_is_read(index_dir: Path, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = index_dir / "leases" / first
    with open_engine(index_dir) as engine:
        articles = engine.export(SearchRequest(), resumable=True).articles
        next(articles)
        os.utime(lease, (1, 1))
        monkeypatch.setattr("search.snapshot.retention.monotonic", lambda: float("inf"))
        next(articles)
    assert lease.stat().st_mtime > 1


def test_lease_of_another_user_is_renewed(index_dir: Path, first: str, retention: Retention) -> None:
    """A server may write to the folder of leases, but not change the files of others."""
    retention.lease(first)
    lease = index_dir / "leases" / first
    lease.chmod(0)
    os.utime(lease, (1, 1))
    inode = lease.stat().st_ino
    assert retention.lease(first)
    assert (lease.stat().st_mtime > 1, lease.stat().st_ino != inode) == (True, True)
    assert retention.protected() == {first}


def test_search_leases_nothing(index_dir: Path, first: str) -> None:
    with open_engine(index_dir) as engine:
        engine.search(SearchRequest())
        engine.search(SearchRequest(at=first))
    assert not (index_dir / "leases").exists()


def test_missing_snapshot_is_not_leased(index_dir: Path, retention: Retention) -> None:
    assert not retention.lease("20200101T000000Z-aaaa")
    assert not (index_dir / "leases").exists()


def test_only_the_newest_leases_are_respected(index_dir: Path, retention: Retention) -> None:
    """Clients must not fill the disk with old snapshots."""
    names = [f"20200101T0000{number:02}Z-aaaa" for number in range(MAX_LEASED + 3)]
    for age, name in enumerate(reversed(names)):
        (index_dir / "snapshots" / name).mkdir()
        retention.lease(name)
        touched = (index_dir / "leases" / name).stat().st_mtime - age
        os.utime(index_dir / "leases" / name, (touched, touched))
    assert retention.protected() == set(names[-MAX_LEASED:])


def test_links_and_folders_among_the_leases_are_ignored(
    archive: Path, index_dir: Path, first: str, retention: Retention
) -> None:
    assert retention.lease(first)
    leases = index_dir / "leases"
    (leases / "dangling").symlink_to(index_dir / "nothing")
    (leases / "folder").mkdir()
    (leases / first).rename(leases / "moved")
    (leases / first).symlink_to(leases / "moved")
    assert first not in publish(archive, index_dir)


def test_server_that_cannot_write_exports_without_a_lease(
    index_dir: Path, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Retention, "lease", lambda *_: False)
    with open_engine(index_dir) as engine:
        assert len(list(engine.export(SearchRequest(), resumable=True).articles)) == 2


# Removal


def test_removed_snapshot_is_never_seen_in_part(
    archive: Path, index_dir: Path, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []
    monkeypatch.setattr("search.snapshot.store.shutil.rmtree", lambda path, **_: seen.append(Path(path)))
    assert first not in publish(archive, index_dir)
    removed = index_dir / "snapshots" / f".removed-{first}"
    assert removed in seen
    assert removed.is_dir()
    monkeypatch.undo()
    publish(archive, index_dir, 1)
    assert not removed.exists()
