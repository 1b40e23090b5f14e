"""Forks child processes that compute results.

A child has a pipe of its own and shares no lock or queue, so nobody waits for ever if it is killed: the pipe ends, and
the parent does the rest.
"""

import errno
import gc
import logging
import os
import select
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, Self

SILENCE_SECONDS: Final = 600
"""A child that sends nothing for so long is taken for stuck, for example by a network disk."""

_LENGTH_BYTES: Final = 8
_KILL_SECONDS: Final = 5
"""A process that waits for a disk does not end at once."""
_log = logging.getLogger(__name__)


def can_fork() -> bool:
    """Whether another core can help.  A process with threads is not forked, because locks they hold would be copied."""
    return (os.cpu_count() or 1) > 1 and threading.active_count() == 1


class Child:
    """A child process that sends one result after the other.  Ends with the `with` block."""

    def __init__(self, results: Callable[[], Iterable[bytes]]) -> None:
        """Fork; if the system refuses that, the child has no results."""
        self._process = self._pipe = -1
        try:
            self._pipe, writer = os.pipe()
            try:
                self._process = _forked(lambda: _send(results, self._pipe, writer))
            finally:
                os.close(writer)
        except OSError as error:
            _log.warning("No child process can be started (%s): the build takes longer.", error.strerror)
            self.stop()

    def result(self) -> bytes | None:
        """The next result; None if there is none, because the child failed or was killed.

        Raises TimeoutError if the child sends nothing for `SILENCE_SECONDS`."""
        if self._pipe < 0:
            return None
        length = self._read(_LENGTH_BYTES)
        result = None if length is None else self._read(int.from_bytes(length))
        if result is None:
            _log.warning("A child process ended early, perhaps for lack of memory: its work is done again.")
            self.stop()
        return result

    def _read(self, size: int) -> bytes | None:
        """The next bytes of the pipe; None if it ends before."""
        content, poll = memoryview(bytearray(size)), select.poll()
        poll.register(self._pipe, select.POLLIN)
        received = 0
        while received < size:
            if not poll.poll(SILENCE_SECONDS * 1000):
                raise TimeoutError(errno.ETIMEDOUT, f"a child process was silent for {SILENCE_SECONDS:,} seconds")
            count = os.readv(self._pipe, [content[received:]])
            if not count:
                return None
            received += count
        return bytes(content)

    def stop(self) -> None:
        """Kill the child if it still runs."""
        if self._pipe >= 0:
            os.close(self._pipe)
        if self._process > 0:
            _kill(self._process)
        self._process = self._pipe = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _forked(work: Callable[[], None]) -> int:
    """The process id of a child that does this work and exits.  Raises OSError."""
    with _without_fork_warning():
        process = os.fork()
    if process:
        return process
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C and stops its children
        gc.disable()  # articles have no cycles, and the collector would copy every shared page
        work()
    finally:
        os._exit(0)  # the parent's cleanup is not the child's


def _send(results: Callable[[], Iterable[bytes]], reader: int, writer: int) -> None:
    os.close(reader)  # else the child would wait for itself to read if the parent is killed
    with os.fdopen(writer, "wb") as pipe:
        for result in results():
            pipe.write(len(result).to_bytes(_LENGTH_BYTES))
            pipe.write(result)
            pipe.flush()


def _kill(process: int) -> None:
    deadline = time.monotonic() + _KILL_SECONDS
    with suppress(ProcessLookupError, ChildProcessError):  # already gone, if the system was told to reap children
        os.kill(process, signal.SIGKILL)
        while os.waitpid(process, os.WNOHANG) == (0, 0) and time.monotonic() < deadline:
            time.sleep(0.001)


@contextmanager
def _without_fork_warning() -> Iterator[None]:
    """The warning is about idle threads of numpy's linear algebra, which is not used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
        yield
