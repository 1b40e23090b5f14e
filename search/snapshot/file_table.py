"""The file table of a snapshot: the files of the archive, with what tells that one was changed, and doc ids.

The next build compares the archive with it and reads only what changed.  Searches look up ids in it.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import msgspec
import numpy as np

from search.arrays import Array, Strings, columns_of, load_columns
from search.durable import read_file
from search.snapshot.snapshot_writer import SnapshotWriter

NO_DOCUMENT: Final = np.iinfo(np.uint32).max


def digest(line: bytes) -> bytes:
    """16 bytes that identify one version of an article, from its stored line."""
    return hashlib.blake2b(line, digest_size=16).digest()


class FileNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a file was rejected (`reason`, `detail`), or `notes` on values that were ignored or cut."""

    reason: str | None = None
    detail: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileTable:
    """F files in ascending order of their ids."""

    ids: Strings
    stat_keys: Array
    """[F] hashes of size, times and inode"""
    digests: Array
    """[F, 16] digests of the stored articles, zeros for files without an article"""
    documents: Array
    """[F] doc ids, `NO_DOCUMENT` for files without an article"""
    notes: dict[str, FileNote]
    """by id, for the few files that have any"""

    def document(self, id: str) -> int | None:
        """The doc id of the article with this id; None if there is no such article."""
        file = self.ids.find(id)
        if file is None or self.documents[file] == NO_DOCUMENT:
            return None
        return int(self.documents[file])

    def content(self) -> str:
        """A hash of all articles that does not depend on the order in which they were indexed."""
        digests = self.digests[self.documents != NO_DOCUMENT]
        return hashlib.blake2b(digests.tobytes(), digest_size=12).hexdigest()

    def save(self, writer: SnapshotWriter) -> None:
        """Write the table as `files.*`."""
        writer.save("files", columns_of(self))
        writer.write("files.notes.json", [msgspec.json.encode(self.notes)])

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote.  Raises `SnapshotDamaged`."""
        notes = msgspec.json.decode(read_file(folder / "files.notes.json"), type=dict[str, FileNote])
        return cls(**load_columns(cls, folder, "files"), notes=notes)
