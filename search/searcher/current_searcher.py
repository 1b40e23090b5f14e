"""The searcher of the open snapshot, with the current synonyms, on the current day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import RLock
from typing import Final

from search.analysis.synonym_file import SynonymFile
from search.errors import IndexMissing, SnapshotDamaged, SnapshotError
from search.periods import midnight
from search.searcher.index_reader import IndexReader
from search.searcher.open_snapshot import OpenSnapshot
from search.searcher.result_cache import ResultCache
from search.searcher.searcher import Searcher
from search.settings import STARTED_AT, Settings
from search.snapshot.snapshot import Snapshot
from search.snapshot.store import SnapshotStore

_SECOND: Final = timedelta(seconds=1)
_MEGABYTE: Final = 2**20


class CurrentSearcher:
    """The searcher that requests use which name no snapshot.  Thread-safe.

    Raises `SettingsError` if the synonyms cannot be used.  `refresh` must be called again and again."""

    def __init__(self, store: SnapshotStore, settings: Settings, today: Callable[[], date]) -> None:
        self._store = store
        self._settings = settings
        self._today = today
        self._day = today()
        self._synonyms = SynonymFile(settings.synonyms)
        self._cache = ResultCache(int(settings.cache_mb * _MEGABYTE / 2))  # the other half is for responses
        self._loaded_at = max(STARTED_AT, self._synonyms.changed_at)
        self._modified_at = datetime.min.replace(tzinfo=UTC)
        self._open = OpenSnapshot(store)
        self._searcher: Searcher | None = None
        self._outdated = True  # until the searcher has the open snapshot and the current synonyms
        self._replacing = RLock()
        self.refresh()

    @property
    def snapshot(self) -> Snapshot | None:
        return self._open.snapshot

    @property
    def fault(self) -> str | None:
        """Why the published snapshot is not used, without paths; None if it is, or nothing is published."""
        return self._open.fault

    def get(self) -> Searcher:
        """The searcher.  Raises `SnapshotError` if no snapshot can be used, `IndexMissing` if none is published."""
        searcher = self._searcher
        if searcher is None:
            with self._replacing:  # perhaps a damaged snapshot is being replaced
                searcher = self._searcher
        if searcher is None:
            self._store.current_name()  # raises IndexMissing with advice if nothing is published
            if self._open.fault:
                raise SnapshotError(
                    "The index cannot be used. See why with: article-search check. "
                    "Rebuild it with: article-search index ARCHIVE"
                )
            raise IndexMissing("The first index is being opened. Try again in a second.")
        return searcher

    def refresh(self) -> bool:
        """Use what was published, the synonyms if their file was changed, and the day, from the next request on.

        Returns whether the synonyms have changed."""
        with self._replacing:
            self._outdated |= self._open.refresh()
            if reloaded := self._synonyms.reload():
                self._loaded_at = max(self._synonyms.changed_at, self._loaded_at + _SECOND)
                self._outdated = True
            if self._outdated or self._today() != self._day:
                self._replace()
            return reloaded

    def leave(self, snapshot: Snapshot, damage: SnapshotDamaged) -> None:
        """Use the newest sound snapshot instead of this one, if it is the open one; requests wait for that."""
        with self._replacing:
            if snapshot is self._open.snapshot:
                self._searcher, self._outdated = None, True
                self._open.leave(damage)
                self._replace()

    def pinned(self, snapshot: Snapshot) -> Searcher:
        """A searcher for requests that name this snapshot."""
        ranking, synonyms = self._settings.ranking, self._synonyms.synonym_map
        modified_at = max(self._loaded_at.replace(microsecond=0), snapshot.manifest.built_at)
        reader = IndexReader(snapshot, ranking, synonyms, modified_at=modified_at, pinned=True)
        return Searcher(reader, self._cache)

    def close(self) -> None:
        """Release the snapshot."""
        self._searcher = self._open.snapshot = None

    def _replace(self) -> None:
        self._day = self._today()
        if self._open.snapshot is None:
            self._searcher = None
        else:
            ranking, synonyms = self._settings.ranking, self._synonyms.synonym_map
            self._modified_at = self._next_modified_at()
            reader = IndexReader(self._open.snapshot, ranking, synonyms, self._day, self._modified_at)
            self._searcher = Searcher(reader, self._cache)
        self._outdated = False

    def _next_modified_at(self) -> datetime:
        """When the snapshot was made current, settings and synonyms were loaded, or the day began: the last of these.

        These times are the same in all processes of a server.  The result is later than the last one, even
        if that was in the same second or the clock was set back."""
        state = self._open.pointer_state
        pointed = datetime.fromtimestamp(state[1] / 1e9, UTC) if state else self._loaded_at
        latest = max(pointed, self._loaded_at, midnight(self._day)).replace(microsecond=0)
        return max(latest, self._modified_at + _SECOND)
