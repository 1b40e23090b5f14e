"""The snapshot that searches use: follows what is published, and leaves a damaged snapshot for a sound one."""

import logging
from time import monotonic
from typing import Final

from search.errors import IndexMissing, SnapshotDamaged, SnapshotError, SnapshotIncompatible
from search.snapshot.snapshot import Snapshot
from search.snapshot.store import SnapshotStore

FIRST_RETRY_SECONDS: Final = 0.25
LAST_RETRY_SECONDS: Final = 30.0
_log = logging.getLogger(__name__)


class OpenSnapshot:
    """The published snapshot as soon as it is open; until then the one before it, or the newest sound one.

    `snapshot`: None if none can be used.  `fault`: why the published snapshot is not used, without paths; None if it
    is, or nothing is published.  Not thread-safe."""

    def __init__(self, store: SnapshotStore) -> None:
        self._store = store
        self.snapshot: Snapshot | None = None
        self.fault: str | None = None
        self.pointer_state: tuple[int, int, int] | None = None
        self._tried = False
        self._delay = FIRST_RETRY_SECONDS
        self._retry_at = 0.0
        self._logged = False

    def refresh(self) -> bool:
        """Open what has been published since, or could not be opened before.  Returns whether that has an effect.

        Retries at growing intervals until it succeeds; logs only the first failure."""
        state = self._store.pointer_state()
        is_new = state != self.pointer_state or not self._tried  # CURRENT may be lost: the first state can be None
        self._tried = True
        if not is_new and (self.fault is None or monotonic() < self._retry_at):
            return False
        if is_new:
            self.pointer_state, self._delay, self._logged = state, FIRST_RETRY_SECONDS, False
        before = self.snapshot
        self._open()
        return self.snapshot is not before or (is_new and self.fault is None)

    def leave(self, damage: SnapshotDamaged) -> None:
        """Use the newest sound snapshot instead of the open one, which is damaged."""
        _log.error("%s Searches use the newest sound snapshot. Publish another with: article-search index", damage)
        self.snapshot, self._logged = None, True
        self._open()

    def _open(self) -> None:
        fault = self._fault_of_opening()
        if fault:
            self._retry_at = monotonic() + self._delay
            self._delay = min(2 * self._delay, LAST_RETRY_SECONDS)
        elif self.fault:
            _log.info("The published snapshot is used again.")
        self.fault = fault

    def _fault_of_opening(self) -> str | None:
        """Open the published snapshot, or the newest sound one if none is open.  Returns why another one is used."""
        try:
            if self.snapshot is None:
                self.snapshot = self._store.open_current()
                if self.snapshot.name != self._published_name():
                    return "the published snapshot cannot be used"
            else:
                self.snapshot = self._store.open(self._store.current_name())
        except Exception as error:  # noqa: BLE001  # also a lack of memory, descriptors or threads passes
            if isinstance(error, IndexMissing) and self.snapshot is None:
                return None
            if not self._logged:
                unexpected = None if isinstance(error, SnapshotError) else error
                _log.error("The published snapshot cannot be used: %s", error, exc_info=unexpected)
                self._logged = True
            return _reason(error)
        return None

    def _published_name(self) -> str | None:
        try:
            return self._store.current_name()
        except SnapshotError:
            return None


def _reason(error: Exception) -> str:
    match error:
        case IndexMissing():
            return "the name of the published snapshot is missing"
        case SnapshotIncompatible():
            return "the published snapshot was made by another version"
        case SnapshotDamaged():
            return "the published snapshot is damaged or cannot be read"
        case _:
            return "the published snapshot cannot be opened"
