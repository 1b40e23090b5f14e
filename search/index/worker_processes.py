"""More processes, where they can be had: reading an archive is bound by one core each."""

import gc
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager


def _can_fork() -> bool:
    """Not where there is one core only, or where this process has threads, which forking could leave half-way through
    something."""
    return (os.cpu_count() or 1) > 1 and threading.active_count() == 1


@contextmanager
def forked() -> Iterator[Executor | None]:
    """One process a core, begun at the first task; None where they cannot be had."""
    if not _can_fork():
        yield None
        return
    with (
        _unwarned(),
        ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork"), initializer=_begin) as pool,
    ):
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Idle threads of numpy's linear algebra, which is not used here, survive no fork and are not missed."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
        yield


def _begin() -> None:
    """A worker stops with the build whatever ends that: one left behind would hold the lock that it inherited."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the build, which then stops its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # reading articles leaves no cycles, and a collector would copy every page that it looks at


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
