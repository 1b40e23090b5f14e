"""The manifest of a published snapshot: version, counts, and the checksums of its side files.

It is kept in the mapping of the snapshot's index, so it is replicated like everything that the nodes know of that.
"""

from datetime import datetime
from typing import Any, Final, Self

import msgspec

from search.analysis.analyzer import FINGERPRINT
from search.errors import SnapshotDamaged, SnapshotIncompatible
from search.settings import Ranking
from search.snapshot.manifest import ArchiveSize, FileChecksum

FORMAT: Final = 1
"""Raise it if a reader of the version before could not use a snapshot."""

_KEY: Final = "manifest"


class ClusterManifest(msgspec.Struct, frozen=True):
    """The manifest of a snapshot in a cluster."""

    format: int
    snapshot: str
    """its name"""
    analyzer: str
    indexing: str
    """fingerprint of the rules by which articles were read and documents were made; only builds compare it"""
    built_at: datetime
    articles: int
    content: str
    """hash of all articles (`search.snapshot.file_table.FileTable.content`)"""
    archive: ArchiveSize
    """its largest size since the last full build: the next builds compare with it"""
    terms: int
    """terms in the embedded index"""
    k1: float
    b: float
    files: dict[str, FileChecksum]
    """side files by name: the word dictionary and the change log"""

    @classmethod
    def of_meta(cls, meta: dict[str, Any]) -> Self | None:
        """The manifest in the `_meta` of a mapping; None if it has none.

        Raises `SnapshotIncompatible` if another version wrote it, `SnapshotDamaged` if it cannot be read."""
        if (value := meta.get(_KEY)) is None:
            return None
        try:
            if value["format"] != FORMAT:
                raise _incompatible(value.get("snapshot", "?"))
            return msgspec.convert(value, cls)
        except (LookupError, TypeError, msgspec.ValidationError) as error:
            raise SnapshotDamaged(
                f"A snapshot of the cluster has no readable manifest: {error}. Rebuild it with: "
                "article-search index ARCHIVE --full"
            ) from error

    def meta(self) -> dict[str, Any]:
        """The `_meta` of a mapping with this manifest."""
        return {_KEY: msgspec.to_builtins(self)}

    def check_version(self) -> None:
        """Raise `SnapshotIncompatible` if another version made this snapshot."""
        if self.format != FORMAT or self.analyzer != FINGERPRINT:
            raise _incompatible(self.snapshot)

    def has_similarity_of(self, ranking: Ranking) -> bool:
        """Whether the index scores with these parameters, which cannot be changed."""
        return (self.k1, self.b) == (ranking.k1, ranking.b)


def _incompatible(name: str) -> SnapshotIncompatible:
    return SnapshotIncompatible(
        f"Snapshot {name} of the cluster was made by another version. Update it with: article-search index ARCHIVE"
    )
