"""Arrays on disk: plain `.npy` files, mapped into memory when read.

So all processes share one copy, in the page cache.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from search.errors import SnapshotDamaged

Array = npt.NDArray[Any]

_UNSIGNED: Final = (np.uint8, np.uint16, np.uint32, np.uint64)


def unsigned(largest: int) -> type[np.unsignedinteger[Any]]:
    """The narrowest unsigned type that holds `largest`: fewer bytes to write, hash and walk through."""
    return next(kind for kind in _UNSIGNED if largest <= np.iinfo(kind).max)


def narrowed(array: Array) -> Array:
    """The same non-negative integers in the narrowest unsigned type."""
    return array.astype(unsigned(int(array.max()) if array.size else 0), copy=False)


def run_lengths(starts: Array) -> Array:
    """How long each run is, of runs that begin at `starts` and end where the next one begins; the last entry ends the
    last."""
    lengths: Array = np.diff(starts.astype(np.int64))
    return lengths


def new_runs(keys: Array) -> Array:
    """[N] which of the keys differ from the one before, as the first does."""
    new = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return new


def looked_for(wanted: Array, keys: Array) -> tuple[Array, Array]:
    """Before which of the ascending keys each wanted one belongs, and whether it is that one."""
    at = keys.searchsorted(wanted)
    there = keys.take(at, mode="clip") == wanted if len(keys) else np.zeros(len(wanted), bool)
    return at, there


def spread(begins: Array, lengths: Array) -> Array:
    """The numbers begin, begin + 1, … of each run in turn."""
    ends = np.cumsum(lengths, dtype=np.int64)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begins - (ends - lengths), lengths)


def ordered(keys: Array, ties: Array) -> Array:
    """The indexes in the order of `keys`, equal ones in that of `ties`; quick where most keys differ, as numpy's own
    sorts by several keys are not."""
    order = np.argsort(keys)
    sorted_keys = keys[order]
    same = sorted_keys[1:] == sorted_keys[:-1]
    tied = np.zeros(len(keys), bool)
    tied[1:] |= same
    tied[:-1] |= same
    among = order[tied]
    order[tied] = among[np.lexsort((ties[among], keys[among]))]
    return order


class Pieces(Protocol):
    """A one-dimensional array that is made piece by piece as it is written, and never held as a whole."""

    @property
    def dtype(self) -> np.dtype[Any]: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Array]: ...


def npy(array: Array | Pieces) -> Iterator[memoryview]:
    """What a file of the array consists of, piece by piece."""
    shape, pieces = (array.shape, [array]) if isinstance(array, np.ndarray) else ((len(array),), array)
    header, kind = BytesIO(), np.lib.format.dtype_to_descr(array.dtype)
    np.lib.format.write_array_header_1_0(header, {"descr": kind, "fortran_order": False, "shape": shape})
    yield header.getbuffer()
    for piece in pieces:
        yield np.ascontiguousarray(piece).reshape(-1).view(np.uint8).data


def load(path: Path) -> Array:
    """Map one array, read-only.  Raises `SnapshotDamaged` where the file is no array."""
    try:
        with path.open("rb") as file:
            np.lib.format.read_magic(file)
            shape, _, kind = np.lib.format.read_array_header_1_0(file)
            if kind.hasobject:
                raise ValueError("its entries are pointers")
            return np.ndarray(shape, kind, mmap(file.fileno(), 0, access=ACCESS_READ), file.tell())
    except Exception as error:  # numpy's parser raises many kinds for a damaged header
        raise SnapshotDamaged(f"{path.name} cannot be read as an array: {error}") from error


class Strings(Sequence[str]):
    """A list of strings kept as one run of UTF-8 bytes and where each begins, read without decoding the others.

    `starts` has one entry more than there are strings.  `lower_bound`, `find` and `prefixed` are for strings sorted by
    their bytes.
    """

    __slots__ = ("_text", "octets", "starts")

    def __init__(self, octets: Array, starts: Array) -> None:
        self.octets = octets
        self.starts = starts
        self._text = octets.data

    @classmethod
    def of(cls, texts: Iterable[bytes]) -> "Strings":
        parts = list(texts)
        starts = np.zeros(len(parts) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)), out=starts[1:])
        return cls(np.frombuffer(b"".join(parts), np.uint8), narrowed(starts))

    @classmethod
    def of_joined(cls, joined: bytes) -> "Strings":
        """Of what NULs join, of one string at least."""
        octets = np.frombuffer(joined.replace(b"\0", b""), np.uint8)
        ends = np.flatnonzero(np.frombuffer(joined, np.uint8) == 0)
        starts = np.concatenate(([0], ends - np.arange(len(ends)), [len(octets)]))
        return cls(octets, narrowed(starts))

    def __reduce__(self) -> "tuple[type[Strings], tuple[Array, Array]]":
        return Strings, (self.octets, self.starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def same(self, other: "Strings") -> bool:
        """Whether both have the same strings."""
        return np.array_equal(self.starts, other.starts) and np.array_equal(self.octets, other.octets)

    def raw(self, index: int) -> bytes:
        """The string's UTF-8 bytes."""
        return self._text[int(self.starts[index]) : int(self.starts[index + 1])].tobytes()

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return self.raw(index).decode()

    def raws(self) -> list[bytes]:
        """The UTF-8 bytes of every string."""
        whole = self._text.tobytes()
        return [whole[a:b] for a, b in pairwise(self.starts.tolist())]

    def where(self, chosen: Array) -> "Strings":
        """Those of the strings for which `chosen` [N] is true."""
        if chosen.all():
            return self
        lengths = run_lengths(self.starts)
        return Strings(self.octets[np.repeat(chosen, lengths)], narrowed(np.append(0, np.cumsum(lengths[chosen]))))

    def joined_by(self, texts: Sequence[bytes], before: Sequence[int]) -> "tuple[Strings, Array]":
        """With texts among them, each before the string with the given number, ascending; and which of all came so."""
        came = np.zeros(len(self) + len(texts), bool)
        came[np.array(before, np.int64) + np.arange(len(texts))] = True
        others = Strings.of(texts)
        lengths = np.empty(len(came), np.int64)
        lengths[came], lengths[~came] = run_lengths(others.starts), run_lengths(self.starts)
        of_came = np.repeat(came, lengths)
        octets = np.empty(len(of_came), np.uint8)
        octets[of_came], octets[~of_came] = others.octets, self.octets
        return Strings(octets, narrowed(np.append(0, np.cumsum(lengths)))), came

    def lower_bound(self, text: bytes) -> int:
        """How many strings sort before `text`."""
        return bisect_left(range(len(self)), text, key=self.raw)

    def find(self, text: str) -> int | None:
        """The index of `text`, or None."""
        wanted = text.encode()
        index = self.lower_bound(wanted)
        return index if index < len(self) and self.raw(index) == wanted else None

    def prefixed(self, prefix: str) -> range:
        """The indexes of the strings that begin with `prefix`."""
        low = self.lower_bound(prefix.encode())
        # 0xff occurs nowhere in UTF-8, so this sorts after all that begin so and before all else.
        return range(low, self.lower_bound(prefix.encode() + b"\xff"))


Column: TypeAlias = Array | Pieces | Strings
"""What one column of a segment may be."""


def load_strings(folder: Path, name: str) -> Strings:
    """Map the two arrays of a table of strings.  Raises `SnapshotDamaged` where they are not such."""
    octets, starts = (load(folder / f"{name}.{part}.npy") for part in ("octets", "starts"))
    if (
        octets.ndim != 1
        or octets.dtype != np.uint8
        or starts.ndim != 1
        or starts.dtype not in _UNSIGNED
        or not len(starts)
    ):
        raise SnapshotDamaged(f"{name} is no table of strings")
    return Strings(octets, starts)
