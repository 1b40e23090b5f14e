"""Builds in worker processes give the same index as builds in one process."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import msgspec
import pytest

from search.build_report import BuildReport
from search.demo import write_archive
from search.engines import open_engine
from search.errors import BuildRunning
from search.index.builder import build_index
from search.request import SearchRequest

COUNT = 2_100
"""Enough files to start worker processes."""

pytestmark = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="with one core there is one process")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "archive"
    write_archive(folder, COUNT, 1)
    (folder / "broken.md").write_text("no front matter")
    return folder


BUILT = """
import sys, msgspec
from search.index.builder import build_index

sys.stdout.buffer.write(msgspec.json.encode(build_index(sys.argv[1], sys.argv[2])))
"""


def build_in_parallel(archive: Path, index_dir: Path) -> BuildReport:
    """Build in a new process: the test process may have threads, and then starts no workers."""
    done = subprocess.run([sys.executable, "-c", BUILT, archive, index_dir], capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=BuildReport)


def build_in_one_process(archive: Path, index_dir: Path) -> BuildReport:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.index.batch_reader.can_fork", lambda: False)
        return build_index(archive, index_dir)


def lasting(report: BuildReport) -> BuildReport:
    return msgspec.structs.replace(report, snapshot="", seconds=0)


def answers(index_dir: Path) -> list[object]:
    with open_engine(index_dir) as engine:
        word = engine.search(SearchRequest(per_page=1)).hits[0].article.title.split()[0]
        results = [engine.search(SearchRequest(q=q, per_page=100, fields=("id",))) for q in ("", word, f"{word[:2]}*")]
        return [engine.info().content, *((each.total, each.hits, each.facets) for each in results)]


def test_parallel_build_equals_single_process_build(archive: Path, tmp_path: Path) -> None:
    assert lasting(build_in_parallel(archive, tmp_path / "several")) == lasting(
        build_in_one_process(archive, tmp_path / "alone")
    )
    assert answers(tmp_path / "several") == answers(tmp_path / "alone")


def test_parallel_build_finds_touched_files_unchanged(archive: Path, tmp_path: Path) -> None:
    first = build_in_parallel(archive, tmp_path / "index")
    for path in archive.rglob("*.md"):
        os.utime(path)
    again = build_in_parallel(archive, tmp_path / "index")
    assert (again.articles, again.rejected) == (first.articles, first.rejected)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)


def test_parallel_build_of_an_unchanged_archive_publishes_nothing(archive: Path, tmp_path: Path) -> None:
    first = build_in_parallel(archive, tmp_path / "index")
    again = build_in_parallel(archive, tmp_path / "index")
    assert (again.outcome, again.snapshot, again.articles) == ("unchanged", first.snapshot, first.articles)


def test_update_of_a_parallel_build_finds_all_changes(archive: Path, tmp_path: Path) -> None:
    after = tmp_path / "archive"
    shutil.copytree(archive, after)
    build_in_parallel(after, tmp_path / "several")
    changed, removed, moved, *_ = sorted(after.rglob("*.md"))
    changed.write_text(removed.read_text())
    removed.unlink()
    moved.rename(after / "moved.md")
    updated = build_in_parallel(after, tmp_path / "several")
    assert (updated.added, updated.changed, updated.removed) == (1, 1, 2)
    build_in_one_process(after, tmp_path / "alone")
    assert answers(tmp_path / "several") == answers(tmp_path / "alone")


KILLED = """
import os, signal, sys
from search.index.builder import build_index

build_index(sys.argv[1], sys.argv[2], progress=lambda *_: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_workers_end_with_a_killed_build(archive: Path, tmp_path: Path) -> None:
    """A worker that is left would keep the inherited lock."""
    killed = subprocess.run([sys.executable, "-c", KILLED, archive, tmp_path / "index"], check=False)
    assert killed.returncode == -signal.SIGKILL
    deadline = monotonic() + 30
    while True:
        try:
            assert build_in_one_process(archive, tmp_path / "index").outcome == "published"
            break
        except BuildRunning:
            assert monotonic() < deadline
            sleep(0.05)
