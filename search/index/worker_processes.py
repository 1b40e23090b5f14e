"""A pool of worker processes: reading an archive is bound by the processor."""

import gc
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def worker_pool() -> Iterator[Executor | None]:
    """One process for each core, started with the first task.

    None with a single core, or if this process has threads: a fork might copy locks that they hold."""
    if (os.cpu_count() or 1) == 1 or threading.active_count() > 1:
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


@contextmanager
def _without_fork_warning() -> Iterator[None]:
    """The warning is about idle threads of numpy's linear algebra, which is not used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
        yield


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
