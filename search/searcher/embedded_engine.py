"""The embedded engine: searches the newest snapshot in this process."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from search.article import Article
from search.changes.change_log import ChangeLog
from search.changes.net_changes import changes_page, latest_changes, net_changes
from search.changes.rewrites import Rewrites
from search.errors import ArticleSearchError, EngineClosed, SnapshotDamaged
from search.request import SearchRequest
from search.results import (
    Changes,
    Export,
    IndexInfo,
    Statistics,
)
from search.searcher.current_searcher import CurrentSearcher
from search.searcher.index_reader import utc_today
from search.searcher.pinned_searchers import PinnedSearchers
from search.searcher.searcher import Searcher
from search.searcher.snapshot_engine import Answer, SnapshotEngine, checked
from search.settings import Settings
from search.snapshot.integrity import Integrity
from search.snapshot.retention import renewing_lease
from search.snapshot.snapshot import Snapshot
from search.snapshot.store import SnapshotStore

_POLL_SECONDS: Final = 0.25
_log = logging.getLogger(__name__)


class EmbeddedEngine(SnapshotEngine):
    """An `Engine` for the snapshots of one index directory.  Raises `SettingsError` if the synonyms cannot be used.

    A background thread opens new snapshots and synonyms, so searches never wait.  A search uses the same snapshot,
    synonyms and day from start to end.  `today` gives the day from which recency counts; for a snapshot that a request
    names, it is the day on which that was built."""

    def __init__(self, index_dir: Path, settings: Settings, today: Callable[[], date] = utc_today) -> None:
        super().__init__()
        self._store = SnapshotStore(index_dir)
        self._log = ChangeLog(index_dir)
        self._rewrites = Rewrites(self._log)
        self._current = CurrentSearcher(self._store, settings, today)
        self._pinned = PinnedSearchers(self._store, self._current.pinned)
        self._failing = False
        self._refresh_every(_POLL_SECONDS)

    def export(self, request: SearchRequest, start: int = 0, resumable: bool = False) -> Export:
        if checked(request).at is None:  # another searcher than the current one, whose order changes with the day
            current = self._searcher().reader.snapshot
            request = request.model_copy(update={"at": current.name})
        # Before it is opened: no build removes it meanwhile.
        leased = resumable and self._store.retention.lease(str(request.at))

        def ask(searcher: Searcher) -> Export:
            exported, snapshot = searcher.export(request, start), searcher.reader.snapshot
            articles = self._while_sound(snapshot, exported.articles)
            return replace(
                exported,
                articles=renewing_lease(self._store.retention, snapshot.name, articles) if leased else articles,
            )

        return self._answer(ask, request.at)

    def changes(self, since: str, until: str | None = None, offset: int = 0, limit: int | None = None) -> Changes:
        index = self.info()
        until = until or index.snapshot
        net = net_changes(self._log, since, until, {*self._store.names(), index.snapshot})
        return changes_page(net, index, since, until, offset, limit)

    def latest_changes(self) -> Iterator[Changes]:
        return latest_changes(self._log, self.info())

    def rewritten_at(self, ids: Collection[str], snapshot: str) -> Mapping[str, datetime]:
        self._searcher()  # raises the same errors as the other methods
        times = self._rewrites.times(snapshot)
        return {id: times[id] for id in ids if id in times}

    def info(self, at: str | None = None) -> IndexInfo:
        return self._searcher(at).reader.info

    def statistics(self) -> Statistics:
        statistics = self._answer(lambda searcher: searcher.statistics())
        checked_at = max(statistics.checked_at, self._store.outcomes.checked_at() or statistics.checked_at)
        rejected, unmet = self._store.outcomes.rejected(), self._store.outcomes.unmet()
        fault = self._current.fault
        return replace(statistics, checked_at=checked_at, degraded=fault, rejected=rejected, unmet=unmet)

    def close(self) -> None:
        self._closed.set()
        self._release()

    def _answer(self, ask: Callable[[Searcher], Answer], at: str | None = None) -> Answer:
        """What a searcher answers.  If its snapshot turns out to be damaged, the newest sound one is asked."""
        searcher = self._searcher(at)
        try:
            return ask(searcher)
        except ArticleSearchError:
            raise
        except Exception:
            if self._is_sound(searcher.reader.snapshot, Integrity.verify):
                raise  # an error of ours
        return self._answer(ask, at)

    def _searcher(self, at: str | None = None) -> Searcher:
        """The searcher of the current snapshot, or of the snapshot with the name `at`.  Its files are unchanged."""
        while True:
            if self._closed.is_set():
                raise EngineClosed
            searcher = self._current.get() if at is None else self._pinned.get(at, self._current.snapshot)
            snapshot = searcher.reader.snapshot
            if not snapshot.integrity.changed() or self._is_sound(snapshot, Integrity.verify_changed):
                return searcher

    def _is_sound(self, snapshot: Snapshot, verify: Callable[[Integrity], object]) -> bool:
        """Whether a snapshot passes a verification.  If not, it is not used any more."""
        try:
            verify(snapshot.integrity)
        except SnapshotDamaged as damage:
            self._pinned.discard(snapshot)
            self._current.leave(snapshot, damage)
            return False
        return True

    def _while_sound(self, snapshot: Snapshot, articles: Iterator[Article]) -> Iterator[Article]:
        """The articles.  Raises `SnapshotDamaged` if the snapshot turns out to be damaged meanwhile."""
        try:
            for article in articles:
                if snapshot.integrity.changed() and not self._is_sound(snapshot, Integrity.verify_changed):
                    break
                yield article
            else:
                return
        except ArticleSearchError:
            raise
        except Exception:
            if self._is_sound(snapshot, Integrity.verify):
                raise  # an error of ours
        raise SnapshotDamaged(f"Snapshot {snapshot.name} was damaged during an export. Begin again.")

    def _refresh(self) -> None:
        try:
            if self._current.refresh():
                self._pinned.make_again()
            self._scrub()
            self._pinned.close_unused()
            self._failing = False
        except Exception:  # noqa: BLE001 - an error must not end the thread: later snapshots would never be opened
            if not self._failing:
                _log.exception("The index in %s cannot be opened; it is tried again", self._store.index_dir)
            self._failing = True
        if self._closed.is_set():
            self._release()  # what was opened while the engine was being closed

    def _scrub(self) -> None:
        """Verify a small part of the open snapshot."""
        if snapshot := self._current.snapshot:
            self._is_sound(snapshot, Integrity.scrub)

    def _release(self) -> None:
        self._current.close()
        self._pinned.close()
