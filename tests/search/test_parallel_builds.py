"""Builds of archives so large that other processes share the work give what one process alone gives."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from time import monotonic, sleep

import msgspec
import pytest

from search import archive as archives
from search.archive import Walk, walk
from search.demo import write_archive
from search.engine import open_engine
from search.errors import BuildRunning
from search.index.builder import build_index
from search.index.report import BuildReport
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


def build_by_several(archive: Path, index_dir: Path) -> BuildReport:
    """In a process of its own: one with threads, as that of the tests may be, does not fork."""
    command = [sys.executable, "-m", "search", "index", str(archive), "--index-dir", str(index_dir), "--json"]
    done = subprocess.run(command, capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=BuildReport)


def build_alone(archive: Path, index_dir: Path) -> BuildReport:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.index.builder.forked", nullcontext)
        patch.setattr("search.index.processes.Companions.beside", lambda _, work: work)
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


@pytest.mark.parametrize("files", [1, 2, 3, 7])
def test_a_large_folder_is_looked_at_in_shares(files: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(files):
        (tmp_path / f"{number}.md").write_text("x" * number)
    monkeypatch.setattr(archives, "LARGE_FOLDER", 2)
    monkeypatch.setattr(archives, "_SHARE", 2)
    alone = walk(tmp_path)
    with ThreadPoolExecutor(1) as others:
        shared = walk(tmp_path, lambda work: others.submit(work).result)
    assert comparable(shared) == comparable(alone)
    assert len(shared.paths) == files


def comparable(walked: Walk) -> tuple[object, ...]:
    return list(walked.ids), walked.paths, walked.stats.tolist(), walked.skipped
