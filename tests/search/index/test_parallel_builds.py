"""Builds of archives so large that other processes share the work give what one process alone gives."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from time import monotonic, sleep

import msgspec
import pytest

from search.build_report import BuildReport
from search.demo import write_archive
from search.engine import open_engine
from search.errors import BuildRunning
from search.index.builder import build_index
from search.request import SearchRequest

COUNT = 2_100
"""More files than one process reads alone."""

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


def build_by_several(archive: Path, index_dir: Path) -> BuildReport:
    """In a process of its own: one with threads, as that of the tests may be, does not fork."""
    done = subprocess.run([sys.executable, "-c", BUILT, archive, index_dir], capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=BuildReport)


def build_alone(archive: Path, index_dir: Path) -> BuildReport:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.index.builder.worker_pool", nullcontext)
        return build_index(archive, index_dir)


def lasting(report: BuildReport) -> BuildReport:
    return msgspec.structs.replace(report, snapshot="", seconds=0)


def answers(index_dir: Path) -> list[object]:
    with open_engine(index_dir) as engine:
        word = engine.search(SearchRequest(per_page=1)).hits[0].article.title.split()[0]
        results = [engine.search(SearchRequest(q=q, per_page=100, fields=())) for q in ("", word, f"{word[:2]}*")]
        return [engine.info().content, *((each.total, each.hits, each.facets) for each in results)]


def test_several_processes_build_what_one_alone_builds(archive: Path, tmp_path: Path) -> None:
    assert lasting(build_by_several(archive, tmp_path / "several")) == lasting(build_alone(archive, tmp_path / "alone"))
    assert answers(tmp_path / "several") == answers(tmp_path / "alone")


def test_several_processes_find_that_what_they_read_again_is_the_same(archive: Path, tmp_path: Path) -> None:
    first = build_by_several(archive, tmp_path / "index")
    for path in archive.rglob("*.md"):
        os.utime(path)
    again = build_by_several(archive, tmp_path / "index")
    assert (again.articles, again.rejected) == (first.articles, first.rejected)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)


def test_several_processes_find_that_nothing_changed(archive: Path, tmp_path: Path) -> None:
    first = build_by_several(archive, tmp_path / "index")
    again = build_by_several(archive, tmp_path / "index")
    assert (again.outcome, again.snapshot, again.articles) == ("unchanged", first.snapshot, first.articles)


def test_several_processes_find_what_changed(archive: Path, tmp_path: Path) -> None:
    after = tmp_path / "archive"
    shutil.copytree(archive, after)
    build_by_several(after, tmp_path / "several")
    changed, removed, moved, *_ = sorted(after.rglob("*.md"))
    changed.write_text(removed.read_text())
    removed.unlink()
    moved.rename(after / "moved.md")
    updated = build_by_several(after, tmp_path / "several")
    assert (updated.added, updated.changed, updated.removed) == (1, 1, 2)
    build_alone(after, tmp_path / "alone")
    assert answers(tmp_path / "several") == answers(tmp_path / "alone")


KILLED = """
import os, signal, sys
from search.index.builder import build_index

build_index(sys.argv[1], sys.argv[2], progress=lambda *_: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_the_others_end_with_a_build_that_is_killed(archive: Path, tmp_path: Path) -> None:
    """Each holds the lock that it inherited: as long as one is left, no other build can begin."""
    killed = subprocess.run([sys.executable, "-c", KILLED, archive, tmp_path / "index"], check=False)
    assert killed.returncode == -signal.SIGKILL
    deadline = monotonic() + 30
    while True:
        try:
            assert build_alone(archive, tmp_path / "index").outcome == "published"
            break
        except BuildRunning:
            assert monotonic() < deadline
            sleep(0.05)
