"""The engine over an OpenSearch cluster: searches the snapshot that the cluster's alias names."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from msgspec.structs import replace

from search.analysis.synonym_file import SynonymFile
from search.changes.change_log import ChangeLog
from search.changes.net_changes import changes_page, latest_changes, net_changes
from search.changes.rewrites import Rewrites
from search.errors import EngineClosed, EngineUnavailable, IndexMissing
from search.opensearch.cluster_changes import FOLDER as CHANGES_FOLDER
from search.opensearch.cluster_manifest import ClusterManifest
from search.opensearch.cluster_reader import ClusterReader, SnapshotFiles
from search.opensearch.cluster_searcher import ClusterSearcher
from search.opensearch.cluster_store import ClusterStore
from search.opensearch.connection import Address
from search.opensearch.multi_search import reading_client
from search.periods import midnight
from search.request import SearchRequest
from search.results import (
    Changes,
    Export,
    IndexInfo,
    Statistics,
)
from search.searcher.index_reader import utc_today
from search.searcher.result_cache import ResultCache
from search.searcher.snapshot_engine import Answer, SnapshotEngine, checked
from search.settings import STARTED_AT, Settings
from search.snapshot.retention import renewing_lease

POLL_SECONDS: Final = 1.0
_SECOND: Final = timedelta(seconds=1)
_MAX_OPEN: Final = 4
"""Snapshots that requests name, besides the current one."""
_log = logging.getLogger(__name__)


class OpenSearchEngine(SnapshotEngine):
    """An `Engine` for the snapshots of a cluster.  Raises `SettingsError` if the synonyms cannot be used.

    A background thread asks the cluster for its current snapshot, and opens it; until then searches use the one before.
    While the cluster does not answer, every method raises `EngineUnavailable`."""

    def __init__(self, settings: Settings, today: Callable[[], date] = utc_today) -> None:
        super().__init__()
        self._store = ClusterStore.of(settings)
        self._client = reading_client(Address.of(settings))
        self._settings = settings
        self._today = today
        self._synonyms = SynonymFile(settings.synonyms)
        self._cache = ResultCache(int(settings.cache_mb * 2**20 / 2))  # the other half is for responses
        self._loaded_at = max(STARTED_AT, self._synonyms.changed_at)
        self._modified_at = datetime.min.replace(tzinfo=UTC)
        self._refreshing = threading.Lock()
        self._searcher: ClusterSearcher | None = None
        self._files: SnapshotFiles | None = None
        self._fault: EngineUnavailable = IndexMissing("The first index is being opened. Try again in a second.")
        self._pinned: OrderedDict[str, ClusterSearcher] = OrderedDict()
        self._log = _DownloadedLog(self._store)
        self._refresh()
        self._refresh_every(POLL_SECONDS)

    def export(self, request: SearchRequest, start: int = 0, resumable: bool = False) -> Export:
        name = checked(request).at or self._get().reader.manifest.snapshot
        leased = resumable and self._store.lease(name)
        export = self._get(name).export(request.model_copy(update={"at": name}), start)
        return replace(export, articles=renewing_lease(self._store, name, export.articles)) if leased else export

    def changes(self, since: str, until: str | None = None, offset: int = 0, limit: int | None = None) -> Changes:
        reader = self._get().reader
        until = until or reader.manifest.snapshot
        net = net_changes(self._log.of(reader.manifest), since, until, {*self._store.names(), reader.manifest.snapshot})
        return changes_page(net, reader.info, since, until, offset, limit)

    def latest_changes(self) -> Iterator[Changes]:
        reader = self._get().reader
        return latest_changes(self._log.of(reader.manifest), reader.info)

    def rewritten_at(self, ids: Collection[str], snapshot: str) -> Mapping[str, datetime]:
        times = self._log.rewrites(self._get().reader.manifest).times(snapshot)
        return {id: times[id] for id in ids if id in times}

    def info(self, at: str | None = None) -> IndexInfo:
        return self._get(at).reader.info

    def statistics(self) -> Statistics:
        statistics, outcomes = self._get().statistics(), self._store.outcomes
        checked_at = max(statistics.checked_at, outcomes.checked_at() or statistics.checked_at)
        return replace(statistics, checked_at=checked_at, rejected=outcomes.rejected(), unmet=outcomes.unmet())

    def close(self) -> None:
        self._closed.set()
        self._searcher = self._files = None
        self._pinned.clear()
        self._log.close()

    def _answer(self, ask: Callable[[ClusterSearcher], Answer], at: str | None = None) -> Answer:
        return ask(self._get(at))

    def _get(self, at: str | None = None) -> ClusterSearcher:
        """The searcher of the current snapshot, or of the one with the name `at`."""
        if self._closed.is_set():
            raise EngineClosed
        if at is not None:
            return self._named(at)
        searcher = self._searcher
        if searcher is None:
            raise self._fault.with_traceback(None)
        return searcher

    def _named(self, name: str) -> ClusterSearcher:
        with self._refreshing:
            searcher = self._pinned.get(name)
            if searcher is None:
                files = self._files
                if files is None or files.manifest.snapshot != name:
                    files = SnapshotFiles.of(self._store, self._store.manifest(name))
                searcher = self._pinned[name] = self._searcher_of(files, pinned=True)
            self._pinned.move_to_end(name)
            while len(self._pinned) > _MAX_OPEN:
                self._pinned.popitem(last=False)
            return searcher

    def _refresh(self) -> None:
        """Use what is published, the synonyms if their file was changed, and the day, from the next request on."""
        try:
            manifest = self._current_manifest()
            with self._refreshing:
                self._use(manifest)
        except EngineUnavailable as error:
            self._note(error)
        except Exception as error:  # noqa: BLE001  # it must not end the thread: later snapshots would never be opened
            _log.exception("The index of the cluster cannot be opened; it is tried again")
            self._note(EngineUnavailable(f"The index of the cluster cannot be opened: {error}"))

    def _current_manifest(self) -> ClusterManifest:
        """The manifest of the snapshot that is published; that in use is not asked for again."""
        searcher = self._searcher
        if searcher and self._store.current_index() == self._store.index_of(searcher.reader.manifest.snapshot):
            return searcher.reader.manifest
        return self._store.current()

    def _use(self, manifest: ClusterManifest) -> None:
        if self._pinned:
            names = self._store.names()
            for name in [name for name in self._pinned if name not in names]:
                del self._pinned[name]
        reloaded = self._synonyms.reload()
        if reloaded:
            self._loaded_at = max(self._synonyms.changed_at, self._loaded_at + _SECOND)
            self._pinned.clear()
        searcher = self._searcher
        if searcher and not reloaded and (manifest, self._today()) == (searcher.reader.manifest, searcher.reader.today):
            return
        if self._files is None or self._files.manifest != manifest:
            self._files = SnapshotFiles.of(self._store, manifest)
            if not manifest.has_similarity_of(self._settings.ranking):
                _log.warning("Searches use k1 and b of the last build. Apply yours with: article-search index ARCHIVE")
        self._searcher = self._searcher_of(self._files, pinned=False)

    def _searcher_of(self, files: SnapshotFiles, pinned: bool) -> ClusterSearcher:
        latest = max(self._loaded_at, files.manifest.built_at)
        if not pinned:
            latest = max(latest, midnight(self._today()), self._modified_at + _SECOND)
            self._modified_at = latest.replace(microsecond=0)
        index, synonym_map = self._store.index_of(files.manifest.snapshot), self._synonyms.synonym_map
        reader = ClusterReader(
            self._client, index, files, self._settings.ranking, synonym_map, self._today(),
            latest.replace(microsecond=0), pinned,
        )  # fmt: skip
        return ClusterSearcher(reader, self._cache)

    def _note(self, error: EngineUnavailable) -> None:
        """No search is answered until the cluster is usable again."""
        if self._searcher is not None:
            _log.warning("The cluster cannot be used: %s", error)
        self._fault, self._searcher = error, None


class _DownloadedLog:
    """The change log of a cluster, in a folder of this process."""

    def __init__(self, store: ClusterStore) -> None:
        self._store = store
        self._snapshot = ""
        self._lock = threading.Lock()

    def of(self, manifest: ClusterManifest) -> ChangeLog:
        """The log up to a snapshot."""
        with self._lock:
            if manifest.snapshot != self._snapshot:
                self._store.download(manifest, Path(self._folder.name), CHANGES_FOLDER)
                self._snapshot = manifest.snapshot
            return self._log

    def rewrites(self, manifest: ClusterManifest) -> Rewrites:
        """The rewrites in the log up to a snapshot."""
        self.of(manifest)
        return self._rewrites

    def close(self) -> None:
        with self._lock:
            if "_folder" in self.__dict__:
                self._folder.cleanup()

    @cached_property
    def _folder(self) -> TemporaryDirectory[str]:
        return TemporaryDirectory(prefix="article-search-changes-")

    @cached_property
    def _log(self) -> ChangeLog:
        return ChangeLog(Path(self._folder.name))

    @cached_property
    def _rewrites(self) -> Rewrites:
        return Rewrites(self._log)
