"""Readers see the old index or the new one, even if a build is killed, a disk fails or a snapshot is damaged."""

import errno
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count, product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from unittest.mock import Mock

import msgspec
import pytest

from search.article import Article
from search.engine import Engine
from search.engines import open_engine
from search.errors import BuildFailed, BuildRunning, IndexMissing, SnapshotError, SnapshotIncompatible
from search.index.builder import build_index
from search.request import SearchRequest
from search.snapshot.manifest import FORMAT, Manifest
from search.snapshot.store import SnapshotStore
from tests.faults.damage import rewrite_manifest, write_over
from tests.files import MEMORY, write

EVERYTHING = SearchRequest(per_page=100, fields=("id",))


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name)


@pytest.fixture
def archive(folder: Path) -> Path:
    """An archive of ten articles."""
    path = folder / "archive"
    for i in range(10):
        write(Article(id=f"{i:02}", title=f"robot {i}", topics=("AI",)), path)
    return path


@pytest.fixture
def index_dir(archive: Path, folder: Path) -> Path:
    """The index of the archive."""
    build_index(archive, folder / "index")
    return folder / "index"


def titles(engine: Engine) -> list[str]:
    return sorted(hit.article.title for hit in engine.search(EVERYTHING).hits)


def served(index_dir: Path) -> list[str]:
    with open_engine(index_dir) as engine:
        return titles(engine)


def leftovers(index_dir: Path) -> list[Path]:
    return [path for path in index_dir.rglob("*") if path.name.startswith(".")]


# Refused builds


@pytest.mark.parametrize(
    ("remaining", "allow_shrink", "published"),
    [(10, False, True), (8, False, True), (7, False, False), (7, True, True), (1, True, True), (0, True, False)],
)
@pytest.mark.parametrize("how", ["deleted", "unpublished"])
def test_archive_that_shrank_by_more_than_a_fifth_is_refused(
    archive: Path, index_dir: Path, remaining: int, allow_shrink: bool, published: bool, how: str
) -> None:
    before = served(index_dir)
    for path in sorted(archive.glob("*.md"))[remaining:]:
        if how == "deleted":
            path.unlink()
        else:
            write(Article(id=path.stem, title="gone"), archive, published=False)
    if published:
        assert build_index(archive, index_dir, allow_shrink=allow_shrink).articles == remaining
        assert served(index_dir) == before[:remaining]
    else:
        with pytest.raises(BuildFailed):
            build_index(archive, index_dir, allow_shrink=allow_shrink)
        assert served(index_dir) == before


@pytest.mark.parametrize("full", [False, True])
def test_missing_archive_is_refused(archive: Path, index_dir: Path, full: bool) -> None:
    before = served(index_dir)
    shutil.rmtree(archive)
    with pytest.raises(BuildFailed, match="Archive not found"):
        build_index(archive, index_dir, full=full, allow_shrink=True)
    assert served(index_dir) == before


@pytest.mark.parametrize(("max_rejects", "published"), [(None, True), (2, True), (1, False), (0, False)])
def test_more_rejected_files_than_allowed_are_refused(
    archive: Path, index_dir: Path, max_rejects: int | None, published: bool
) -> None:
    before = served(index_dir)
    for name in ("x.md", "y.md"):
        (archive / name).write_bytes(b"")
    if published:
        assert len(build_index(archive, index_dir, max_rejects=max_rejects).rejected) == 2
    else:
        with pytest.raises(BuildFailed, match="2 files were rejected"):
            build_index(archive, index_dir, max_rejects=max_rejects)
    assert served(index_dir) == before
    assert not leftovers(index_dir)


@contextmanager
def failing_to_open(name: str) -> Iterator[None]:
    """Make `os.open` fail for a name."""
    opened = os.open

    def refusing(path: str | Path, *args: object, **kwargs: object) -> int:
        if str(path).endswith(name):
            raise OSError(errno.EIO, "Input/output error", str(path))
        return opened(path, *args, **kwargs)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", refusing)
        yield


