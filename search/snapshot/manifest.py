"""The manifest of a snapshot: version, counts, and a checksum for each file and for itself."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import msgspec

from search.analysis.analyzer import FINGERPRINT
from search.durable import open_file, read_file
from search.errors import SnapshotDamaged, SnapshotIncompatible
from search.schema import SCHEMA

FORMAT: Final = 10

MANIFEST_FILE: Final = "manifest.json"
_OPENING: Final = b'{"sha256": "%s", "manifest": '
_CLOSING: Final = b"}\n"
PIECE: Final = 1 << 21
"""Bytes hashed at a time: few enough for the processor's cache, many enough to seldom wait for the interpreter lock.
Files are read, not mapped: to touch a page of a new mapping costs as much as to hash it."""


class FileChecksum(msgspec.Struct, frozen=True):
    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """The checksum of a file.  Raises `SnapshotDamaged` if it cannot be read."""
        try:
            with open_file(path) as file:
                size, sha256 = 0, hashlib.sha256()
                while piece := file.read(PIECE):
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


class _Version(msgspec.Struct, frozen=True):
    """What the manifests of all versions have."""

    format: int


class Manifest(msgspec.Struct, frozen=True):
    """The manifest of a snapshot; read before any other file."""

    format: int
    analyzer: str
    indexing: str
    """fingerprint of the rules by which articles were read and indexed; only builds compare it"""
    built_at: datetime
    articles: int
    content: str
    """hash of all articles (`search.snapshot.file_table.FileTable.content`)"""
    archive: ArchiveSize
    """its largest size since the last full build: the next builds compare with it"""
    segment: str
    files: dict[str, FileChecksum]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest of the snapshot in `folder`.

        Raises `SnapshotDamaged`, or `SnapshotIncompatible` if another version wrote it."""
        try:
            content = read_file(folder / MANIFEST_FILE)
            body = content[len(_OPENING % _sha256(b"")) : -len(_CLOSING)]
            is_sealed = content == _sealed(body)
            manifest = body if is_sealed else content  # earlier versions wrote no checksum
            if msgspec.json.decode(manifest, type=_Version).format != FORMAT:
                raise _incompatible(folder.name)
            if not is_sealed:
                raise ValueError("it has another checksum")
            return msgspec.json.decode(manifest, type=cls)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise SnapshotDamaged(f"Snapshot {folder.name} has no readable manifest: {error}") from error

    def sealed(self) -> bytes:
        """The content of the manifest file: JSON, the manifest with its SHA-256 in front."""
        return _sealed(msgspec.json.format(msgspec.json.encode(self)))

    def check_version(self, name: str) -> None:
        """Raise `SnapshotIncompatible` if another version made this snapshot, or one with fewer facets."""
        facets = all(f"{self.segment}.{facet}.sets.npy" in self.files for facet in SCHEMA.facets)
        if self.analyzer != FINGERPRINT or not facets:
            raise _incompatible(name)

    def verify(self, folder: Path) -> None:
        """Compare the checksums of all files of the snapshot in `folder`.  Raise `SnapshotDamaged` if one differs."""
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            checksums = threads.map(FileChecksum.of, [folder / file for file in self.files])
            for file, checksum in zip(self.files, checksums, strict=True):
                if self.files[file] != checksum:
                    raise SnapshotDamaged(f"Snapshot {folder.name} is damaged: {file} has another checksum.")


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _sealed(manifest: bytes) -> bytes:
    return _OPENING % _sha256(manifest) + manifest + _CLOSING


def _incompatible(name: str) -> SnapshotIncompatible:
    return SnapshotIncompatible(
        f"Snapshot {name} was made by another version. Update it with: article-search index ARCHIVE"
    )
