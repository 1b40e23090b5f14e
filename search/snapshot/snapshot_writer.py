"""Writes the files of a new snapshot: durable, read-only, each with its checksum."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TypeAlias

import msgspec

from search.arrays import Column, Strings, npy
from search.snapshot.manifest import MANIFEST_FILE, FileChecksum, Manifest

Buffer: TypeAlias = bytes | memoryview


class SnapshotWriter:
    """Writes files to `folder` in `threads`, which mostly wait for the disk.  `checksums` raises their errors."""

    def __init__(self, folder: Path, threads: Executor) -> None:
        self.folder = folder
        self.threads = threads
        self._checksums: dict[str, Future[FileChecksum]] = {}

    def save(self, table: str, columns: Mapping[str, Column]) -> None:
        """Write each column as `table.column.npy`; strings as two arrays, octets and starts."""
        for name, column in columns.items():
            if isinstance(column, Strings):
                self.save(f"{table}.{name}", {"octets": column.octets, "starts": column.starts})
            else:
                self.write(f"{table}.{name}.npy", npy(column))

    def write(self, name: str, content: Iterable[Buffer]) -> None:
        self._checksums[name] = self.threads.submit(_write, self.folder / name, content)

    def take_over(self, names: Iterable[str], folder: Path, known: Mapping[str, FileChecksum]) -> None:
        """Add unchanged files of an earlier snapshot in `folder`: as hard links, or as copies if links are impossible.

        The checksums of links are `known`: they were verified when that snapshot was opened."""
        for name in names:
            if (self.folder / name).exists():
                continue
            try:
                os.link(folder / name, self.folder / name)
            except OSError:
                shutil.copy2(folder / name, self.folder / name)
            else:
                self._checksums[name] = Future()
                self._checksums[name].set_result(known[name])

    def checksums(self) -> dict[str, FileChecksum]:
        """Wait for all files.  Returns the checksum of every file in the folder, sorted by name.  Raises OSError."""
        for path in self.folder.iterdir():
            if path.name not in self._checksums:  # a copy, or a stored file that a worker process wrote
                self._checksums[path.name] = self.threads.submit(_finish, path)
        return {name: checksum.result() for name, checksum in sorted(self._checksums.items())}

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest, durably."""
        path = self.folder / MANIFEST_FILE
        path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        _make_durable(path)


def _write(path: Path, content: Iterable[Buffer]) -> FileChecksum:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for piece in content:
            size += file.write(piece)
            digest.update(piece)
    _make_durable(path)
    return FileChecksum(size, digest.hexdigest())


def _finish(path: Path) -> FileChecksum:
    _make_durable(path)
    return FileChecksum.of(path)


def _make_durable(path: Path) -> None:
    path.chmod(0o444)
    sync(path)


def sync(path: Path) -> None:
    """Wait until a file, or the list of names in a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
