"""The change set of a build: the files of the archive compared with those of the previous snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from search.archive.walk import UNREADABLE, Skipped, Walk
from search.arrays import Array, Strings
from search.index.batch_reader import NO_DIGEST, Batch, Task
from search.index.unlisted_files import with_unlisted
from search.snapshot.file_table import NO_DOCUMENT, FileNote, FileTable
from search.snapshot.segment import Segment
from search.snapshot.snapshot import Snapshot
from search.snapshot.word_dictionary import WordDictionary

_DIGEST_BYTES = len(NO_DIGEST)


@dataclass(slots=True)
class ChangeSet:
    """F files in ascending order of their ids.  Starts from the previous snapshot; `add` records what was read."""

    files: Walk
    previous: Snapshot | None
    modified: Array
    """[F] whether size, times or inode differ from the previous snapshot, or the file is new"""
    unread: Array
    """[F] whether the file must be read: it is modified, or could not be read last time"""
    previous_doc_ids: Array
    """[F] doc ids in the previous snapshot, `NO_DOCUMENT` for files without an article there"""
    digests: Array
    """[F, 16] digests of the stored articles, zeros for files without an article"""
    notes: dict[str, FileNote]
    """by id"""
    vanished: Array
    """[F] whether the file was removed between the walk and the read"""
    reindexed: Array
    """[F] whether the article is added or changed, and so is in one of `segments`"""
    current_doc_ids: Array
    """[F] doc ids in the current snapshot, also in a full build; `NO_DOCUMENT` for files without an article there"""
    kept: Array
    """[F] whether the file cannot be listed or read, and keeps the article that it had"""
    unknown: list[Skipped]
    """files and folders that cannot be listed, and of which no article is known"""
    segments: list[tuple[Segment, Array]] = field(default_factory=list)
    """segments of the added and changed articles, each with the file of each of its documents"""
    dictionaries: list[WordDictionary] = field(default_factory=list)
    """the word dictionaries of the same articles"""

    def __len__(self) -> int:
        return len(self.files.ids)

    def tasks(self, files: Array) -> Iterator[Task]:
        """The tasks of reading these files."""
        for file in files.tolist():
            yield Task(file, self.files.path(file), self.files.ids[file], self.digests[file].tobytes())

    def add(self, batch: Batch) -> None:
        """Record the files of a batch."""
        kept = [
            file
            for file in batch.rejected
            if batch.notes[file].reason == UNREADABLE and self.current_doc_ids[file] != NO_DOCUMENT
        ]
        self.kept[kept] = True
        rejected = set(batch.rejected).difference(kept)
        articles, others = list(batch.digests), [*batch.unpublished, *batch.vanished, *rejected]
        self.digests[articles] = np.frombuffer(b"".join(batch.digests.values()), np.uint8).reshape(-1, _DIGEST_BYTES)
        self.digests[others] = 0
        self.vanished[batch.vanished] = True
        if self.notes:
            for file in articles + others + kept:
                self.notes.pop(self.files.ids[file], None)
        self.notes.update((self.files.ids[file], note) for file, note in batch.notes.items())
        if batch.segment is not None and batch.dictionary is not None:
            files = np.array(batch.document_files, np.int64)
            self.reindexed[files] = True
            self.segments.append((batch.segment, files))
            self.dictionaries.append(batch.dictionary)

    @property
    def indexed(self) -> Array:
        """[F] whether the file is an article of the new index."""
        halves = self.digests.view(np.uint64)
        indexed: Array = (halves[:, 0] | halves[:, 1]) != 0
        return indexed

    @property
    def unchanged(self) -> Array:
        """[F] whether the article is the same as in the previous snapshot."""
        return self.indexed & ~self.reindexed

    @property
    def added(self) -> Array:
        """[F] whether the article is new."""
        added: Array = self.indexed & (self.previous_doc_ids == NO_DOCUMENT)
        return added

    @property
    def changed(self) -> Array:
        """[F] whether the article differs from the previous snapshot."""
        changed: Array = self.reindexed & (self.previous_doc_ids != NO_DOCUMENT)
        return changed

    @property
    def removed(self) -> int:
        """How many articles of the previous snapshot are gone."""
        still_indexed = int((self.indexed & (self.previous_doc_ids != NO_DOCUMENT)).sum())
        return len(self.previous.segment) - still_indexed if self.previous else 0

    def rejected(self) -> list[str]:
        """The ids of the files that could not be read as articles."""
        kept = set(self.kept_ids())
        return [id for id, note in self.notes.items() if note.reason and id not in kept]

    def kept_ids(self) -> list[str]:
        """The ids of the files that cannot be read and keep the article that they had."""
        return [self.files.ids[file] for file in np.flatnonzero(self.kept).tolist()]

    def same_articles(self) -> bool:
        """Whether all articles are the same as in the previous snapshot."""
        return self.previous is not None and not self.reindexed.any() and not self.removed

    def same_files(self) -> bool:
        """Whether all files are the same as in the previous snapshot: there is nothing to publish."""
        previous = self.previous
        return (
            previous is not None
            and not self.modified.any()
            and len(self) == len(previous.files.ids)
            and self.notes == previous.files.notes
            and self.same_articles()
        )

    def file_table(self, doc_ids: Array) -> FileTable:
        """The file table of the new snapshot, with these doc ids [F]."""
        exists = ~self.vanished
        return FileTable(
            self.files.ids.where(exists),
            self.files.stat_keys[exists],
            self.digests[exists],
            doc_ids[exists].astype(np.uint32),
            self.notes,
        )


def compare_files(files: Walk, current: Snapshot | None, *, full: bool = False) -> ChangeSet:
    """Compare the files of an archive with the current snapshot.  All are new if there is none, or in a full build."""
    previous = None if full else current
    kept, unknown = np.zeros(len(files.ids), bool), files.unreadable
    if current is not None:
        files, kept, unknown = with_unlisted(files, current.files)
    count = len(files.ids)
    modified = np.ones(count, bool)
    current_doc_ids = np.full(count, NO_DOCUMENT, np.uint32)
    previous_doc_ids = current_doc_ids.copy()
    digests = np.zeros((count, _DIGEST_BYTES), np.uint8)
    vanished, reindexed = np.zeros((2, count), bool)
    notes: dict[str, FileNote] = {}
    if current is not None:
        table = current.files
        ours, theirs = _common(files.ids, table.ids)
        current_doc_ids[ours] = table.documents[theirs]
    if previous is not None:
        modified[ours] = files.stat_keys[ours] != table.stat_keys[theirs]
        previous_doc_ids = current_doc_ids
        digests[ours] = table.digests[theirs]
        removed = np.ones(len(table.ids), bool)
        removed[theirs] = False
        removed_ids = {table.ids[file] for file in np.flatnonzero(removed).tolist()}
        notes = {id: note for id, note in table.notes.items() if id not in removed_ids}
    unread = modified.copy()
    unreadable = [id.encode() for id, note in notes.items() if note.reason == UNREADABLE]
    unread[[files.ids.lower_bound(id) for id in unreadable]] = True
    unread &= ~kept
    return ChangeSet(
        files, previous, modified, unread, previous_doc_ids, digests, notes, vanished, reindexed, current_doc_ids, kept,
        unknown,
    )  # fmt: skip


def _common(ours: Strings, theirs: Strings) -> tuple[Array | slice, Array | slice]:
    """The indexes, in each of two ascending tables, of the strings that are in both."""
    if ours.equals(theirs):
        return slice(None), slice(None)
    our_ids, their_ids = ours.raws(), theirs.raws()
    common = set(our_ids).intersection(their_ids)
    return _indexes(our_ids, common), _indexes(their_ids, common)


def _indexes(strings: list[bytes], wanted: set[bytes]) -> Array:
    return np.flatnonzero(np.fromiter(map(wanted.__contains__, strings), bool, len(strings)))
