"""Counts of requests in a table in memory that all processes of a service share.

Each process counts in a row of its own, which it holds by a lock of the kernel.  A process that dies leaves its row,
and the next one goes on with it: no count is lost, and none ever decreases.  The sums of all rows are the service's.
"""

import fcntl
import mmap
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Final

from search import SettingsError
from web.shared_file import open_shared_file

ROWS: Final = 128
"""Twice as many as workers: a new one may start before an old one ends."""

_NUMBER: Final = 8  # bytes of a float, which counts exactly up to 2⁵³


class MetricsTable:
    """Rows of numbers, one for each process.  `names` are the columns.

    Raises `SettingsError` if the file cannot be used."""

    def __init__(self, names: Sequence[str], file: Path | None = None) -> None:
        """Without a file, only this process counts."""
        self._columns = len(names) + 1  # the first has the layout
        layout = float(int.from_bytes(blake2b("\n".join(names).encode(), digest_size=6).digest()))
        size = self._columns * ROWS * _NUMBER
        self._file = None if file is None else open_shared_file(file, size, "metrics_file", "is of another version")
        self._numbers = memoryview(mmap.mmap(-1 if self._file is None else self._file, size)).cast("d")
        self._row = self._claimed_row() * self._columns
        self._lock = Lock()
        if self._numbers[self._row] not in {0.0, layout}:
            raise SettingsError(f"metrics_file: {file} is of another version; name a new file")
        self._numbers[self._row] = layout

    def add(self, amounts: Sequence[tuple[int, float]]) -> None:
        """Add to some columns, given by their numbers."""
        numbers, first = self._numbers, self._row + 1
        with self._lock:
            for column, amount in amounts:
                numbers[first + column] += amount

    def totals(self) -> list[float]:
        """The sum of each column."""
        sums = [0.0] * (self._columns - 1)
        for start in range(0, ROWS * self._columns, self._columns):
            if self._numbers[start]:
                row = self._numbers[start + 1 : start + self._columns].tolist()
                sums = [total + number for total, number in zip(sums, row, strict=True)]
        return sums

    def _claimed_row(self) -> int:
        """The first row that no living process holds."""
        if self._file is None:
            return 0
        for row in range(ROWS):
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, row)
            except OSError:
                continue
            return row
        raise SettingsError(f"metrics_file: more than {ROWS} processes count in it")
