"""Times of files and clocks that are wrong: a changed article is noticed all the same."""

import os
from pathlib import Path

import pytest

from search import SearchRequest, build_index, open_engine

DAY_NS = 86_400 * 10**9


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    for name in "abcdefgh":
        write(tmp_path / "archive" / f"{name}.md", "robot")
    return tmp_path / "archive"


def write(path: Path, word: str) -> None:
    path.write_text(f"---\ntitle: A {word}\n---\n")


def total(index_dir: Path, q: str) -> int:
    with open_engine(index_dir) as engine:
        return engine.search(SearchRequest(q=q)).total


@pytest.mark.parametrize("shift", [0, -400 * DAY_NS, 400 * DAY_NS], ids=["restored", "set back", "in the future"])
def test_fault_27_change_of_the_same_length_is_noticed_whatever_its_time(
    archive: Path, index_dir: Path, shift: int
) -> None:
    path = archive / "a.md"
    before = path.stat()
    write(path, "drone")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + shift))
    assert build_index(archive, index_dir).changed == 1
    assert (total(index_dir, "robot"), total(index_dir, "drone")) == (7, 1)


def test_fault_27_file_in_place_of_another_is_noticed(archive: Path, index_dir: Path) -> None:
    path, moved = archive / "a.md", archive / "b.md"
    write(moved, "drone")
    os.utime(moved, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    moved.replace(path)
    report = build_index(archive, index_dir)
    assert (report.changed, report.removed) == (1, 1)


def test_fault_27_new_times_alone_change_no_article(archive: Path, index_dir: Path) -> None:
    for path in archive.iterdir():
        os.utime(path, (1, 1))
    assert build_index(archive, index_dir).changed == 0
