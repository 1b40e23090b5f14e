"""Arrays on disk: plain `.npy` files, mapped into memory, so all processes share one copy in the page cache.

Also tables of strings (`Strings`) and the array operations that several packages need.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from search.errors import SnapshotDamaged
from search.mapped_file import map_file

Array = npt.NDArray[Any]

_TOP_BLOCK: Final = 64
_SAMPLING: Final = 64
_HEADER_BYTES: Final = 1 << 16
"""More than an array's header can have."""
_UNSIGNED: Final = (np.uint8, np.uint16, np.uint32, np.uint64)


def unsigned(largest: int) -> type[np.unsignedinteger[Any]]:
    """The narrowest unsigned type that holds `largest`: fewer bytes to write, hash and read."""
    return next(kind for kind in _UNSIGNED if largest <= np.iinfo(kind).max)


def narrowed(array: Array) -> Array:
    """The same non-negative integers in the narrowest unsigned type."""
    return array.astype(unsigned(int(array.max()) if array.size else 0), copy=False)


def narrowed_signed(array: Array) -> Array:
    """The same integers in the narrowest signed type."""
    return array.astype(np.min_scalar_type(-int(np.abs(array).max(initial=1))), copy=False)


def run_lengths(starts: Array) -> Array:
    """[N] the lengths of consecutive runs; `starts` [N + 1] has the start of each run and the end of the last."""
    lengths: Array = np.diff(starts.astype(np.int64))
    return lengths


def run_length(run: slice) -> int:
    """The number of elements of a run."""
    return int(run.stop - run.start)


def run_starts(lengths: Array) -> Array:
    """[N + 1] the start of each run and the end of the last, from the lengths [N] of consecutive runs."""
    return np.append(0, np.cumsum(lengths, dtype=np.int64))


def new_runs(keys: Array) -> Array:
    """[N] which keys differ from the previous one; the first does."""
    new = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return new


def binary_search(wanted: Array, keys: Array) -> tuple[Array, Array]:
    """Binary search for many keys: the insertion point of each in the ascending keys, and whether it is there."""
    index = keys.searchsorted(wanted)
    found = keys.take(index, mode="clip") == wanted if len(keys) else np.zeros(len(wanted), bool)
    return index, found


def spread(begins: Array, lengths: Array) -> Array:
    """The indexes of all elements of some runs: begin, begin + 1, … for each run in turn."""
    ends = np.cumsum(lengths, dtype=np.int64)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begins - (ends - lengths), lengths)


def ordered(keys: Array, ties: Array) -> Array:
    """The indexes that sort by `keys`, then by `ties`.  Faster than `np.lexsort` if most keys differ."""
    order = np.argsort(keys)
    sorted_keys = keys[order]
    same = sorted_keys[1:] == sorted_keys[:-1]
    tied = np.zeros(len(keys), bool)
    tied[1:] |= same
    tied[:-1] |= same
    unsorted = order[tied]
    order[tied] = unsorted[np.lexsort((ties[unsorted], keys[unsorted]))]
    return order


def top_indices(values: Array, count: int) -> Array:
    """The indices of the `count` largest values, largest first; equal values keep their order."""
    count = min(count, len(values))
    if not count:
        return np.zeros(0, np.int64)
    if len(values) <= _TOP_BLOCK:
        return np.argsort(-values, kind="stable")[:count]
    candidates = np.flatnonzero(values >= _threshold(values, count))
    return candidates[np.argsort(-values[candidates], kind="stable")[:count]]


def _threshold(values: Array, count: int) -> Array:
    """A lower bound of the `count` largest values that few other values reach.

    It is the `count`-th largest of the maxima of blocks: partitioning all values would take ten times as long.  With
    few values, it is exact."""
    blocks = len(values) // _TOP_BLOCK
    if blocks > _TOP_BLOCK and blocks > 2 * count:
        values = values[: blocks * _TOP_BLOCK].reshape(_TOP_BLOCK, blocks).max(axis=0)
    return np.partition(values, len(values) - count)[len(values) - count]  # type: ignore[no-any-return]


class Pieces(Protocol):
    """A one-dimensional array that is made piece by piece as it is written, and never in memory as a whole."""

    @property
    def dtype(self) -> np.dtype[Any]: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Array]: ...


def npy(array: Array | Pieces) -> Iterator[memoryview]:
    """The content of the array's `.npy` file, piece by piece."""
    shape, pieces = (array.shape, [array]) if isinstance(array, np.ndarray) else ((len(array),), array)
    header, kind = BytesIO(), np.lib.format.dtype_to_descr(array.dtype)
    np.lib.format.write_array_header_1_0(header, {"descr": kind, "fortran_order": False, "shape": shape})
    yield header.getbuffer()
    for piece in pieces:
        yield np.ascontiguousarray(piece).reshape(-1).view(np.uint8).data


def load(path: Path) -> Array:
    """Map one array, read-only.  Raises `SnapshotDamaged` if the file is not an array."""
    try:
        mapped = map_file(path)
        file = BytesIO(mapped[:_HEADER_BYTES].tobytes())
        np.lib.format.read_magic(file)
        shape, _, kind = np.lib.format.read_array_header_1_0(file)
        if kind.hasobject:
            raise ValueError("its elements are pointers")
        return np.ndarray(shape, kind, mapped.data, file.tell())
    except Exception as error:  # numpy's parser raises many kinds for a damaged header
        raise SnapshotDamaged(f"File {path.name} cannot be read as an array: {error}") from error


