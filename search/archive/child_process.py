"""Forks child processes: one for a single function, or workers for a pool."""

import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def can_fork() -> bool:
    """Whether another core can help.  A process with threads is not forked, because locks they hold would be copied."""
    return (os.cpu_count() or 1) > 1 and threading.active_count() == 1


@contextmanager
def without_fork_warning() -> Iterator[None]:
    """The warning is about idle threads of numpy's linear algebra, which is not used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
        yield


def in_child(function: Callable[[], bytes]) -> Callable[[], bytes]:
    """Call a function in a child process.  The returned function waits for its result; "" if the child failed."""
    reader, writer = os.pipe()
    with without_fork_warning():
        child = os.fork()
    if not child:
        try:
            with os.fdopen(writer, "wb") as pipe:
                pipe.write(function())
        finally:
            os._exit(0)  # the parent's cleanup is not the child's
    os.close(writer)

    def result() -> bytes:
        with os.fdopen(reader, "rb") as pipe:
            content = pipe.read()
        os.waitpid(child, 0)
        return content

    return result
