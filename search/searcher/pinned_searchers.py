"""Searchers of named snapshots, opened when a request names one and closed when none has for a while."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final

from search.errors import SnapshotError, SnapshotGone
from search.searcher.searcher import Searcher
from search.snapshot.snapshot import Snapshot
from search.snapshot.store import SnapshotStore

MAX_OPEN: Final = 4
"""Open snapshots besides the current one: each maps about 80 files."""

UNUSED_SECONDS: Final = 60.0
_log = logging.getLogger(__name__)


class PinnedSearchers:
    """The searchers of the snapshots that requests name.  Thread-safe.

    At most `MAX_OPEN` are open; the least recently used is closed first.  `make` makes the searcher of a snapshot."""

    def __init__(
        self, store: SnapshotStore, make: Callable[[Snapshot], Searcher], clock: Callable[[], float] = monotonic
    ) -> None:
        self._store = store
        self._make = make
        self._clock = clock
        self._open: OrderedDict[str, tuple[Snapshot, Searcher, float]] = OrderedDict()
        self._lock = Lock()

    def get(self, name: str, current: Snapshot | None) -> Searcher:
        """The searcher of a snapshot, whose checksums are verified if it is not open yet.

        `current` is open and needs no verification.  Raises `SnapshotGone` if the snapshot is not kept or cannot be
        used."""
        with self._lock:
            known = self._open.pop(name, None)
            if current is not None and current.name == name:
                snapshot = current
            elif name not in self._store.names():
                raise self._gone(name)
            else:
                snapshot = known[0] if known else self._opened(name)
            searcher = known[1] if known and known[0] is snapshot else self._make(snapshot)
            self._open[name] = snapshot, searcher, self._clock()
            if len(self._open) > MAX_OPEN:
                self._open.popitem(last=False)
            return searcher

    def discard(self, snapshot: Snapshot) -> None:
        """Close a damaged snapshot; if a request names it, its checksums are verified again."""
        with self._lock:
            if (known := self._open.get(snapshot.name)) and known[0] is snapshot:
                del self._open[snapshot.name]

    def close_unused(self) -> None:
        """Close the snapshots that no request has named for `UNUSED_SECONDS`, and those that are not kept any more."""
        with self._lock:
            for name, (snapshot, _, used) in [*self._open.items()]:
                if used < self._clock() - UNUSED_SECONDS or not snapshot.folder.is_dir():
                    del self._open[name]

    def make_again(self) -> None:
        """Make the searchers of the open snapshots again, with other synonyms."""
        with self._lock:
            for name, (snapshot, _, used) in self._open.items():
                self._open[name] = snapshot, self._make(snapshot), used

    def close(self) -> None:
        with self._lock:
            self._open.clear()

    def _opened(self, name: str) -> Snapshot:
        try:
            return self._store.open(name)
        except SnapshotError as error:
            _log.warning("Snapshot %s cannot be used: %s", name, error)
            raise self._gone(name) from error

    def _gone(self, name: str) -> SnapshotGone:
        return SnapshotGone(name, [each for each in self._store.usable_names() if each != name])
