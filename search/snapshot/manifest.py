"""What a snapshot says of itself, and the seals by which its files are known to be those that were written."""

import hashlib
import mmap
import os
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import msgspec

from search.errors import SnapshotDamaged, SnapshotIncompatible
from search.snapshot.durable import at_once, sync
from search.text.analysis import FINGERPRINT

FORMAT: Final = 2

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
                size = os.fstat(file.fileno()).st_size
                # In one piece, because between two the thread would wait for its turn in the interpreter.
                content = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""
                return cls(size, hashlib.sha256(content).hexdigest())
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
        (folder / _FILE).chmod(0o444)
        sync(folder / _FILE)

    def verify(self, folder: Path) -> None:
        """Hold the snapshot in `folder` against this, its manifest, hashing every file.

        Raises `SnapshotIncompatible` for another version's, `SnapshotDamaged` where a file is not what was written."""
        name = folder.name
        if self.format != FORMAT or self.analyzer != FINGERPRINT:
            raise SnapshotIncompatible(f"snapshot {name} was made by another version: run 'article-search index' again")
        # One core is left to what goes on meanwhile: searches, or a build's look at the archive.
        found = at_once(FileSeal.of, [folder / file for file in self.files], max(1, (os.cpu_count() or 1) - 1))
        for file, seal in zip(self.files, found, strict=True):
            if self.files[file] != seal:
                raise SnapshotDamaged(f"snapshot {name}: {file} is not what was written")


def sealed(folder: Path, known: Manifest | None) -> dict[str, FileSeal]:
    """The seals of all files in `folder`, which are made durable and read-only.

    Files that are hard-linked from the snapshot with the manifest `known` have been through that: their seals are taken
    over, for they were checked when that snapshot was opened."""
    paths = sorted(folder.iterdir())
    linked = {p: known.files[p.name] for p in paths if known and p.name in known.files and p.stat().st_nlink > 1}
    written = [path for path in paths if path not in linked]
    seals = linked | dict(zip(written, at_once(_sealed, written), strict=True))
    return {path.name: seals[path] for path in paths}


def _sealed(path: Path) -> FileSeal:
    sync(path)
    path.chmod(0o444)
    return FileSeal.of(path)