class Strings(Sequence[str]):
    """A list of N strings: their UTF-8 bytes, and the start of each [N + 1].  Decodes only the strings that are read.

    `lower_bound`, `find` and `prefixed` need strings in ascending order of their bytes.
    """

    __slots__ = ("_sample", "_text", "octets", "starts")

    def __init__(self, octets: Array, starts: Array) -> None:
        self._sample: list[bytes] = []
        self.octets = octets
        self.starts = starts
        self._text = octets.data

    @classmethod
    def of(cls, texts: Iterable[bytes]) -> "Strings":
        parts = list(texts)
        lengths = np.fromiter(map(len, parts), np.int64, len(parts))
        return cls(np.frombuffer(b"".join(parts), np.uint8), narrowed(run_starts(lengths)))

    @classmethod
    def of_joined(cls, joined: bytes) -> "Strings":
        """From one or more strings that are joined by NULs."""
        octets = np.frombuffer(joined.replace(b"\0", b""), np.uint8)
        ends = np.flatnonzero(np.frombuffer(joined, np.uint8) == 0)
        starts = np.concatenate(([0], ends - np.arange(len(ends)), [len(octets)]))
        return cls(octets, narrowed(starts))

    def __reduce__(self) -> "tuple[type[Strings], tuple[Array, Array]]":
        return Strings, (self.octets, self.starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def equals(self, other: "Strings") -> bool:
        return np.array_equal(self.starts, other.starts) and np.array_equal(self.octets, other.octets)

    def raw(self, index: int) -> bytes:
        """The UTF-8 bytes of one string."""
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
        """The strings for which `chosen` [N] is true."""
        if chosen.all():
            return self
        lengths = run_lengths(self.starts)
        return Strings(self.octets[np.repeat(chosen, lengths)], narrowed(run_starts(lengths[chosen])))

    def with_inserted(self, texts: Sequence[bytes], before: Sequence[int]) -> "tuple[Strings, Array]":
        """A table with `texts` inserted, each before the string of this index, and which of its strings are inserted.

        `before` is ascending."""
        inserted = np.zeros(len(self) + len(texts), bool)
        inserted[np.array(before, np.int64) + np.arange(len(texts))] = True
        others = Strings.of(texts)
        lengths = np.empty(len(inserted), np.int64)
        lengths[inserted], lengths[~inserted] = run_lengths(others.starts), run_lengths(self.starts)
        of_inserted = np.repeat(inserted, lengths)
        octets = np.empty(len(of_inserted), np.uint8)
        octets[of_inserted], octets[~of_inserted] = others.octets, self.octets
        return Strings(octets, narrowed(run_starts(lengths))), inserted

    def lower_bound(self, text: bytes) -> int:
        """How many strings sort before `text`."""
        if not self._sample and len(self):
            self._sample = [self.raw(index) for index in range(0, len(self), _SAMPLING)]
        block = bisect_left(self._sample, text)  # in C; each further step of the search calls `raw`
        return bisect_left(range(min(block * _SAMPLING, len(self))), text, max(block - 1, 0) * _SAMPLING, key=self.raw)

    def find(self, text: str | bytes) -> int | None:
        """The index of `text`; None if it is not in the table."""
        raw = text.encode() if isinstance(text, str) else text
        index = self.lower_bound(raw)
        return index if index < len(self) and self.raw(index) == raw else None

    def prefixed(self, prefix: str) -> range:
        """The indexes of the strings that begin with `prefix`."""
        low = self.lower_bound(prefix.encode())
        if low == len(self) or not self.raw(low).startswith(prefix.encode()):
            return range(low, low)
        # 0xff never occurs in UTF-8, so this sorts after all strings with the prefix and before all others.
        return range(low, self.lower_bound(prefix.encode() + b"\xff"))


Column: TypeAlias = Array | Pieces | Strings
"""A column of a segment that is to be written."""


def load_strings(folder: Path, name: str) -> Strings:
    """Map the two arrays of a table of strings.  Raises `SnapshotDamaged` if they are not such a table."""
    octets, starts = (load(folder / f"{name}.{part}.npy") for part in ("octets", "starts"))
    if (
        octets.dtype != np.uint8
        or starts.dtype not in _UNSIGNED
        or octets.ndim != 1
        or starts.ndim != 1
        or not len(starts)
    ):
        raise SnapshotDamaged(f"{name} is not a table of strings.")
    return Strings(octets, starts)


def columns_of(table: Any) -> dict[str, Array | Strings]:
    """The columns of a table, which is a dataclass, by name."""
    return {field.name: getattr(table, field.name) for field in fields(table) if field.type in (Array, Strings)}


def load_columns(table: type[Any], folder: Path, name: str) -> dict[str, Any]:
    """Map the columns of a table from the files `name.*`.  Raises `SnapshotDamaged`."""
    columns: dict[str, Any] = {}
    for field in fields(table):
        if field.type is Strings:
            columns[field.name] = load_strings(folder, f"{name}.{field.name}")
        elif field.type is Array:
            columns[field.name] = load(folder / f"{name}.{field.name}.npy")
    return columns
