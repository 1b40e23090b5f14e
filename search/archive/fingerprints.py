"""Fingerprints: what tells, without a file being read, that it may have changed.

Where nothing has, a build spends most of its time asking the system for them.  So a second process asks as well: ahead
of the one that walks through the archive, for the files that the last build saw, the last of them first.  Wherever the
two meet, all are looked at.
"""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from mmap import mmap
from operator import attrgetter
from pathlib import Path
from typing import Final

import numpy as np

from search.snapshot.arrays import Array, Strings
from search.snapshot.file_table import STAT_COLUMNS

_SHARE: Final = 125
"""Files looked at before a look at how far the other process has come."""

_WORTH_MATCHING: Final = 50
"""Names in a folder from which on it is quicker to find them among the known than to look at them."""

_SPREAD: Final = 4
"""Known names in the range of those of a folder, for each of them, up to which they are all looked through."""

_columns = attrgetter("st_mode", "st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")
_WIDTH: Final = 1 + len(STAT_COLUMNS)
_ITEM: Final = np.dtype(np.int64).itemsize


@dataclass(eq=False)
class Siblings:
    """Names in one folder that have the same suffix."""

    within: str
    """the path of the folder with a `/` at its end; nothing for the root"""
    stems: list[str]
    """ascending as text, one at least"""
    suffix: str

    def __len__(self) -> int:
        return len(self.stems)

    def names(self, rows: Iterable[int]) -> list[str]:
        """Some of the names."""
        stems, suffix = self.stems, self.suffix
        return [stems[row] + suffix for row in rows]

    @cached_property
    def joined(self) -> bytes:
        """The ids, joined by NULs, which no name has."""
        first, *others = self.stems
        return f"\0{self.within}".join([self.within + first, *others]).encode("utf-8", "surrogateescape")

    @cached_property
    def ids(self) -> Strings:
        """The paths without the suffix."""
        return Strings.of_joined(self.joined)


class LookAhead:
    """Looks in another process at files that are known, from the last on."""

    def __init__(self, root: Path, ids: Strings, suffix: str) -> None:
        """`ids` are ascending by their bytes; with the suffix, they are the paths below `root`."""
        self.suffix = suffix
        self._root = root
        self._ids = ids
        self._rows = _shared(len(ids), _WIDTH)
        self._looked, self._enough = _shared(2, 1)  # the first row that is looked at; whether that will do
        self._looked[0] = len(ids)

    def look(self) -> None:
        """For the other process: until all are looked at, or it is `enough`, or no more are found.

        It goes by whole paths, and so through a folder that has become a link since; what it sees there is not used,
        for the walk does not enter such."""
        try:
            folder = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:  # as whoever walks will see
            return
        suffix = self.suffix.encode()
        try:
            for stop in range(len(self._ids), 0, -_SHARE):
                if self._enough[0]:
                    break
                start = max(0, stop - _SHARE)
                self._rows[start:stop] = look_at(folder, [id + suffix for id in self._ids.raws(start, stop)])
                self._looked[0] = start
                if not self._rows[start:stop, 0].any():  # moved, or of another suffix, as the rest may well be
                    break
        finally:
            os.close(folder)

    def enough(self) -> None:
        """Has the other process stop."""
        self._enough[0] = True

    @property
    def begun(self) -> bool:
        """Whether any are looked at.  Until then nothing is believed of the ids, which may come from a damaged file."""
        return bool(self._looked[0] < len(self._ids))

    def rows(self, siblings: Siblings) -> Array:
        """[siblings] the row of each, or -1 where it is not known, or not quickly found."""
        wanted, known = siblings.ids, self._ids
        first = known.lower_bound(wanted.raw(0))
        if known.part(first, first + len(wanted)).same(wanted):
            return np.arange(first, first + len(wanted))
        last = known.lower_bound(wanted.raw(len(wanted) - 1))
        # Before the first where names that are no text stand in another order; far off where folders lie between.
        if not 0 <= last - first <= _SPREAD * len(wanted):
            return np.full(len(wanted), -1)
        row = {id: first + number for number, id in enumerate(known.raws(first, last + 1))}
        return np.array([row.get(id, -1) for id in wanted.raws()])

    def tell(self, rows: Array, table: Array) -> None:
        """Fill in what is seen by now of these rows [n] in a table [n, 5], as of `look_at`.

        Between processors without order a row might be half written: its file is then read, and found to be the same.
        """
        looked = rows >= self._looked[0]
        table[looked] = self._rows[rows[looked]]


def fingerprints(folder: int, siblings: Siblings, ahead: LookAhead | None) -> Array:
    """As `look_at`, for siblings in an open folder, which others may have looked at already."""
    count = len(siblings)
    if ahead is None or siblings.suffix != ahead.suffix or count < _WORTH_MATCHING:
        return look_at(folder, siblings.names(range(count)))
    table, rows = np.zeros((count, _WIDTH), np.int64), None
    for start in range(0, count, _SHARE):
        share = table[start : start + _SHARE]
        if rows is None and ahead.begun:
            rows = ahead.rows(siblings)
        if rows is not None:
            ahead.tell(rows[start : start + _SHARE], share)
        unseen = np.flatnonzero(share[:, 0] == 0)
        if len(unseen):
            share[unseen] = look_at(folder, siblings.names((start + unseen).tolist()))
    return table


def look_at(folder: int, names: Iterable[str] | Iterable[bytes]) -> Array:
    """[names, 5] mode, size, mtime_ns, ctime_ns and inode of each file in an open folder (the system then looks up one
    name a file instead of the whole path); 0 and the number of the error where it cannot be looked at."""
    rows: list[int] = []
    add, look = rows.extend, os.stat
    for name in names:
        try:
            add(_columns(look(name, dir_fd=folder, follow_symlinks=False)))
        except OSError as error:
            add((0, error.errno or errno.EIO, 0, 0, 0))
    return np.array(rows, np.int64).reshape(-1, _WIDTH)


def _shared(rows: int, columns: int) -> Array:
    """Zeros in memory that is still the same in a process forked from this one."""
    memory = mmap(-1, max(rows, 1) * columns * _ITEM)  # none of no size can be had
    return np.frombuffer(memory, np.int64).reshape(-1, columns)[:rows]
