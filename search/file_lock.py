"""Locks between processes."""

import fcntl
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple
from weakref import WeakSet

_held: Final = WeakSet[BinaryIO]()


class LockHolder(NamedTuple):
    """The process that has a lock, 0 if that is unknown, and the time since when, UTC."""

    process: int
    since: datetime


def lock_file(path: Path) -> BinaryIO:
    """The file, made if there is none, and locked until it is closed or the process ends.  Does not wait.

    Child processes do not share the lock.  The file names the process; its mtime is the time of locking.

    Raises BlockingIOError if another process has locked it, another OSError if it cannot be written."""
    handle = path.open("ab", buffering=0)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.utime(handle.fileno())
    except OSError:
        handle.close()
        raise
    _held.add(handle)
    with suppress(OSError):  # a full disk has no room for the number, but may have some for what the lock is for
        handle.truncate(0)
        handle.write(b"%d\n" % os.getpid())
    return handle


def lock_holder(path: Path) -> LockHolder:
    """Who has the lock of this file.  Raises OSError if it cannot be read."""
    time.sleep(0.1)  # who has only just locked it has not yet set the time
    with path.open("rb") as handle:
        process, touched = handle.read(20).strip(), os.fstat(handle.fileno()).st_mtime
    return LockHolder(int(process) if process.isdigit() else 0, datetime.fromtimestamp(touched, UTC))


def _close_in_child() -> None:
    """A child that outlives this process would keep its locks."""
    for handle in list(_held):
        handle.close()
    _held.clear()


os.register_at_fork(after_in_child=_close_in_child)
