"""The manifest of a snapshot: version, counts, and a checksum for each file."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import msgspec

from search.analysis.analyzer import FINGERPRINT
from search.errors import SnapshotDamaged, SnapshotIncompatible
from search.schema import SCHEMA

FORMAT: Final = 9

MANIFEST_FILE: Final = "manifest.json"
_PIECE: Final = 1 << 21
"""Bytes hashed at a time: few enough for the processor's cache, many enough to seldom wait for the interpreter lock.
Files are read, not mapped: to touch a page of a new mapping costs as much as to hash it."""


class FileChecksum(msgspec.Struct, frozen=True):
    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """The checksum of a file.  Raises `SnapshotDamaged` if it cannot be read."""
        try:
            with path.open("rb", buffering=0) as file:
                size, sha256 = 0, hashlib.sha256()
                while piece := file.read(_PIECE):
                    size += len(piece)
                    sha256.update(piece)
                return cls(size, sha256.hexdigest())
        except (OSError, ValueError) as error:
            raise SnapshotDamaged(f"File {path.name!r} cannot be read: {error}") from error


class ArchiveSize(msgspec.Struct, frozen=True):
    """Files and articles of an archive."""

    files: int
    articles: int

    def at_least(self, other: Self) -> Self:
        """The larger of each."""
        return type(self)(max(self.files, other.files), max(self.articles, other.articles))


class Manifest(msgspec.Struct, frozen=True):
    """The manifest of a snapshot; read before any other file."""

    format: int
    analyzer: str
    indexing: str
    """fingerprint of the rules by which articles were read and indexed; only builds compare it"""
    built_at: datetime
    articles: int
    content: str
    archive: ArchiveSize
    """its largest size since the last full build: the next builds compare with it"""
    segment: str
    files: dict[str, FileChecksum]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest of the snapshot in `folder`.  Raises `SnapshotDamaged`."""
        try:
            return msgspec.json.decode((folder / MANIFEST_FILE).read_bytes(), type=cls)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise SnapshotDamaged(f"Snapshot {folder.name} has no readable manifest: {error}") from error

    def check_version(self, name: str) -> None:
        """Raise `SnapshotIncompatible` if another version made this snapshot, or one with fewer facets."""
        facets = all(f"{self.segment}.{facet}.sets.npy" in self.files for facet in SCHEMA.facets)
        if self.format != FORMAT or self.analyzer != FINGERPRINT or not facets:
            raise SnapshotIncompatible(
                f"Snapshot {name} was made by another version. Update it with: article-search index ARCHIVE"
            )

    def verify(self, folder: Path) -> None:
        """Compare the checksums of all files of the snapshot in `folder`.  Raise `SnapshotDamaged` if one differs."""
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            checksums = threads.map(FileChecksum.of, [folder / file for file in self.files])
            for file, checksum in zip(self.files, checksums, strict=True):
                if self.files[file] != checksum:
                    raise SnapshotDamaged(f"Snapshot {folder.name} is damaged: {file} has another checksum.")
