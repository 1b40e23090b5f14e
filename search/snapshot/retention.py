"""Which snapshots a build must not remove: those that are kept on request, and those that an export reads.

kept/NAME        written by `article-search keep`; lasts until it is released
leases/NAME      touched by each part of an export; lasts `LEASE_SECONDS` from then
retention.lock   held while a snapshot is kept, leased, or chosen for removal: a moment
"""

import errno
import fcntl
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from time import monotonic
from typing import IO, Final, Protocol, TypeVar

from search.durable import make_folder, open_file, sync
from search.errors import SnapshotError

LEASE_SECONDS: Final = 15 * 60
"""How long an export can pause between two parts."""

MAX_LEASED: Final = 10
"""More leases than that are not respected, the oldest first: clients must not fill the disk with old snapshots."""

_WAIT_SECONDS: Final = 10.0
"""Others hold the lock for a moment.  One that is stopped must not stop a build."""

_log = logging.getLogger(__name__)


class Retention:
    """The kept and leased snapshots of an index directory."""

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = index_dir
        self._snapshots = index_dir / "snapshots"
        self._kept = index_dir / "kept"
        self._leases = index_dir / "leases"

    def kept(self) -> set[str]:
        """The names of the snapshots that are kept on request."""
        return {path.name for path in _entries(self._kept)}

    def keep(self, name: str) -> None:
        """Keep a snapshot until it is released, durably: no build removes it.

        Raises `SnapshotError` if it does not exist or the directory cannot be written."""
        with self._writing():
            if name not in {path.name for path in _entries(self._snapshots)}:
                raise SnapshotError(f"Snapshot {name} does not exist. List them with: article-search snapshots")
            make_folder(self._kept)
            marker = self._kept / name
            marker.touch()
            sync(marker)
            sync(self._kept)

    def release(self, name: str) -> None:
        """Keep a snapshot no longer: a later build removes it.

        Raises `SnapshotError` if it is not kept or the directory cannot be written."""
        with self._writing():
            if name not in self.kept():
                raise SnapshotError(f"Snapshot {name} is not kept. List them with: article-search snapshots")
            (self._kept / name).unlink()
            sync(self._kept)

    def lease(self, name: str) -> bool:
        """Keep a snapshot for `LEASE_SECONDS` from now on; False if that is impossible.

        It is impossible if the snapshot is gone, or if this process must not write to the directory.  A lease need not
        survive a power cut."""
        try:
            with self.locked():
                if not (self._snapshots / name).is_dir():
                    return False
                self._leases.mkdir(exist_ok=True)
                new = self._leases / f".{name}"
                new.touch()
                new.replace(self._leases / name)  # the old one may belong to another user
                return True
        except OSError as error:
            _log.debug("Snapshot %s cannot be leased: %s", name, error)
            return False

    def protected(self) -> set[str]:
        """The names of the kept and of the leased snapshots.  Removes the leases that are over.  Raises OSError."""
        # Other users may write to the folder: a link or folder of theirs must not keep builds from removing snapshots.
        states = [(path.lstat(), path) for path in _entries(self._leases)]
        leases = sorted(((state.st_mtime, path) for state, path in states if S_ISREG(state.st_mode)), reverse=True)
        # A lease of the future is one of a clock that has been set back since.
        valid = [path for touched, path in leases if abs(time.time() - touched) < LEASE_SECONDS][:MAX_LEASED]
        for _, path in leases:
            if path not in valid:
                path.unlink()
        return self.kept().union(path.name for path in valid)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock; waits at most `_WAIT_SECONDS` for it.  Raises OSError."""
        path = self._index_dir / "retention.lock"
        with open_file(path) if path.exists() else path.open("ab") as handle:  # a server may only read it
            deadline = monotonic() + _WAIT_SECONDS
            while not _locked(handle):
                if monotonic() > deadline:
                    raise OSError(errno.ETIMEDOUT, f"locked for {_WAIT_SECONDS:.0f} seconds", str(path))
                time.sleep(0.01)
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self.locked():
                yield
        except OSError as error:
            raise SnapshotError(f"Cannot write to {self._index_dir}: {error.strerror}.") from error


def _locked(handle: IO[bytes]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


Each = TypeVar("Each")


class Leases(Protocol):
    """Keeps snapshots for a while."""

    def lease(self, name: str) -> bool:
        """Keep a snapshot for `LEASE_SECONDS` from now on; False if that is impossible."""
        ...


def renewing_lease(leases: Leases, name: str, each: Iterable[Each]) -> Iterator[Each]:
    """The elements.  The leased snapshot is kept while they are read."""
    due = monotonic() + LEASE_SECONDS / 4
    for element in each:
        if monotonic() >= due:
            leases.lease(name)
            due = monotonic() + LEASE_SECONDS / 4
        yield element


def _entries(folder: Path) -> list[Path]:
    """The entries of a folder that are not hidden; none if there is no such folder."""
    try:
        return [path for path in folder.iterdir() if not path.name.startswith(".")]
    except FileNotFoundError:
        return []
