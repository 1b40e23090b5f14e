"""The archive's files against the snapshot they are compared with: what must be read, and what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from search.archive.walk import UNREADABLE, Walk
from search.index.batch_reader import NO_DIGEST, Batch, Task
from search.snapshot.arrays import Array, Strings
from search.snapshot.file_table import NO_DOCUMENT, FileTable, Remark
from search.snapshot.segment import Segment
from search.snapshot.snapshot import Snapshot
from search.snapshot.word_dictionary import WordDictionary

_DIGEST_BYTES = len(NO_DIGEST)


@dataclass(slots=True)
class ChangeSet:
    """F files in the order of their ids.  Begins with what the old snapshot knows of them; `take` adds what reading
    found."""

    seen: Walk
    old: Snapshot | None
    differs: Array
    """[F] whether the fingerprint is another than before, or there was none"""
    unread: Array
    """[F] whether it must be read: because it differs, or because it could not be read before"""
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
    dictionaries: list[WordDictionary] = field(default_factory=list)
    """the words of those"""

    def __post_init__(self) -> None:
        self.vanished = np.zeros(len(self), bool)
        self.fresh = np.zeros(len(self), bool)

    def __len__(self) -> int:
        return len(self.seen.ids)

    def tasks(self) -> Iterator[Task]:
        """The files to read, of which `unread` says how many there are."""
        for row in np.flatnonzero(self.unread).tolist():
            yield Task(row, self.seen.path(row), self.seen.ids[row], self.digests[row].tobytes())

    def take(self, batch: Batch) -> None:
        """Add what came of reading some of them."""
        read, none = list(batch.digests), [*batch.unpublished, *batch.vanished, *batch.rejected]
        self.digests[read] = np.frombuffer(b"".join(batch.digests.values()), np.uint8).reshape(-1, _DIGEST_BYTES)
        self.digests[none] = 0
        self.vanished[batch.vanished] = True
        if self.remarks:
            for row in read + none:
                self.remarks.pop(self.seen.ids[row], None)
        self.remarks.update((self.seen.ids[row], remark) for row, remark in batch.remarks.items())
        if batch.segment is not None:
            rows = np.array(batch.documents, np.int64)
            self.fresh[rows] = True
            self.segments.append((batch.segment, rows))
        if batch.dictionary is not None:
            self.dictionaries.append(batch.dictionary)

    @property
    def indexed(self) -> Array:
        """[F] whether the file is an article of the index."""
        halves = self.digests.view(np.uint64)
        indexed: Array = (halves[:, 0] | halves[:, 1]) != 0
        return indexed

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
        return (
            old is not None
            and not self.differs.any()
            and len(self) == len(old.files.ids)
            and self.remarks == old.files.remarks
            and self.same_articles()
        )

    def table(self, documents: Array) -> FileTable:
        """The new table of files, `documents` being each row's document."""
        stay = ~self.vanished
        return FileTable(
            self.seen.ids.where(stay),
            self.seen.stats[stay],
            self.digests[stay],
            documents[stay].astype(np.uint32),
            self.remarks,
        )


def compare(seen: Walk, old: Snapshot | None) -> ChangeSet:
    """The files of a walk against an old snapshot, or against nothing."""
    files = len(seen.ids)
    differs = np.ones(files, bool)
    documents = np.full(files, NO_DOCUMENT, np.uint32)
    digests = np.zeros((files, _DIGEST_BYTES), np.uint8)
    remarks: dict[str, Remark] = {}
    if old is not None:
        here, there = _in_both(seen.ids, old.files.ids)
        differs[here] = (seen.stats[here] != old.files.stats[there]).any(axis=1)
        documents[here] = old.files.documents[there]
        digests[here] = old.files.digests[there]
        gone = np.ones(len(old.files.ids), bool)
        gone[there] = False
        no_more = {old.files.ids[row] for row in np.flatnonzero(gone).tolist()}
        remarks = {id: remark for id, remark in old.files.remarks.items() if id not in no_more}
    unread = differs.copy()
    doubtful = [id.encode() for id, remark in remarks.items() if remark.reason == UNREADABLE]
    unread[[seen.ids.lower_bound(id) for id in doubtful]] = True  # each is among the ids
    return ChangeSet(seen, old, differs, unread, documents, digests, remarks)


def _in_both(one: Strings, other: Strings) -> tuple[Array | slice, Array | slice]:
    """In each of two ascending tables, the rows whose strings are in both."""
    if one.same(other):
        return slice(None), slice(None)
    ours, theirs = one.raws(), other.raws()
    shared = set(ours).intersection(theirs)
    return _rows(ours, shared), _rows(theirs, shared)


def _rows(strings: list[bytes], wanted: set[bytes]) -> Array:
    return np.flatnonzero(np.fromiter(map(wanted.__contains__, strings), bool, len(strings)))
