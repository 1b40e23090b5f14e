"""A damaged manifest or CURRENT is refused: the newest sound snapshot serves, and the next build mends the index."""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from search import Article, IndexMissing, SnapshotError, build_index, open_engine
from search.snapshot.manifest import MANIFEST_FILE, Manifest
from search.snapshot.store import SnapshotStore
from tests.faults.damage import flip_a_bit, rewrite_manifest, write_over
from tests.files import MEMORY, write


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In memory: thousands of damages are written."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    write(Article(id="0", title="robot"), tmp_path / "archive")
    return tmp_path / "archive"


def snapshot_of(index_dir: Path) -> str:
    with open_engine(index_dir) as engine:
        return engine.info().snapshot


def test_fault_65_every_flipped_bit_of_a_manifest_is_refused(index_dir: Path) -> None:
    store = SnapshotStore(index_dir)
    folder = store.folder / store.current_name()
    content = (folder / MANIFEST_FILE).read_bytes()
    write_over(folder / MANIFEST_FILE, content)
    accepted = []
    for bit in range(0, len(content) * 8, 43):  # no divisor of 8: every bit of a byte has its turn
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        (folder / MANIFEST_FILE).write_bytes(flipped)
        try:
            Manifest.read(folder)
        except SnapshotError:
            continue
        accepted.append(bit)
    assert accepted == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"articles": 2}, "the manifest counts 2 articles, the index has 1"),
        ({"content": "0"}, "the manifest names other articles"),
    ],
)
def test_fault_65_check_compares_the_manifest_with_the_index(
    index_dir: Path, change: dict[str, object], fault: str
) -> None:
    store = SnapshotStore(index_dir)
    rewrite_manifest(store.folder / store.current_name(), **change)
    (index_dir / "CURRENT").write_text(store.current_name())
    (found,) = store.check()
    assert fault in found


def test_fault_65_check_compares_stored_articles_with_the_file_table(archive: Path, index_dir: Path) -> None:
    """A stored article that is another version of itself has the right id, and nothing else is wrong with it."""
    store = SnapshotStore(index_dir)
    first = store.open_current()
    write(Article(id="0", title="droid"), archive)
    build_index(archive, index_dir)
    second = store.open_current()
    mixed = replace(second, stored_files=first.stored_files, segment=first.segment)
    assert mixed.check() == ["document 0 (0) is another version than in the file table"]


def lose(index_dir: Path) -> None:
    (index_dir / "CURRENT").unlink()


def empty(index_dir: Path) -> None:
    (index_dir / "CURRENT").write_bytes(b"")


def flip(index_dir: Path) -> None:
    flip_a_bit(index_dir / "CURRENT", Random(1))


def make_a_fifo(index_dir: Path) -> None:
    lose(index_dir)
    os.mkfifo(index_dir / "CURRENT")


def name_another_manifest(index_dir: Path) -> None:
    (index_dir / "CURRENT").write_text(f"{SnapshotStore(index_dir).current_name()} {'0' * 64}\n")


@pytest.mark.parametrize("damage", [lose, empty, flip, make_a_fifo, name_another_manifest])
def test_fault_61_newest_sound_snapshot_serves_without_current_and_a_build_mends_it(
    archive: Path, index_dir: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    store = SnapshotStore(index_dir)
    write(Article(id="1", title="robot"), archive)
    newest = build_index(archive, index_dir).snapshot
    damage(index_dir)
    assert snapshot_of(index_dir) == newest
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR]
    assert store.check()
    report = build_index(archive, index_dir)
    assert (report.outcome, report.added, report.articles) == ("published", 0, 2)
    assert (store.check(), store.current_name()) == ([], report.snapshot)


def test_damaged_snapshot_after_a_rollback_gives_way_to_a_newer_one(archive: Path, index_dir: Path) -> None:
    """Only if there is no earlier one: a rollback had a reason."""
    store = SnapshotStore(index_dir)
    write(Article(id="1", title="robot"), archive)
    newest = build_index(archive, index_dir).snapshot
    oldest = store.rollback()
    (store.folder / oldest / MANIFEST_FILE).unlink()
    assert snapshot_of(index_dir) == newest


def test_current_of_an_earlier_version_names_its_snapshot(index_dir: Path) -> None:
    name = SnapshotStore(index_dir).current_name()
    (index_dir / "CURRENT").write_text(f"{name}\n")
    assert SnapshotStore(index_dir).open_current().name == name


def test_fault_70_folder_without_snapshots_has_no_index(tmp_path: Path) -> None:
    for read in (SnapshotStore.open_current, SnapshotStore.check, SnapshotStore.snapshots):
        with pytest.raises(IndexMissing, match="Build it with: article-search index ARCHIVE"):
            read(SnapshotStore(tmp_path / "nowhere"))
