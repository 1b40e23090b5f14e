"""Writing files, many at once, and making what was written outlast a power cut."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

_A = TypeVar("_A")
_B = TypeVar("_B")

_MANY: Final = 8
"""More than there are cores: most of them wait for the disk."""


def at_once(work: Callable[[_A], _B], tasks: Iterable[_A], threads: int = _MANY) -> list[_B]:
    """What `work` makes of each task, in order.  Writing, hashing, waiting for the disk and numpy's copying leave the
    interpreter free, so threads share them."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, tasks))


def sync(path: Path) -> None:
    """Have the file, or the folder's list of names, on the disk before returning."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