def test_unreadable_file_is_tried_again(archive: Path, index_dir: Path) -> None:
    before = served(index_dir)
    write(Article(id="new", title="robot new"), archive)
    with failing_to_open("new.md"):
        assert [file.reason for file in build_index(archive, index_dir, max_unreadable=1).rejected] == ["unreadable"]
        assert build_index(archive, index_dir, max_unreadable=1).outcome == "unchanged"
    assert served(index_dir) == before
    assert build_index(archive, index_dir).added == 1


def test_unreadable_folder_counts_as_rejected(archive: Path, index_dir: Path) -> None:
    write(Article(id="sub/x", title="robot x"), archive)
    build_index(archive, index_dir)
    with failing_to_open("sub"), pytest.raises(BuildFailed, match="sub: unreadable folder"):
        build_index(archive, index_dir, max_rejects=0)


# Published snapshots


def test_fault_31_all_files_are_synced_before_current_is_replaced(
    archive: Path, index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise CURRENT might survive a power cut, but not the files that it needs."""
    store, synced = SnapshotStore(index_dir), tmp_path / "synced"
    sync, put_in_place = os.fsync, Path.replace

    def syncing(handle: int) -> None:
        sync(handle)
        with synced.open("a") as log:  # a file, because worker processes write, too
            log.write(f"{os.fstat(handle).st_ino}\n")

    def on_disk() -> set[int]:
        return set(map(int, synced.read_text().split()))

    def putting_in_place(path: Path, target: Path) -> Path:
        newest = store.folder / store.names()[-1]
        needed = [path, store.folder, newest, *newest.iterdir()]
        assert [each.name for each in needed if each.stat().st_ino not in on_disk()] == []
        synced.write_text("")
        return put_in_place(path, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "replace", putting_in_place)
    build_index(archive, index_dir, full=True)
    assert on_disk() == {index_dir.stat().st_ino}


def test_fault_33_published_files_are_read_only(index_dir: Path) -> None:
    store = SnapshotStore(index_dir)
    published = (store.folder / store.current_name()).iterdir()
    assert [path.name for path in published if path.stat().st_mode & 0o222] == []


# Unchanged articles


def test_unchanged_archive_publishes_nothing(archive: Path, index_dir: Path) -> None:
    store = SnapshotStore(index_dir)
    before = store.names(), store.pointer_state()
    assert build_index(archive, index_dir).outcome == "unchanged"
    assert (store.names(), store.pointer_state()) == before


@pytest.mark.parametrize("outcome", ["unchanged", "published"])
def test_successful_build_records_when_the_archive_was_checked(archive: Path, index_dir: Path, outcome: str) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    os.utime(index_dir / "checked", (long_ago.timestamp(),) * 2)
    assert SnapshotStore(index_dir).outcomes.checked_at() == long_ago
    if outcome == "published":
        change(archive, "newer")
    started = datetime.now(UTC).replace(microsecond=0)
    assert build_index(archive, index_dir).outcome == outcome
    assert (SnapshotStore(index_dir).outcomes.checked_at() or long_ago) >= started


def test_failed_build_is_no_check(archive: Path, index_dir: Path) -> None:
    os.utime(index_dir / "checked", (0, 0))
    shutil.rmtree(archive)
    with pytest.raises(BuildFailed):
        build_index(archive, index_dir)
    assert SnapshotStore(index_dir).outcomes.checked_at() == datetime.fromtimestamp(0, UTC)


def test_index_without_a_record_was_checked_when_it_was_built(index_dir: Path) -> None:
    (index_dir / "checked").unlink()
    with open_engine(index_dir) as engine:
        assert engine.statistics().checked_at == engine.info().built_at


def test_statistics_follow_the_record(archive: Path, index_dir: Path) -> None:
    with open_engine(index_dir) as engine:
        os.utime(index_dir / "checked", (4e9, 4e9))
        assert engine.statistics().checked_at == datetime.fromtimestamp(4e9, UTC)


def test_changed_secured_value_changes_no_article(archive: Path, index_dir: Path) -> None:
    before = SnapshotStore(index_dir).open_current().manifest
    for path in archive.glob("*.md"):
        path.write_text(path.read_text("utf-8").replace("secured: c2VjcmV0", "secured: b3RoZXI"), "utf-8")
    report = build_index(archive, index_dir)
    after = SnapshotStore(index_dir).open_current().manifest
    assert (report.added, report.changed, report.removed) == (0, 0, 0)
    assert (after.segment, after.content) == (before.segment, before.content)
    assert after.files[f"{after.segment}.positions.npy"] == before.files[f"{before.segment}.positions.npy"]


def change(archive: Path, words: str) -> None:
    write(Article(id="00", title=words), archive)


def test_fault_34_newest_three_snapshots_are_kept(archive: Path, index_dir: Path) -> None:
    names = [SnapshotStore(index_dir).current_name()]
    for i in range(4):
        change(archive, f"version {i}")
        names.append(build_index(archive, index_dir).snapshot)
    assert SnapshotStore(index_dir).names() == names[-3:]
    assert [s.name for s in SnapshotStore(index_dir).snapshots() if s.current] == names[-1:]


def test_copies_in_the_snapshot_folder_do_not_displace_the_current_one(archive: Path, index_dir: Path) -> None:
    store = SnapshotStore(index_dir)
    for number in range(3):
        shutil.copytree(store.folder / store.current_name(), store.folder / f"copy-{number}")
    change(archive, "newer")
    published = build_index(archive, index_dir).snapshot
    assert (store.current_name(), store.open_current().name) == (published, published)


# Rollback


def test_rollbacks_go_back_one_by_one_and_a_build_updates_from_there(archive: Path, index_dir: Path) -> None:
    store, versions = SnapshotStore(index_dir), [served(index_dir)]
    for i in range(2):
        change(archive, f"version {i}")
        build_index(archive, index_dir)
        versions.append(served(index_dir))
    for version in versions[-2::-1]:
        store.rollback()
        assert served(index_dir) == version
    with pytest.raises(SnapshotError, match="No snapshot before"):
        store.rollback()
    assert build_index(archive, index_dir).changed == 1
    assert served(index_dir) == versions[-1]


def test_rollback_skips_damaged_snapshots(archive: Path, index_dir: Path) -> None:
    store, first = SnapshotStore(index_dir), served(index_dir)
    for i in range(2):
        change(archive, f"version {i}")
        build_index(archive, index_dir, full=True)
    (store.folder / store.names()[1] / "manifest.json").unlink()
    assert store.rollback() == store.names()[0]
    assert served(index_dir) == first


def test_rollback_to_a_missing_snapshot_is_refused(index_dir: Path) -> None:
    with pytest.raises(SnapshotError, match=r"Snapshot \.\./elsewhere does not exist"):
        SnapshotStore(index_dir).rollback("../elsewhere")


# Damage


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(bytes(content))


def truncate(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, path.stat().st_size - 1)


class Trap:
    """Creates a folder when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.trace),)


