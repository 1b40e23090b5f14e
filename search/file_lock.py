"""Locks between processes."""

import fcntl
from pathlib import Path
from typing import BinaryIO


def lock_file(path: Path) -> BinaryIO:
    """The file, made if there is none, and locked until it is closed or the process ends.  Does not wait.

    Raises BlockingIOError if another process has locked it, another OSError if it cannot be written."""
    handle = path.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise
    return handle
