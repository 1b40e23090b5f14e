"""What a build saw: every file of the archive with its fingerprint, and the document it became.

The next build compares the archive with this table to read only what changed; the reader side looks ids up in it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import msgspec
import numpy as np

from search.snapshot.arrays import Array, Strings, load, load_strings
from search.snapshot.snapshot_writer import SnapshotWriter

NO_DOCUMENT: Final = np.iinfo(np.uint32).max
STAT_COLUMNS: Final = ("size", "mtime_ns", "ctime_ns", "inode")


class Remark(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a build has to say of one file: why it was rejected (`reason`, `detail`), or `notes` on how it was read."""

    reason: str | None = None
    detail: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileTable:
    """F files, ascending by the bytes of their ids."""

    ids: Strings
    stats: Array
    """[F, 4] size, mtime_ns, ctime_ns, inode"""
    digests: Array
    """[F, 16] of the stored article; zeros where there is none"""
    documents: Array
    """[F] document numbers, `NO_DOCUMENT` for files that were rejected or are not published"""
    remarks: dict[str, Remark]
    """by id, for the few files that need one"""

    def document(self, id: str) -> int | None:
        """The document number of the article with this id."""
        row = self.ids.find(id)
        if row is None or self.documents[row] == NO_DOCUMENT:
            return None
        return int(self.documents[row])

    def save(self, draft: SnapshotWriter) -> None:
        """Have the table written as `files.*`."""
        draft.save("files.ids.octets.npy", self.ids.octets)
        draft.save("files.ids.starts.npy", self.ids.starts)
        draft.save("files.stats.npy", self.stats)
        draft.save("files.digests.npy", self.digests)
        draft.save("files.documents.npy", self.documents)
        draft.write("files.remarks.json", [msgspec.json.encode(self.remarks)])

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote.  Raises `SnapshotDamaged`."""
        remarks = (folder / "files.remarks.json").read_bytes()
        return cls(
            ids=load_strings(folder, "files.ids"),
            stats=load(folder / "files.stats.npy"),
            digests=load(folder / "files.digests.npy"),
            documents=load(folder / "files.documents.npy"),
            remarks=msgspec.json.decode(remarks, type=dict[str, Remark]),
        )
