"""The embedded engine: searches the newest snapshot in this process."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from search.analysis.synonym_file import SynonymsFile
from search.article import Article
from search.errors import IndexMissing, SnapshotError
from search.request import SearchRequest
from search.results import Completion, FacetResults, IndexInfo, SearchResults, Statistics
from search.searcher.index_reader import IndexReader
from search.searcher.searcher import Searcher
from search.settings import Settings
from search.snapshot.snapshot import Snapshot
from search.snapshot.store import SnapshotStore

_POLL_SECONDS: Final = 0.25
_log = logging.getLogger(__name__)


class EmbeddedEngine:
    """An `Engine` over the snapshots of one index directory.  Raises `SettingsError` for synonyms that cannot be used.

    A thread of its own looks for a newer publication, and for other synonyms, and makes ready what it finds, so that no
    search waits for that; a search uses the snapshot and synonyms that were ready when it began, to its end."""

    def __init__(self, index_dir: Path, settings: Settings) -> None:
        self._store = SnapshotStore(index_dir)
        self._settings = settings
        self._searcher: Searcher | None = None
        self._seen: object = None
        self._unusable = False
        self._closed = threading.Event()
        self._synonyms = SynonymsFile(settings.synonyms)
        self._snapshot: Snapshot | None = None
        self._open_current()
        self._go_over()
        threading.Thread(target=self._watch, name="article-search news", daemon=True).start()

    def search(self, request: SearchRequest) -> SearchResults:
        return self._ready().search(request)

    def facet(self, field: str, request: SearchRequest) -> FacetResults:
        return self._ready().facet(field, request)

    def article(self, id: str) -> Article | None:
        return self._ready().article(id)

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        return self._ready().complete(text, limit)

    def info(self) -> IndexInfo:
        return self._ready().index.info

    def statistics(self) -> Statistics:
        return self._ready().statistics()

    def close(self) -> None:
        self._closed.set()
        self._searcher = self._snapshot = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ready(self) -> Searcher:
        searcher = self._searcher
        if searcher is None:
            self._store.current_name()  # raises IndexMissing with its advice where nothing was published
            if self._unusable:
                raise SnapshotError(
                    "the index cannot be used: 'article-search check' says why, 'article-search index' mends it"
                )
            raise IndexMissing("the first index was published this moment and is being opened: try again in a second")
        return searcher

    def _watch(self) -> None:
        while not self._closed.wait(_POLL_SECONDS):
            try:
                published = self._store.pointer_state() != self._seen and self._open_current()
                if self._synonyms.renewed() or published:
                    self._go_over()
            except Exception:  # noqa: BLE001 - without this thread no later publication would ever be noticed
                _log.exception("the index in %s cannot be opened", self._store.index_dir)

    def _open_current(self) -> bool:
        """Open what is current.  What cannot be opened is reported once, and what was open goes on serving."""
        self._seen = self._store.pointer_state()
        try:
            self._snapshot = self._store.open_current()
        except IndexMissing:
            return False
        except SnapshotError as error:
            _log.error("%s", error)
            self._unusable = True
            return False
        return True

    def _go_over(self) -> None:
        """Search the open snapshot, with the synonyms that hold now, from the next request on."""
        if self._snapshot is not None:
            index = IndexReader(self._snapshot, self._settings.ranking, self._synonyms.synonym_map)
            self._searcher = Searcher(index, self._settings.cached_results)
