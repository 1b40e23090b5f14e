"""A build ends, with the whole index or none, whatever happens to its child processes."""

import errno
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from search.archive import child_process
from search.archive.child_process import Child
from search.demo import write_archive
from search.index.builder import build_index
from search.snapshot.store import SnapshotStore
from tests.faults.build_process import children_of, content_of, ended, start

LIMITS_HOLD = ["setpriv", "--bounding-set", "-sys_resource,-sys_admin", "--ruid", "65534"] if os.getuid() == 0 else []
"""Root has no limit of processes, unless it gives up that right."""

pytestmark = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="with one core there is one process")


def kill_oneself() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def stop_oneself() -> bytes:
    os.kill(os.getpid(), signal.SIGSTOP)
    return b""


def fail() -> bytes:
    raise MemoryError


def send_half() -> bytes:
    """Sends the beginning of a result, as a child does that is killed while it sends."""
    pipe = max(int(path.name) for path in Path("/proc/self/fd").iterdir() if path.readlink().name.startswith("pipe:"))
    os.write(pipe, (1000).to_bytes(8) + bytes(500))
    return kill_oneself()


def after_one(last: Callable[[], bytes]) -> Callable[[], Iterator[bytes]]:
    def results() -> Iterator[bytes]:
        yield b"first"
        yield last()

    return results


def results_of(child: Child) -> list[bytes]:
    results = []
    while (result := child.result()) is not None:
        results.append(result)
    return results


@pytest.mark.parametrize("death", [kill_oneself, fail, send_half])
def test_results_end_when_a_child_dies(death: Callable[[], bytes], caplog: pytest.LogCaptureFixture) -> None:
    with Child(after_one(death)) as child:
        assert results_of(child) == [b"first"]
        assert child.result() is None
    assert "its work is done again" in caplog.text


@pytest.mark.parametrize("size", [0, 1, 3_000_000], ids=["empty", "a byte", "more than a pipe holds"])
def test_results_arrive_whole(size: int) -> None:
    with Child(lambda: [bytes(size), b"last"]) as child:
        assert [child.result(), child.result()] == [bytes(size), b"last"]


def test_silent_child_is_given_up_and_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "SILENCE_SECONDS", 0.2)
    with Child(after_one(stop_oneself)) as child, pytest.raises(TimeoutError, match="silent"):
        results_of(child)
    assert no_children()


def test_child_ends_when_its_results_are_no_longer_wanted() -> None:
    with Child(lambda: [bytes(1 << 20)] * 100):
        pass
    assert no_children()


def descriptors() -> list[str]:
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


def no_children() -> bool:
    with suppress(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
        return False
    return True


@pytest.mark.parametrize("refused", ["fork", "pipe"])
def test_child_that_cannot_be_started_has_no_results(
    refused: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    before = descriptors()
    monkeypatch.setattr(os, refused, refuse)
    with Child(lambda: [b"first"]) as child:
        assert results_of(child) == []
    assert descriptors() == before
    assert "No child process can be started (Resource temporarily unavailable)" in caplog.text


def test_child_that_the_system_has_reaped_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some daemons ignore SIGCHLD, and the programs that they start inherit that."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with Child(lambda: [b"first"]) as child:
            assert child.result() == b"first"
    finally:
        signal.signal(signal.SIGCHLD, before)


# Whole builds


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough files for several child processes."""
    folder = tmp_path_factory.mktemp("large") / "archive"
    write_archive(folder, 2_100, 1)
    return folder


@pytest.fixture(scope="module")
def content(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The content of an index that one process built."""
    index_dir = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.index.batch_reader.can_fork", lambda: False)
        build_index(archive, index_dir)
    return content_of(index_dir)


KILL = """
build, read, calls = os.getpid(), batch_reader._read_batch, 0
def killed(*arguments):
    global calls
    calls += 1
    if os.getpid() != build and calls == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return read(*arguments)
batch_reader.BATCH_FILES = 300
batch_reader._read_batch = killed
"""


@pytest.mark.parametrize("call", [1, 3])
def test_work_of_killed_children_is_done_again(archive: Path, content: str, tmp_path: Path, call: int) -> None:
    status, messages = ended(start(archive, tmp_path / "index", KILL.format(call=call)))
    assert (status, messages.count("its work is done again")) == (0, os.cpu_count())
    assert content_of(tmp_path / "index") == content


def test_fault_60_children_may_be_killed_at_any_moment(archive: Path, content: str, tmp_path: Path) -> None:
    build = start(archive, tmp_path / "index")
    killed = 0
    while build.poll() is None:
        for child in children_of(build.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
                killed += 1
        time.sleep(0.002)
    assert (ended(build)[0], killed > 0) == (0, True)
    assert content_of(tmp_path / "index") == content


def test_failed_forks_cost_only_time(archive: Path, content: str, tmp_path: Path) -> None:
    refuse = "def refuse(): raise BlockingIOError(11, 'Resource temporarily unavailable')\nos.fork = refuse"
    status, messages = ended(start(archive, tmp_path / "index", refuse))
    assert (status, "No child process can be started" in messages) == (0, True)
    assert content_of(tmp_path / "index") == content


def test_fault_60_silent_child_fails_the_build(archive: Path, tmp_path: Path) -> None:
    """The network disk that it waits for would not answer this process either."""
    silence = KILL.format(call=2).replace("SIGKILL", "SIGSTOP") + "\nchild_process.SILENCE_SECONDS = 2"
    status, messages = ended(start(archive, tmp_path / "index", silence))
    assert (status, "a child process was silent for 2 seconds" in messages) == (1, True)
    assert_nothing_left(tmp_path / "index")


def test_fault_60_limit_of_processes_fails_the_build(archive: Path, tmp_path: Path) -> None:
    """It also forbids threads, which write the files."""
    limit = "resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))"
    status, messages = ended(start(archive, tmp_path / "index", limit, under=LIMITS_HOLD))
    assert (status, messages.splitlines()[-1]) == (
        1, "The index cannot be built (can't start new thread). It is unchanged."
    )  # fmt: skip
    assert "No child process can be started (Resource temporarily unavailable)" in messages
    assert_nothing_left(tmp_path / "index")


@pytest.mark.parametrize("error", ["MemoryError()", "RuntimeError('no threads')", "OSError(5, 'Input/output error')"])
@pytest.mark.parametrize("function", ["_read_batch", "invert"])
def test_fault_38_error_while_reading_fails_the_build(archive: Path, tmp_path: Path, function: str, error: str) -> None:
    fault = f"def failing(*_): raise {error}\nbatch_reader.{function} = failing"
    status, messages = ended(start(archive, tmp_path / "index", fault))
    assert (status, "It is unchanged" in messages) == (1, True)
    assert_nothing_left(tmp_path / "index")


def assert_nothing_left(index_dir: Path) -> None:
    """No snapshot, no unfinished file, and the lock is free."""
    store = SnapshotStore(index_dir)
    assert list(store.folder.glob("*")) == []
    with store.locked():
        pass


@pytest.mark.parametrize("megabytes", [40, 80, 160])
def test_fault_60_too_little_memory_fails_the_build_or_none(
    archive: Path, content: str, tmp_path: Path, megabytes: int
) -> None:
    """A limit a little above what the program itself takes."""
    limit = f"""
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + {megabytes} * 2**20
resource.setrlimit(resource.RLIMIT_AS, (size, size))
"""
    status, messages = ended(start(archive, tmp_path / "index", limit))
    if status == 0:
        assert content_of(tmp_path / "index") == content
    else:
        assert (status, "It is unchanged" in messages) == (1, True), messages
        assert_nothing_left(tmp_path / "index")
