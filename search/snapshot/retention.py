"""Which snapshots a build must not remove: those that are kept on request, and those that an export reads.

kept/NAME        written by `article-search keep`; lasts until it is released
leases/NAME      touched by each part of an export; lasts `LEASE_SECONDS` from then
retention.lock   held while a snapshot is kept, leased, or chosen for removal: a moment
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from search.snapshot.snapshot_writer import sync

LEASE_SECONDS: Final = 15 * 60
"""How long an export can pause between two parts."""

MAX_LEASED: Final = 10
"""More leases than that are not respected, the oldest first: clients must not fill the disk with old snapshots."""


class Retention:
    """The kept and leased snapshots of an index directory.  Its methods raise OSError if that cannot be written."""

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = index_dir
        self._kept = index_dir / "kept"
        self._leases = index_dir / "leases"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock; waits for it."""
        with (self._index_dir / "retention.lock").open("ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def kept(self) -> set[str]:
        """The names of the snapshots that are kept on request."""
        return {path.name for path in _entries(self._kept)}

    def keep(self, name: str) -> None:
        """Keep a snapshot, durably."""
        self._kept.mkdir(exist_ok=True)
        sync(self._index_dir)
        marker = self._kept / name
        marker.touch()
        sync(marker)
        sync(self._kept)

    def release(self, name: str) -> None:
        """Keep a snapshot no longer.  Raises FileNotFoundError if it is not kept."""
        (self._kept / name).unlink()
        sync(self._kept)

    def lease(self, name: str) -> None:
        """Keep a snapshot for `LEASE_SECONDS` from now on.  A lease need not survive a power cut."""
        self._leases.mkdir(exist_ok=True)
        (self._leases / name).touch()

    def protected(self) -> set[str]:
        """The names of the kept and of the leased snapshots.  Removes the leases that are over."""
        leases = sorted(((path.stat().st_mtime, path) for path in _entries(self._leases)), reverse=True)
        # A lease of the future is one of a clock that has been set back since.
        valid = [path for touched, path in leases if abs(time.time() - touched) < LEASE_SECONDS][:MAX_LEASED]
        for _, path in leases:
            if path not in valid:
                path.unlink()
        return self.kept().union(path.name for path in valid)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []
