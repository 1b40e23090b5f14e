"""Files that cannot be read for a while cost no article, and a loss does not go unnoticed by coming in small parts."""

import errno
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from search.article import Article
from search.build_report import BuildRefused, BuildReport
from search.errors import BuildFailed
from search.index.builder import build_index
from search.snapshot.store import SnapshotStore
from tests.files import write


def fill(archive: Path, count: int, folder: str = "", words: str = "robot") -> list[Path]:
    return [write(Article(id=f"{folder}{number:03}", title=f"{words} {number}"), archive) for number in range(count)]


# Real permissions


PERMISSIONS_HOLD = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.getuid() == 0 else []
"""Root can read everything, unless it gives up that right."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for path in tmp_path.rglob("*"):
        path.chmod(0o700)


def run_index(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command: list[str | Path] = [
        *PERMISSIONS_HOLD,
        sys.executable,
        "-m",
        "search",
        "index",
        folder / "archive",
        *options,
    ]
    command += ["--index-dir", folder / "index"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def close(*paths: Path) -> None:
    for path in paths:
        path.chmod(0)


def test_fault_24_many_unreadable_files_fail_an_update(folder: Path) -> None:
    files = fill(folder / "archive", 300)
    assert run_index(folder).returncode == 0
    close(*files[:50])
    run = run_index(folder)
    assert (run.returncode, run.stdout) == (1, "")
    assert "50 of 300 files cannot be read; at most 3 may be unreadable. Make them readable" in run.stderr
    assert articles(folder) == 300


def test_fault_24_few_unreadable_files_are_a_warning(folder: Path) -> None:
    files = fill(folder / "archive", 300)
    assert run_index(folder).returncode == 0
    write(Article(id="100", title="truck"), folder / "archive")
    close(*files[:3])
    run = run_index(folder)
    assert (run.returncode, run.stdout, run.stderr.splitlines()) == (
        0, "", [f"unreadable 00{number}.md: Permission denied; its article is kept" for number in range(3)]
    )  # fmt: skip
    assert articles(folder) == 300


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        ("files", "290 of 300 files cannot be read; at most 3 may be"),
        ("folder", "1 folder cannot be listed, and may have any number of articles."),
    ],
)
def test_fault_24_first_build_that_cannot_read_fails(folder: Path, closed: str, said: str) -> None:
    fill(folder / "archive", 10)
    files = fill(folder / "archive", 290, "news/")
    close(*(files if closed == "files" else [folder / "archive/news"]))
    run = run_index(folder)
    assert (run.returncode, said in run.stderr) == (1, True), run.stderr
    allowed = run_index(folder, "--max-unreadable", "290")
    assert (allowed.returncode, articles(folder)) == (0, 10)


def articles(folder: Path) -> int:
    assert SnapshotStore(folder / "index").check() == []
    return SnapshotStore(folder / "index").open_current().manifest.articles


# Injected errors


@contextmanager
def unreadable(refused: Callable[[str], bool], error: int = errno.EIO) -> Iterator[None]:
    """Make opening and looking at some paths fail; of files in an open folder, the name is the path."""
    real = {name: getattr(os, name) for name in ("open", "stat")}

    def failing(name: str) -> Callable[..., Any]:
        def call(path: Any, *arguments: Any, **options: Any) -> Any:
            if refused(str(path)):
                raise OSError(error, os.strerror(error), str(path))
            return real[name](path, *arguments, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(os, name, failing(name))
        yield


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """100 articles, ten of them in a folder."""
    fill(tmp_path / "archive", 90)
    fill(tmp_path / "archive", 10, "news/")
    return tmp_path / "archive"


@pytest.fixture
def index_dir(archive: Path, tmp_path: Path) -> Path:
    build_index(archive, tmp_path / "index")
    return tmp_path / "index"


@pytest.mark.parametrize("error", [errno.EACCES, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENOMEM, errno.ETIMEDOUT])
@pytest.mark.parametrize("full", [False, True])
def test_fault_63_passing_error_costs_no_article(archive: Path, index_dir: Path, error: int, full: bool) -> None:
    shutil.copy(archive / "001.md", archive / "000.md")
    with unreadable(lambda path: path.endswith("archive/000.md"), error):
        report = build_index(archive, index_dir, full=full)
    assert (report.articles, [file.detail for file in report.kept]) == (100, [os.strerror(error)])
    assert build_index(archive, index_dir).changed == 1


@pytest.mark.parametrize(
    ("limit", "count", "refused"),
    [(None, 1, False), (None, 2, True), (2, 2, False), (2, 3, True), (0, 0, False), (0, 1, True)],
)
@pytest.mark.parametrize("kind", ["indexed", "new"])
@pytest.mark.parametrize("full", [False, True])
def test_limit_of_unreadable_files(
    archive: Path, index_dir: Path, limit: int | None, count: int, refused: bool, kind: str, full: bool
) -> None:
    names = [f"{number:03}.md" if kind == "indexed" else f"new{number}.md" for number in range(count)]
    for name in names:
        (archive / name).write_text("---\ntitle: truck\n---\n")
    with unreadable(lambda path: path.endswith(tuple(f"archive/{name}" for name in names))):
        if refused:
            with pytest.raises(BuildRefused, match=f"{count} of 10\\d files cannot be read"):
                build_index(archive, index_dir, max_unreadable=limit, full=full)
        else:
            report = build_index(archive, index_dir, max_unreadable=limit, full=full)
            assert len(report.kept if kind == "indexed" else report.rejected) == count


@pytest.mark.parametrize("full", [False, True])
def test_unlisted_folder_counts_as_its_articles(archive: Path, index_dir: Path, full: bool) -> None:
    with unreadable(lambda path: path.endswith("/news")):
        with pytest.raises(BuildRefused, match="10 of 100 files cannot be read"):
            build_index(archive, index_dir, full=full)
        assert build_index(archive, index_dir, full=full, max_unreadable=10).articles == 100


def test_new_folder_that_cannot_be_listed_is_one_file(archive: Path, index_dir: Path) -> None:
    """What it has was never indexed, so nothing is lost."""
    (archive / "newer").mkdir()
    (archive / "0.md").write_text("---\ntitle: truck\n---\n")
    with unreadable(lambda path: path.endswith("/newer")):
        assert build_index(archive, index_dir).added == 1


def test_folder_of_unknown_kind_fails_a_first_build(archive: Path, tmp_path: Path) -> None:
    """In a folder that may be listed but not entered, nothing can be told about the entries."""
    with (
        unreadable(lambda path: path == "news"),
        pytest.raises(BuildRefused, match=r"1 folder cannot be listed(.|\n)*news: unreadable: Input/output error"),
    ):
        build_index(archive, tmp_path / "new")


def test_lost_and_found_is_ignored(archive: Path, tmp_path: Path) -> None:
    """A disk has it in its top folder, for root alone."""
    fill(archive, 1, "lost+found/")
    with unreadable(lambda path: path.endswith("lost+found")):
        report = build_index(archive, tmp_path / "new")
    assert (report.articles, report.skipped) == (100, ())


@pytest.mark.parametrize(
    ("error", "built"),
    [(errno.EACCES, False), (errno.EMFILE, False), (errno.ENOMEM, False), (errno.EIO, True), (errno.ENOENT, True)],
)
def test_index_that_cannot_be_read_for_a_while_is_not_forgotten(
    archive: Path, index_dir: Path, error: int, built: bool
) -> None:
    """A build without it would not notice what the archive lost.  A damage does not pass, so it is repaired."""
    store = SnapshotStore(index_dir)
    snapshot = f"/{store.current_name()}/"
    with unreadable(lambda path: snapshot in path, error):
        if built:
            assert build_index(archive, index_dir).added == 100
        else:
            with pytest.raises(BuildFailed, match=f"current index cannot be read.*{os.strerror(error)}"):
                build_index(archive, index_dir)
    assert (store.current_name() not in snapshot) == built


# A full build and an update index the same


class Events:
    """Random changes of an archive, and files and folders that cannot be read meanwhile."""

    def __init__(self, archive: Path, seed: int) -> None:
        self.archive = archive
        self.random = random.Random(seed)
        self.closed: set[str] = set()

    def happen(self) -> None:
        files = sorted(self.archive.rglob("*.md"))
        for path in self.random.sample(files, 5):
            self.random.choice((self.change, self.unpublish, self.damage, self.remove, self.move))(path)
        write(Article(id=f"{self.random.choice(['', 'a/', 'b/'])}new{self.random.random()}", title="new"), self.archive)
        paths = [path for path in self.archive.rglob("*") if path.suffix or self.random.random() < 0.2]
        self.closed = {str(path) for path in self.random.sample(paths, self.random.randint(0, 6))}

    def change(self, path: Path) -> None:
        path.write_text(f"---\ntitle: changed {self.random.random()}\n---\n")

    def unpublish(self, path: Path) -> None:
        path.write_text("---\ntitle: x\npublished: false\n---\n")

    def damage(self, path: Path) -> None:
        path.write_text("no front matter")

    def remove(self, path: Path) -> None:
        path.unlink()

    def move(self, path: Path) -> None:
        path.rename(path.with_name(f"moved{self.random.random()}.md"))

    def refused(self, path: str) -> bool:
        return path in self.closed


def indexed(report: BuildReport, index_dir: Path) -> tuple[str, int, int]:
    """What must be the same.  The reasons need not: an update does not try to read an unmodified file."""
    return SnapshotStore(index_dir).open_current().manifest.content, report.files, report.articles


@pytest.mark.parametrize("seed", range(6))
def test_full_build_and_update_index_the_same(tmp_path: Path, seed: int) -> None:
    archive = tmp_path / "archive"
    for folder in ("", "a/", "b/", "b/deep/"):
        fill(archive, 10, folder)
    events = Events(archive, seed)
    for _ in range(5):
        with unreadable(events.refused):
            update, full = (
                indexed(build_index(archive, index_dir, full=full, max_unreadable=100, allow_shrink=True), index_dir)
                for full, index_dir in ((False, tmp_path / "updated"), (True, tmp_path / "built"))
            )
        assert update == full
        events.happen()


# Losses in small parts


def shrink(archive: Path, remaining: int) -> None:
    for path in sorted(archive.rglob("*.md"))[remaining:]:
        path.unlink()


def unpublish(archive: Path, remaining: int) -> None:
    for path in sorted(archive.rglob("*.md"))[remaining:]:
        path.write_text("---\ntitle: x\npublished: false\n---\n")


@pytest.mark.parametrize("lose", [shrink, unpublish])
def test_fault_63_losses_of_many_updates_add_up(
    archive: Path, index_dir: Path, lose: Callable[[Path, int], None]
) -> None:
    for remaining in (95, 90, 85, 80):
        lose(archive, remaining)
        assert build_index(archive, index_dir).articles == remaining
    lose(archive, 79)
    with pytest.raises(BuildFailed, match=r"has 79 .*had 100 at its last full build.*--allow-shrink"):
        build_index(archive, index_dir)


@pytest.mark.parametrize("how", ["full", "allow_shrink"])
def test_deliberate_build_begins_to_count_anew(archive: Path, index_dir: Path, how: str) -> None:
    shrink(archive, 85)
    build_index(archive, index_dir, full=how == "full", allow_shrink=how == "allow_shrink")
    shrink(archive, 70)
    assert build_index(archive, index_dir).articles == 70


def test_rebuild_after_another_rule_is_not_deliberate(
    archive: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.index.builder.indexing_fingerprint", lambda: "another")
    shrink(archive, 85)
    build_index(archive, index_dir)
    shrink(archive, 70)
    with pytest.raises(BuildFailed, match="allow-shrink"):
        build_index(archive, index_dir)


def test_archive_that_has_grown_must_not_lose_what_it_gained(archive: Path, index_dir: Path) -> None:
    fill(archive, 100, "more/")
    build_index(archive, index_dir)
    shrink(archive, 170)
    build_index(archive, index_dir)
    shrink(archive, 150)
    with pytest.raises(BuildFailed, match=r"has 150 files\. It had 200"):
        build_index(archive, index_dir)
