"""A pool of worker processes: reading an archive is bound by the processor."""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from search.archive.child_process import can_fork, without_fork_warning


@contextmanager
def worker_pool() -> Iterator[Executor | None]:
    """One process for each core, started with the first task; None if this process cannot fork."""
    if not can_fork():
        yield None
        return
    with (
        without_fork_warning(),
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
