"""What a snapshot says of itself, and the checksums by which its files are known to be those that were written."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import msgspec

from search.analysis.analyzer import FINGERPRINT
from search.errors import SnapshotDamaged, SnapshotIncompatible
from search.snapshot.fsync import sync

FORMAT: Final = 5

_FILE: Final = "manifest.json"

_PIECE: Final = 1 << 21
"""Bytes hashed at a time.  Read, not mapped: each page of a mapping that is touched first costs as much as hashing it.
So few that they stay in the processor's cache, so many that a busy server's thread seldom waits for the interpreter."""


class FileChecksum(msgspec.Struct, frozen=True):
    """By which a file is known to be the one that was written."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """The seal of a file as it is now.  Raises `SnapshotDamaged` where it cannot be read."""
        try:
            with path.open("rb", buffering=0) as file:
                size, sha256 = 0, hashlib.sha256()
                while piece := file.read(_PIECE):
                    size += len(piece)
                    sha256.update(piece)
                return cls(size, sha256.hexdigest())
        except (OSError, ValueError) as error:
            raise SnapshotDamaged(f"{path.name!r} cannot be read: {error}") from error


class Manifest(msgspec.Struct, frozen=True):
    """What a snapshot says of itself; read and believed before anything else of it."""

    format: int
    analyzer: str
    indexing: str
    """fingerprint of the rules by which articles were read and indexed; only builds compare it"""
    built_at: datetime
    articles: int
    content: str
    segment: str
    files: dict[str, FileChecksum]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest of the snapshot in `folder`.  Raises `SnapshotDamaged`."""
        try:
            return msgspec.json.decode((folder / _FILE).read_bytes(), type=cls)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise SnapshotDamaged(f"snapshot {folder.name} has no readable manifest: {error}") from error

    def write(self, folder: Path) -> None:
        """Make it the manifest of the snapshot in `folder`, durably."""
        (folder / _FILE).write_bytes(msgspec.json.format(msgspec.json.encode(self)))
        (folder / _FILE).chmod(0o444)
        sync(folder / _FILE)

    def check_version(self, name: str) -> None:
        """Raises `SnapshotIncompatible` where another version made the snapshot of this name."""
        if self.format != FORMAT or self.analyzer != FINGERPRINT:
            raise SnapshotIncompatible(f"snapshot {name} was made by another version: run 'article-search index' again")

    def verify(self, folder: Path) -> None:
        """Hold the snapshot in `folder` against this, its manifest, hashing every file.

        Raises `SnapshotDamaged` where one is not what was written."""
        # One core is left to what goes on meanwhile: searches, or a build's look at the archive.
        with ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1)) as threads:
            found = threads.map(FileChecksum.of, [folder / file for file in self.files])
            for file, seal in zip(self.files, found, strict=True):
                if self.files[file] != seal:
                    raise SnapshotDamaged(f"snapshot {folder.name}: {file} is not what was written")