FILES = [
    "_MAIN_1.toc",
    "*.positions.npy",
    "*.terms.octets.npy",
    "articles-*.zjson",
    "files.ids.octets.npy",
    "manifest.json",
]


@pytest.mark.parametrize("damage", [flip_a_bit, truncate, Path.unlink], ids=["bit", "truncated", "missing"])
@pytest.mark.parametrize("pattern", FILES)
def test_fault_32_damage_is_detected_and_the_previous_snapshot_is_served(
    archive: Path, index_dir: Path, damage: Callable[[Path], None], pattern: str
) -> None:
    store, before = SnapshotStore(index_dir), served(index_dir)
    change(archive, "newer")
    build_index(archive, index_dir, full=True)
    damage(next((store.folder / store.current_name()).glob(pattern)))
    assert store.check()
    assert served(index_dir) == before


def deform(path: Path) -> None:
    """Make the array empty in its header."""
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(re.sub(rb"\(\d+,\), }", lambda shape: b"(0,), }".ljust(len(shape[0])), content))


@pytest.mark.parametrize(
    ("damage", "pattern"),
    [
        *product((flip_a_bit, truncate, Path.unlink), FILES),
        (deform, "files.ids.starts.npy"),
        (deform, "*.stored_file.npy"),
    ],
)
def test_fault_32_next_build_repairs_a_damaged_snapshot(
    archive: Path, index_dir: Path, damage: Callable[[Path], None], pattern: str
) -> None:
    store, before = SnapshotStore(index_dir), served(index_dir)
    damage(next((store.folder / store.current_name()).glob(pattern)))
    assert build_index(archive, index_dir).outcome == "published"
    assert (store.check(), served(index_dir)) == ([], before)


