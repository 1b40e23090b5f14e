"""Opens the current snapshot as a read-only Whoosh index."""

from pathlib import Path
from typing import Any, NoReturn, Self

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from search.snapshot.snapshot import Snapshot
from search.snapshot.store import SnapshotStore
from search.snapshot.whoosh_codec import GENERATION, INDEX_NAME, ColumnarSegment, refuse, table_of_contents


class SnapshotIndex(FileIndex):  # type: ignore[misc]
    """A snapshot as a Whoosh index: it stays searchable when newer snapshots replace it, and refuses writers."""

    def __init__(self, snapshot: Snapshot) -> None:
        # Not Whoosh's own __init__, which would read the pickled table of contents.
        self.storage = FileStorage(str(snapshot.folder), readonly=True)
        self.indexname = INDEX_NAME
        self._built_at = snapshot.manifest.built_at
        self._toc = table_of_contents(ColumnarSegment(snapshot.manifest.segment, snapshot))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def lock(self, name: str) -> NoReturn:  # noqa: ARG002
        """Refuses every writer, because each locks the index first."""
        refuse()

    def latest_generation(self) -> int:
        return GENERATION

    def last_modified(self) -> float:
        return self._built_at.timestamp()

    def _read_toc(self) -> TOC:
        return self._toc


def open_whoosh(index_dir: str | Path) -> Any:
    """The current snapshot as a read-only `whoosh.index.Index`, verified before it is opened.

    Open it again to search a newer snapshot.  Raises `IndexMissing`, or `SnapshotError` if no snapshot can be used."""
    return SnapshotIndex(SnapshotStore(index_dir).open_current())
