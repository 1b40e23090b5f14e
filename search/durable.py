"""Writes that survive a power failure, and reads that never wait."""

import errno
import io
import os
from pathlib import Path
from stat import S_ISREG


def sync(path: Path) -> None:
    """Wait until a file, or the list of names in a folder, is on the disk.  Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make a folder and its parents, durably, unless they exist.  Raises OSError."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync(path.parent)


def open_file(path: Path) -> io.FileIO:
    """A regular file, open for reading.  Raises OSError, also if it is a FIFO, which would wait for a writer."""
    file = io.FileIO(path, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))
    if not S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return file


def read_file(path: Path) -> bytes:
    """The content of a regular file.  Raises OSError, also if it is a FIFO."""
    with open_file(path) as file:
        return file.readall()
