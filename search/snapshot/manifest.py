"""What a snapshot says of itself, and the seals by which its files are known to be those that were written."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import msgspec

from search.errors import SnapshotDamaged, SnapshotIncompatible
from search.snapshot.durable import sync
from search.text.analysis import FINGERPRINT

FORMAT: Final = 1

_FILE: Final = "manifest.json"


class FileSeal(msgspec.Struct, frozen=True):
    """By which a file is known to be the one that was written."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """The seal of a file as it is now.  Raises `SnapshotDamaged` where it cannot be read."""
        try:
            with path.open("rb") as file:
                return cls(os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest())
        except OSError as error:
            raise SnapshotDamaged(f"{path.name} cannot be read: {error.strerror}") from error


class Manifest(msgspec.Struct, frozen=True):
    """What a snapshot says of itself; read and believed before anything else of it."""

    format: int
    analyzer: str
    built_at: datetime
    articles: int
    content: str
    segment: str
    files: dict[str, FileSeal]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest of the snapshot in `folder`.  Raises `SnapshotDamaged`."""
        try:
            return msgspec.json.decode((folder / _FILE).read_bytes(), type=cls)
        except (OSError, msgspec.MsgspecError) as error:
            raise SnapshotDamaged(f"snapshot {folder.name} has no readable manifest: {error}") from error

    def write(self, folder: Path) -> None:
        """Make it the manifest of the snapshot in `folder`, durably."""
        (folder / _FILE).write_bytes(msgspec.json.format(msgspec.json.encode(self)))
        sync(folder / _FILE)

    def verify(self, folder: Path) -> None:
        """Hold the snapshot in `folder` against this, its manifest, hashing every file.

        Raises `SnapshotIncompatible` for another version's, `SnapshotDamaged` where a file is not what was written."""
        name = folder.name
        if self.format != FORMAT or self.analyzer != FINGERPRINT:
            raise SnapshotIncompatible(f"snapshot {name} was made by another version: run 'article-search index' again")
        for file, seal in self.files.items():
            if FileSeal.of(folder / file) != seal:
                raise SnapshotDamaged(f"snapshot {name}: {file} is not what was written")


def sealed(folder: Path, known: Manifest | None) -> dict[str, FileSeal]:
    """The seals of all files in `folder`, which are made durable and read-only.

    Files that are hard-linked from the snapshot with the manifest `known` have been through that: their seals are taken
    over, for they were checked when that snapshot was opened."""
    seals = {}
    for path in sorted(folder.iterdir()):
        linked = known and path.stat().st_nlink > 1 and known.files.get(path.name)
        seals[path.name] = linked or FileSeal.of(path)
        if not linked:
            sync(path)
            path.chmod(0o444)
    return seals
