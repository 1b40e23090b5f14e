"""Forks child processes: one for a single function, or a pool of workers."""

import gc
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager


def can_fork() -> bool:
    """Whether another core can help.  A process with threads is not forked, because locks they hold would be copied."""
    return (os.cpu_count() or 1) > 1 and threading.active_count() == 1


@contextmanager
def _without_fork_warning() -> Iterator[None]:
    """The warning is about idle threads of numpy's linear algebra, which is not used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
        yield


def in_child(function: Callable[[], bytes]) -> Callable[[], bytes]:
    """Call a function in a child process.  The returned function waits for its result; "" if the child failed."""
    reader, writer = os.pipe()
    with _without_fork_warning():
        child = os.fork()
    if not child:
        try:
            os.close(reader)  # else the child would wait for itself to read if the parent is killed, and keep its lock
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


@contextmanager
def worker_pool() -> Iterator[Executor | None]:
    """One process for each core, started with the first task; None if this process cannot fork."""
    if not can_fork():
        yield None
        return
    with (
        _without_fork_warning(),
        ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork"), initializer=_start_worker) as pool,
    ):
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


def _start_worker() -> None:
    """Make a worker stop when the build is killed: it would keep the inherited lock."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build itself handles Ctrl-C and stops its workers
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    gc.disable()  # articles have no cycles, and the collector would copy every shared page


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
