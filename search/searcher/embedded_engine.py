"""The embedded engine: searches the newest snapshot in this process."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final, Self

from msgspec.structs import replace

from search.analysis.synonym_file import SynonymFile
from search.article import Article
from search.changes.change_log import ChangeLog
from search.changes.net_changes import changes_page, latest_changes, net_changes
from search.errors import EngineClosed, IndexMissing, SnapshotError
from search.periods import Interval, midnight
from search.request import SearchRequest
from search.results import (
    Changes,
    Completion,
    Export,
    FacetResults,
    Hit,
    IndexInfo,
    RisingTrends,
    SearchResults,
    SignificantWord,
    SimilarArticles,
    Statistics,
)
from search.searcher.index_reader import IndexReader, utc_today
from search.searcher.pinned_searchers import PinnedSearchers
from search.searcher.result_cache import ResultCache
from search.searcher.searcher import Searcher
from search.settings import Settings
from search.snapshot.retention import LEASE_SECONDS, Retention
from search.snapshot.snapshot import Snapshot
from search.snapshot.store import SnapshotStore

_POLL_SECONDS: Final = 0.25
_SECOND: Final = timedelta(seconds=1)
_MEGABYTE: Final = 2**20
_log = logging.getLogger(__name__)


class EmbeddedEngine:
    """An `Engine` for the snapshots of one index directory.  Raises `SettingsError` if the synonyms cannot be used.

    A background thread opens new snapshots and synonyms, so searches never wait.  A search uses the same snapshot,
    synonyms and day from start to end.  `today` gives the day from which recency counts; for a snapshot that a request
    names, it is the day on which that was built."""

    def __init__(self, index_dir: Path, settings: Settings, today: Callable[[], date] = utc_today) -> None:
        self._store = SnapshotStore(index_dir)
        self._log = ChangeLog(index_dir)
        self._settings = settings
        self._today = today
        self._day = today()
        self._current: Searcher | None = None
        self._pointer_state: tuple[int, int, int] | None = None
        self._modified_at = datetime.min.replace(tzinfo=UTC)
        self._loaded_at = datetime.now(UTC)
        self._unusable = False
        self._closed = threading.Event()
        self._synonyms = SynonymFile(settings.synonyms)
        self._snapshot: Snapshot | None = None
        self._cache = ResultCache(int(settings.cache_mb * _MEGABYTE / 2))  # the other half is for responses
        self._pinned = PinnedSearchers(self._store, self._pinned_searcher)
        self._open_current()
        self._replace_searcher()
        threading.Thread(target=self._watch, name="article-search snapshots", daemon=True).start()

    def search(self, request: SearchRequest) -> SearchResults:
        return self._searcher(request.at).search(request)

    def facet(
        self, field: str, request: SearchRequest, containing: str = "", prefix: str = "", page: int = 1
    ) -> FacetResults:
        return self._searcher(request.at).facet(field, request, containing, prefix, page)

    def export(self, request: SearchRequest, start: int = 0) -> Export:
        if request.at is None:  # another searcher than the current one, whose order changes with the day
            current = self._searcher().reader.snapshot
            request = request.model_copy(update={"at": current.name})
        leased = self._store.retention.lease(str(request.at))  # before it is opened: no build removes it meanwhile
        exported = self._searcher(request.at).export(request, start)
        articles = _renewing_lease(self._store.retention, exported) if leased else exported.articles
        return replace(exported, articles=articles)

    def article(self, id: str) -> Article | None:
        return self._searcher().article(id)

    def article_with_story(self, id: str, at: str | None = None) -> Hit | None:
        return self._searcher(at).article_with_story(id)

    def similar(self, id: str, limit: int, at: str | None = None) -> SimilarArticles | None:
        return self._searcher(at).similar(id, limit)

    def significant_words(self, request: SearchRequest, limit: int) -> Sequence[SignificantWord]:
        return self._searcher(request.at).significant_words(request, limit)

    def rising(self, interval: Interval, limit: int) -> RisingTrends | None:
        return self._searcher().rising(interval, limit)

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        return self._searcher().complete(text, limit)

    def changes(self, since: str, until: str | None = None, offset: int = 0, limit: int | None = None) -> Changes:
        index = self.info()
        until = until or index.snapshot
        net = net_changes(self._log, since, until, {*self._store.names(), index.snapshot})
        return changes_page(net, index, since, until, offset, limit)

    def latest_changes(self) -> Iterator[Changes]:
        return latest_changes(self._log, self.info())

    def info(self, at: str | None = None) -> IndexInfo:
        return self._searcher(at).reader.info

    def statistics(self) -> Statistics:
        statistics = self._searcher().statistics()
        checked_at = max(statistics.checked_at, self._store.checked_at() or statistics.checked_at)
        return replace(statistics, checked_at=checked_at)

    def close(self) -> None:
        self._closed.set()
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _searcher(self, at: str | None = None) -> Searcher:
        """The searcher of the current snapshot, or of the snapshot with the name `at`."""
        if self._closed.is_set():
            raise EngineClosed
        if at is not None:
            return self._pinned.get(at, self._snapshot)
        searcher = self._current
        if searcher is None:
            self._store.current_name()  # raises IndexMissing with advice if nothing is published
            if self._unusable:
                raise SnapshotError(
                    "The index cannot be used. See why with: article-search check. "
                    "Rebuild it with: article-search index ARCHIVE"
                )
            raise IndexMissing("The first index is being opened. Try again in a second.")
        return searcher

    def _watch(self) -> None:
        while not self._closed.wait(_POLL_SECONDS):
            try:
                opened = self._store.pointer_state() != self._pointer_state and self._open_current()
                if reloaded := self._synonyms.reload():
                    self._loaded_at = max(datetime.now(UTC), self._loaded_at + _SECOND)
                if reloaded or opened or self._today() != self._day:
                    self._replace_searcher()
                if reloaded:
                    self._pinned.make_again()
                self._pinned.close_unused()
            except Exception:  # noqa: BLE001 - an error must not end the thread: later snapshots would never be opened
                _log.exception("The index in %s cannot be opened", self._store.index_dir)
        self._release()  # what was opened while the engine was being closed

    def _open_current(self) -> bool:
        """Opens the current snapshot.  Logs an error once if that fails; the open snapshot then stays in use."""
        self._pointer_state = self._store.pointer_state()
        try:
            self._snapshot = self._store.open_current()
        except IndexMissing:
            return False
        except SnapshotError as error:
            _log.error("%s", error)
            self._unusable = True
            return False
        return True

    def _replace_searcher(self) -> None:
        """Uses the open snapshot, the current synonyms and the current day from the next request on."""
        self._day = self._today()
        if self._snapshot is not None:
            ranking, synonyms = self._settings.ranking, self._synonyms.synonym_map
            self._modified_at = self._next_modified_at()
            reader = IndexReader(self._snapshot, ranking, synonyms, self._day, self._modified_at)
            self._current = Searcher(reader, self._cache)

    def _next_modified_at(self) -> datetime:
        """When the snapshot was made current, settings and synonyms were loaded, or the day began: the last of these.

        The times of CURRENT and of the day are the same in all processes.  The result is later than the last one, even
        if that was in the same second or the clock was set back."""
        pointed = datetime.fromtimestamp(self._pointer_state[1] / 1e9, UTC) if self._pointer_state else self._loaded_at
        latest = max(pointed, self._loaded_at, midnight(self._day)).replace(microsecond=0)
        return max(latest, self._modified_at + _SECOND)

    def _pinned_searcher(self, snapshot: Snapshot) -> Searcher:
        ranking, synonyms = self._settings.ranking, self._synonyms.synonym_map
        modified_at = max(self._loaded_at.replace(microsecond=0), snapshot.manifest.built_at)
        reader = IndexReader(snapshot, ranking, synonyms, modified_at=modified_at, pinned=True)
        return Searcher(reader, self._cache)

    def _release(self) -> None:
        self._current = self._snapshot = None
        self._pinned.close()


def _renewing_lease(retention: Retention, exported: Export) -> Iterator[Article]:
    """The articles of an export.  Its snapshot is kept while they are read."""
    due = monotonic() + LEASE_SECONDS / 4
    for article in exported.articles:
        if monotonic() >= due:
            retention.lease(exported.index.snapshot)
            due = monotonic() + LEASE_SECONDS / 4
        yield article
