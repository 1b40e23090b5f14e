"""The archive's files against the snapshot they are compared with: what must be read, and what came of it."""

from dataclasses import dataclass, field
from itertools import compress

import numpy as np

from search.archive import Walk
from search.index.reading import NO_DIGEST, Batch, Task
from search.snapshot.arrays import Array, Strings
from search.snapshot.files import NO_DOCUMENT, FileTable, Remark
from search.snapshot.lexicon import Lexicon
from search.snapshot.segment import Segment
from search.snapshot.snapshot import Snapshot

_DIGEST_BYTES = len(NO_DIGEST)


@dataclass(slots=True)
class Inventory:
    """F files in the order of their ids.  Begins with what the old snapshot knows of them; `take` adds what reading
    found."""

    ids: list[str]
    names: Strings
    """the ids as they are kept"""
    paths: list[str]
    stats: Array
    """[F, 4] as `STAT_COLUMNS`"""
    old: Snapshot | None
    old_rows: Array
    """[F] rows in the old table, -1 where the file was not there"""
    unread: Array
    """[F] whether the fingerprint says that it must be read"""
    old_documents: Array
    """[F] the document that the file was, `NO_DOCUMENT` where none"""
    digests: Array
    """[F, 16] of the articles, zeros where the file is none"""
    remarks: dict[str, Remark]
    vanished: Array = field(init=False)
    """[F] whether the file was gone when it was to be read"""
    fresh: Array = field(init=False)
    """[F] whether its article is in one of `segments`, being new or changed"""
    segments: list[tuple[Segment, Array]] = field(default_factory=list)
    """what was read, each with the rows of its documents"""
    lexicons: list[Lexicon] = field(default_factory=list)
    """the words of those"""

    def __post_init__(self) -> None:
        self.vanished = np.zeros(len(self), bool)
        self.fresh = np.zeros(len(self), bool)

    def __len__(self) -> int:
        return len(self.ids)

    def tasks(self) -> list[Task]:
        """The files to read."""
        rows = np.flatnonzero(self.unread)
        known = self.digests[rows].tobytes()
        return [
            Task(row, self.paths[row], self.ids[row], known[i * _DIGEST_BYTES : (i + 1) * _DIGEST_BYTES])
            for i, row in enumerate(rows.tolist())
        ]

    def take(self, batch: Batch) -> None:
        """Add what came of reading some of them."""
        for row, digest in batch.digests.items():
            self.digests[row] = np.frombuffer(digest, np.uint8)
        for row in [*batch.unpublished, *batch.vanished, *batch.rejected]:
            self.digests[row] = 0
        self.vanished[batch.vanished] = True
        for row in [*batch.digests, *batch.unpublished, *batch.vanished, *batch.rejected]:
            self.remarks.pop(self.ids[row], None)
        self.remarks.update((self.ids[row], remark) for row, remark in batch.remarks.items())
        if batch.segment is not None:
            rows = np.array(batch.documents, np.int64)
            self.fresh[rows] = True
            self.segments.append((batch.segment, rows))
        if batch.lexicon is not None:
            self.lexicons.append(batch.lexicon)

    @property
    def indexed(self) -> Array:
        """[F] whether the file is an article of the index."""
        return np.asarray(self.digests.any(axis=1))

    @property
    def kept(self) -> Array:
        """[F] whether its article stays as it was in the old snapshot."""
        return self.indexed & ~self.fresh

    def rejected(self) -> list[str]:
        """The ids of the files that could not be read as articles."""
        return [id for id, remark in self.remarks.items() if remark.reason]

    def same_articles(self) -> bool:
        """Whether the index would have the very articles that the old snapshot has."""
        old = self.old
        return old is not None and not self.fresh.any() and int(self.kept.sum()) == len(old.segment)

    def same_files(self) -> bool:
        """Whether nothing at all was seen to differ from the old snapshot."""
        old = self.old
        return old is not None and not self.unread.any() and len(self) == len(old.files.ids)

    def table(self, documents: Array) -> FileTable:
        """The new table of files, `documents` being each row's document."""
        if self.vanished.any():
            return self._without_vanished().table(documents[~self.vanished])
        return FileTable(self.names, self.stats, self.digests, documents.astype(np.uint32), self.remarks)

    def _without_vanished(self) -> "Inventory":
        stay = ~self.vanished
        ids, paths = list(compress(self.ids, stay)), list(compress(self.paths, stay))
        return Inventory(
            ids, Strings.of(id.encode() for id in ids), paths, self.stats[stay], self.old, self.old_rows[stay],
            self.unread[stay], self.old_documents[stay], self.digests[stay], self.remarks,
        )  # fmt: skip


def compare(seen: Walk, old: Snapshot | None) -> Inventory:
    """The files of a walk against an old snapshot, or against nothing."""
    ids, stats = seen.ids, seen.stats
    names = Strings.of(map(str.encode, ids))
    rows = _old_rows(ids, names, old)
    unread = np.ones(len(ids), bool)
    documents = np.full(len(ids), NO_DOCUMENT, np.uint32)
    digests = np.zeros((len(ids), _DIGEST_BYTES), np.uint8)
    remarks: dict[str, Remark] = {}
    if old is not None:
        there = rows >= 0
        unread[there] = (stats[there] != old.files.stats[rows[there]]).any(axis=1)
        documents[there] = old.files.documents[rows[there]]
        digests[there] = old.files.digests[rows[there]]
        known = set(ids) if len(old.files.ids) != int(there.sum()) else None
        remarks = {id: r for id, r in old.files.remarks.items() if known is None or id in known}
    return Inventory(ids, names, seen.paths, stats, old, rows, unread, documents, digests, remarks)


def _old_rows(ids: list[str], names: Strings, old: Snapshot | None) -> Array:
    if old is None:
        return np.full(len(ids), -1)
    known = old.files.ids
    if np.array_equal(known.starts, names.starts) and np.array_equal(known.octets, names.octets):
        return np.arange(len(ids))
    number = {raw.decode(): row for row, raw in enumerate(known.all_raw())}
    return np.array([number.get(id, -1) for id in ids], np.int64)
