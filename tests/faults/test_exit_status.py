"""The exit status of a build never lies: 0 if, and only if, the index is up to date."""

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from search.article import Article
from search.changes.change_log import ChangeLog
from search.cli.commands import main
from search.errors import BuildFailed, BuildRunning, BuildStuck
from search.file_lock import lock_holder
from search.index import builder
from search.index.builder import build_index
from search.settings import PREFIX
from search.snapshot import store as store_module
from search.snapshot.outcomes import Outcomes
from search.snapshot.store import SnapshotStore
from tests.files import write


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for number in range(10):
        write(Article(id=f"{number}", title=f"robot {number}"), tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def index_dir(archive: Path, tmp_path: Path) -> Path:
    """An index, and an archive that has changed since."""
    build_index(archive, tmp_path / "index")
    write(Article(id="0", title="truck"), archive)
    return tmp_path / "index"


def run_index(archive: Path, index_dir: Path, *options: str) -> Result:
    arguments = ["index", str(archive), "--index-dir", str(index_dir), *options]
    return CliRunner().invoke(main, arguments, prog_name="article-search")


# Errors after the new index is in use


def fail_once_published(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, error: BaseException) -> None:
    """Make a function fail once CURRENT has been replaced."""
    real, replace, published = getattr(owner, name), os.replace, False

    def replacing(source: Any, target: Any, **options: Any) -> None:
        nonlocal published
        replace(source, target, **options)
        published = published or str(target).endswith("CURRENT")

    def failing(*arguments: Any, **options: Any) -> Any:
        if published:
            raise error
        return real(*arguments, **options)

    monkeypatch.setattr(os, "replace", failing if name == "replace" else replacing)
    if name != "replace":
        monkeypatch.setattr(owner, name, failing)


ERRORS = [
    OSError(errno.EIO, "Input/output error"), OSError(errno.ENOSPC, "No space left on device"), MemoryError(),
    RuntimeError("can't start new thread"), KeyboardInterrupt(),
]  # fmt: skip


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (Outcomes, "mark_checked"),
        (store_module, "remove_old"),
        (ChangeLog, "prune"),
        (os, "fsync"),
        (os, "close"),
        (os, "open"),
        (os, "unlink"),
        (os, "utime"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_fault_59_error_after_the_publish_is_a_warning(
    archive: Path, index_dir: Path, owner: Any, name: str, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = SnapshotStore(index_dir).current_name()
    with monkeypatch.context() as patched:
        fail_once_published(patched, owner, name, error)
        result = run_index(archive, index_dir)
    assert result.exit_code == 0, result.output
    store = SnapshotStore(index_dir)
    assert (store.current_name() > before, store.check()) == (True, [])
    with store.locked():
        pass


def test_warning_says_what_failed(
    archive: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fail_once_published(monkeypatch, Outcomes, "mark_checked", OSError(errno.EIO, "Input/output error"))
    build_index(archive, index_dir)
    assert caplog.messages == [
        "The index is up to date, but what follows a build failed: [Errno 5] Input/output error"
    ]  # fmt: skip


def test_unchanged_index_that_cannot_be_marked_is_a_warning(
    archive: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    build_index(archive, index_dir)

    def fail(_: Outcomes, rejected: int) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Outcomes, "mark_checked", fail)
    assert build_index(archive, index_dir).outcome == "unchanged"
    assert "Read-only file system" in caplog.text


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("name", ["make_report", "merge_segments", "article_changes"])
def test_fault_59_error_before_the_publish_is_a_failure(
    archive: Path, index_dir: Path, name: str, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    before = SnapshotStore(index_dir).current_name()
    monkeypatch.setattr(builder, name, fail)
    result = run_index(archive, index_dir)
    assert result.exit_code == (74 if isinstance(error, OSError) else 1)
    assert SnapshotStore(index_dir).current_name() == before


# Output that cannot be written


def shell(archive: Path, index_dir: Path, redirection: str, options: str = "") -> "subprocess.CompletedProcess[str]":
    command = f'"{sys.executable}" -m search index "{archive}" --index-dir "{index_dir}" {options} {redirection}'
    return subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, timeout=120, check=False)


UNWRITABLE = (
    "1>/dev/full", "2>/dev/full", "1>/dev/full 2>&1", "1> >(exec <&-)", "2> >(exec <&-)", "1>&-", "2>&-",
    "0<&- 1>&- 2>&-",
)  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "redirection"),
    [
        *product(["published"], UNWRITABLE),
        *product(["refused", "running"], ["2>/dev/full", "2> >(exec <&-)", "0<&- 1>&- 2>&-"]),
    ],
)
def test_fault_59_status_is_true_if_the_output_cannot_be_written(
    archive: Path, index_dir: Path, redirection: str, outcome: str
) -> None:
    store, options = SnapshotStore(index_dir), "--json"
    (archive / "broken.md").write_text("no front matter")  # named on standard error
    if outcome == "refused":
        options += " --max-rejects 0"
    before, held = store.current_name(), SnapshotStore(index_dir).locked()
    if outcome == "running":
        with held:
            status = shell(archive, index_dir, redirection, options).returncode
    else:
        status = shell(archive, index_dir, redirection, options).returncode
    assert (status, store.current_name() != before) == {
        "published": (0, True), "refused": (1, False), "running": (75, False),
    }[outcome]  # fmt: skip
    assert store.check() == []


def test_output_on_a_full_disk_is_a_warning(archive: Path, index_dir: Path) -> None:
    run = shell(archive, index_dir, "1>/dev/full", "--json")
    assert (run.returncode, run.stderr) == (
        0, "article-search: the index is up to date; cannot write the output: No space left on device\n"
    )  # fmt: skip


def test_report_on_a_full_disk_is_a_warning(archive: Path, index_dir: Path) -> None:
    before = SnapshotStore(index_dir).current_name()
    result = run_index(archive, index_dir, "--report", "/dev/full")
    assert (result.exit_code, SnapshotStore(index_dir).current_name() > before) == (0, True)
    assert "the index is up to date; the report cannot be written to /dev/full: No space left" in result.stderr


def test_refused_build_whose_report_cannot_be_written_prints_both(archive: Path, index_dir: Path) -> None:
    (archive / "broken.md").write_text("no front matter")
    result = run_index(archive, index_dir, "--max-rejects", "0", "--report", "/dev/full")
    assert result.exit_code == 1
    assert "nothing is published; the report cannot be written" in result.stderr
    assert "1 files were rejected" in result.stderr


# A build that never ends


@contextmanager
def locked_since(index_dir: Path, hours: float) -> Iterator[None]:
    """The index, locked by a build that began so many hours ago."""
    with SnapshotStore(index_dir).locked():
        then = (index_dir / "lock").stat().st_mtime - hours * 3600
        os.utime(index_dir / "lock", (then, then))
        yield


@pytest.mark.parametrize(
    ("hours", "limit", "status"), [(0, "", 75), (5.9, "", 75), (6.1, "", 1), (6.1, "7", 75), (0.2, "0.1", 1)]
)
def test_fault_60_lock_that_is_held_for_too_long_is_a_failure(
    archive: Path, index_dir: Path, hours: float, limit: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """75 would tell nobody: the units of systemd take it for a success."""
    monkeypatch.setenv(f"{PREFIX}MAX_BUILD_HOURS", limit)
    with locked_since(index_dir, hours):
        result = run_index(archive, index_dir)
    assert result.exit_code == status
    if status == 1:
        assert re.search(
            rf"Another build \(process {os.getpid()}\) has been running in .* for more than [\d.]+ hours, since "
            r"\d{4}-\d\d-\d\d \d\d:\d\d UTC\. If it is stuck, end it\.", result.stderr,
        )  # fmt: skip


def test_lock_of_a_stuck_build_is_an_error_of_its_own(archive: Path, index_dir: Path) -> None:
    with locked_since(index_dir, 7), pytest.raises(BuildStuck) as stuck:
        build_index(archive, index_dir)
    assert isinstance(stuck.value, BuildFailed)
    assert not isinstance(stuck.value, BuildRunning)


@pytest.mark.parametrize("content", [b"", b"no number", b"\xff" * 100])
def test_lock_without_the_number_of_its_process_is_reported_too(archive: Path, index_dir: Path, content: bytes) -> None:
    with locked_since(index_dir, 7):
        (index_dir / "lock").write_bytes(content)
        then = (index_dir / "lock").stat().st_mtime - 7 * 3600
        os.utime(index_dir / "lock", (then, then))
        with pytest.raises(BuildStuck, match="Another build has been running"):
            build_index(archive, index_dir)


def test_lock_names_its_latest_process(index_dir: Path) -> None:
    (index_dir / "lock").write_text("12345678901\n")
    with SnapshotStore(index_dir).locked():
        assert lock_holder(index_dir / "lock").process == os.getpid()


def test_child_that_outlives_a_build_has_no_lock(index_dir: Path) -> None:
    """A child can wait for a network disk that does not answer, and then cannot even be killed."""
    reader, writer = os.pipe()
    with SnapshotStore(index_dir).locked():
        child = os.fork()
        if not child:
            os.write(writer, b"started")
            signal.pause()
        os.read(reader, 7)
    try:
        with SnapshotStore(index_dir).locked():
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)
        os.close(writer)
