"""Maps files into memory without keeping them open.

`mmap.mmap` holds a descriptor for each file unless Python is 3.13 or newer; a snapshot has about 80 files.
"""

import ctypes
import os
from mmap import MAP_SHARED, PROT_READ
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search.durable import open_file

_libc: Final = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = (
    ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long
)  # fmt: skip
_libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
_MAP_FAILED: Final = ctypes.c_void_p(-1).value


def map_file(path: Path) -> npt.NDArray[np.uint8]:
    """The bytes of a file, mapped read-only until nothing refers to them.

    Raises OSError if it cannot be read or is a FIFO, ValueError if it is empty."""
    with open_file(path) as file:
        return np.asarray(_Mapping(file.fileno()))


class _Mapping:
    """A mapping, which numpy keeps while an array is a view of it."""

    def __init__(self, descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        if not size:
            raise ValueError("the file is empty")
        address = _libc.mmap(None, size, PROT_READ, MAP_SHARED, descriptor, 0)
        if address == _MAP_FAILED:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        self._unmap, self._extent = _libc.munmap, (address, size)

    @property
    def __array_interface__(self) -> dict[str, Any]:
        address, size = self._extent
        return {"version": 3, "shape": (size,), "typestr": "|u1", "data": (address, True)}  # True: read-only

    def __del__(self) -> None:
        if hasattr(self, "_extent"):
            self._unmap(*self._extent)