def test_foreign_files_are_not_removed(archive: Path, index_dir: Path) -> None:
    (index_dir / ".building-site").mkdir()
    build_index(archive, index_dir)
    assert (index_dir / ".building-site").exists()


def test_fault_35_tampered_snapshot_is_never_unpickled(index_dir: Path, folder: Path) -> None:
    store = SnapshotStore(index_dir)
    contents = store.folder / store.current_name() / "_MAIN_1.toc"
    contents.chmod(0o644)
    contents.write_bytes(pickle.dumps(Trap(folder / "trace")))
    with pytest.raises(SnapshotError):
        store.open_current()
    assert not (folder / "trace").exists()


@pytest.mark.parametrize("change", [{"format": 0}, {"format": 99}, {"analyzer": "another"}], ids=str)
def test_fault_36_snapshot_of_another_version_is_replaced_by_the_next_build(
    archive: Path, index_dir: Path, change: dict[str, object]
) -> None:
    store, before = SnapshotStore(index_dir), served(index_dir)
    rewrite_manifest(store.folder / store.current_name(), **change)
    with pytest.raises(SnapshotIncompatible, match="made by another version"):
        store.open_current()
    report = build_index(archive, index_dir)
    assert (report.outcome, report.added) == ("published", 10)
    assert (store.check(), served(index_dir)) == ([], before)


def test_snapshot_of_a_version_without_a_checksum_of_the_manifest_is_incompatible(index_dir: Path) -> None:
    store = SnapshotStore(index_dir)
    manifest = store.folder / store.current_name() / "manifest.json"
    content = msgspec.json.encode(Manifest.read(manifest.parent))
    write_over(manifest, content.replace(b'"format":%d' % FORMAT, b'"format":8'))
    with pytest.raises(SnapshotIncompatible, match="made by another version"):
        store.open_current()


