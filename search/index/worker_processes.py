"""More processes, where they can be had: reading an archive is bound by one core each."""

import gc
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Self, TypeVar

_T = TypeVar("_T")


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


class BackgroundTasks:
    """Processes of their own for a while, each for one piece of work; whatever happens, none is left after that."""

    def __init__(self) -> None:
        self._begun: list[BaseProcess] = []

    def beside(self, work: Callable[[], _T]) -> Callable[[], _T]:
        """Have `work` done in a process of its own, which has all that this one has; call what is returned for its
        result.

        Where there can be no such process, it is done when the result is asked for."""
        if not _can_fork():
            return work
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("fork").Process(target=_do, args=(work, theirs))
        with _unwarned():
            process.start()
        self._begun.append(process)
        theirs.close()
        return partial(_result, ours)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """One that is still at work is no longer wanted; its lock, inherited, would keep the next build out."""
        for process in self._begun:
            process.kill()
            process.join()


def _result(ours: Connection) -> Any:
    try:
        done, error = ours.recv()
    except EOFError:
        raise BrokenProcessPool("a process ended before its work was done") from None
    if error:
        raise error
    return done


def _do(work: Callable[[], object], result: Connection) -> None:
    _begin()
    try:
        result.send((work(), None))
    except Exception as error:  # noqa: BLE001 - for whoever waits
        result.send((None, error))


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