def test_snapshot_without_a_facet_of_the_schema_is_incompatible(
    index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SnapshotStore(index_dir)
    monkeypatch.setattr("search.snapshot.manifest.SCHEMA", Mock(facets={"topic": None, "mood": None}))
    with pytest.raises(SnapshotIncompatible, match="made by another version"):
        store.open(store.current_name())


@pytest.mark.parametrize("content", [b"", b"nowhere", b"../../etc", b"\xff\xfe"])
def test_wrong_current_is_ignored_and_repaired_by_a_build(archive: Path, index_dir: Path, content: bytes) -> None:
    store, before = SnapshotStore(index_dir), served(index_dir)
    (index_dir / "CURRENT").write_bytes(content)
    assert store.check()
    assert served(index_dir) == before
    build_index(archive, index_dir)
    assert store.check() == []


# Interruptions


@pytest.fixture
def changed(archive: Path, index_dir: Path) -> list[str]:
    """The titles in the index, before a build that changes one."""
    before = served(index_dir)
    change(archive, "newer")
    return before


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize(
    "call",
    ["os.fsync", "search.snapshot.snapshot_writer.npy", "pathlib.Path.rename", "pathlib.Path.replace"],
)
def test_fault_30_failing_disk_leaves_the_old_index(
    archive: Path, index_dir: Path, changed: list[str], call: str, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(call, fail)
    with pytest.raises(BuildFailed, match=os.strerror(error)):
        build_index(archive, index_dir)
    monkeypatch.undo()
    assert served(index_dir) == changed
    assert leftovers(index_dir) in ([], list(index_dir.glob(".CURRENT-*")))
    build_index(archive, index_dir)
    assert (leftovers(index_dir), SnapshotStore(index_dir).check()) == ([], [])


KILLED = """
import os, signal, sys
from search.index.builder import build_index

left = int(sys.argv[3])

def watch(event, arguments):
    global left
    if event in ("open", "os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.chmod"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
build_index(sys.argv[1], sys.argv[2])
"""


def test_fault_29_killed_build_leaves_the_old_or_the_new_index(
    archive: Path, index_dir: Path, changed: list[str]
) -> None:
    """Kills at every 13th file operation, which reaches every kind of them."""
    after = sorted([*changed[1:], "newer"])
    for operations in count(5, 13):
        build = subprocess.run([sys.executable, "-c", KILLED, archive, index_dir, str(operations)], check=False)
        assert served(index_dir) in (changed, after)
        assert SnapshotStore(index_dir).check() == []
        if build.returncode == 0:
            break
        assert build.returncode == -signal.SIGKILL
    assert (served(index_dir), leftovers(index_dir)) == (after, [])


# Concurrency


def test_fault_28_second_build_fails_at_once(archive: Path, index_dir: Path) -> None:
    with (
        SnapshotStore(index_dir).locked(),
        pytest.raises(BuildRunning, match=r"Another build \(process \d+\) is running"),
    ):
        build_index(archive, index_dir)


def test_engine_serves_the_old_or_the_new_index_during_builds(archive: Path, index_dir: Path) -> None:
    versions, seen = [served(index_dir)], []
    done = threading.Event()

    def read(engine: Engine) -> None:
        while not done.is_set():
            seen.append(titles(engine))

    with open_engine(index_dir) as engine:
        reader = threading.Thread(target=read, args=(engine,))
        reader.start()
        for i in range(5):
            change(archive, f"version {i}")
            published = build_index(archive, index_dir).snapshot
            versions.append(served(index_dir))
            deadline = monotonic() + 10
            while engine.info().snapshot != published and monotonic() < deadline:
                sleep(0.01)
            assert engine.info().snapshot == published
        done.set()
        reader.join()
    assert all(titles in versions for titles in seen)


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "denied"), MemoryError()], ids=repr)
def test_engine_that_failed_to_open_a_snapshot_opens_the_next(
    archive: Path, index_dir: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    def fail(_: Path) -> Iterator[Path]:
        failed.set()
        raise error

    with open_engine(index_dir) as engine:
        before = titles(engine)
        with monkeypatch.context() as patched:
            patched.setattr(Path, "iterdir", fail)
            os.utime(index_dir / "CURRENT", (1, 1))
            assert failed.wait(10)
        assert titles(engine) == before
        change(archive, "newer")
        published = build_index(archive, index_dir).snapshot
        deadline = monotonic() + 10
        while engine.info().snapshot != published and monotonic() < deadline:
            sleep(0.01)
        assert engine.info().snapshot == published


def test_engine_opened_before_the_first_build_answers_after_it(archive: Path, folder: Path) -> None:
    with open_engine(folder / "new") as engine:
        with pytest.raises(IndexMissing, match="Build it with: article-search index ARCHIVE"):
            engine.search(EVERYTHING)
        build_index(archive, folder / "new")
        deadline = monotonic() + 10
        while monotonic() < deadline:
            try:
                assert len(titles(engine)) == 10
                return
            except IndexMissing:
                sleep(0.01)
    raise AssertionError("the engine never noticed the index")
