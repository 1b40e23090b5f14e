"""Writes the files of a new snapshot: durable, read-only, each with its checksum."""

import errno
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TypeAlias

from search.arrays import Column, Strings, npy
from search.durable import open_file, sync
from search.snapshot.manifest import MANIFEST_FILE, PIECE, FileChecksum, Manifest

Buffer: TypeAlias = bytes | memoryview


class SnapshotWriter:
    """Writes files to `folder` in `threads`, which mostly wait for the disk.  `checksums` raises their errors.

    `others`: the folders of the earlier snapshots that stay when the new one is published."""

    def __init__(self, folder: Path, threads: Executor, others: Sequence[Path] = ()) -> None:
        self.folder = folder
        self.threads = threads
        self._others = others
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
        """Add unchanged files of an earlier snapshot in `folder`, as hard links.

        A damaged byte damages every link to its file.  So a file is copied instead if all snapshots that stay share it:
        one of them is sound, whichever file is damaged.  It is also copied if the disk has no links.  The checksums are
        `known`: they were verified when that snapshot was opened."""
        for name in names:
            source, target = folder / name, self.folder / name
            if target.exists():
                continue
            self._checksums[name] = Future()
            self._checksums[name].set_result(known[name])
            if all(_is_same_file(source, other / name) for other in self._others):
                self._checksums[name] = self.threads.submit(_copy, source, target, known[name])
                continue
            try:
                os.link(source, target)
            except OSError:
                self._checksums[name] = self.threads.submit(_copy, source, target, known[name])

    def checksums(self) -> dict[str, FileChecksum]:
        """Wait for all files.  Returns the checksum of every file in the folder, sorted by name.  Raises OSError."""
        for path in self.folder.iterdir():
            if path.name not in self._checksums:  # a stored file that a worker process wrote, or Whoosh's
                self._checksums[path.name] = self.threads.submit(_finish, path)
        return {name: checksum.result() for name, checksum in sorted(self._checksums.items())}

    def write_manifest(self, manifest: Manifest) -> str:
        """Write the manifest, durably.  Returns the SHA-256 of its file."""
        return _write(self.folder / MANIFEST_FILE, [manifest.sealed()]).sha256


def _write(path: Path, content: Iterable[Buffer]) -> FileChecksum:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for piece in content:
            size += file.write(piece)
            digest.update(piece)
    _make_durable(path)
    return FileChecksum(size, digest.hexdigest())


def _copy(source: Path, target: Path, known: FileChecksum) -> FileChecksum:
    """Copy a file, without sharing its blocks on the disk as links of any kind would."""
    with open_file(source) as file:
        copied = _write(target, iter(lambda: file.read(PIECE), b""))
    if copied != known:
        raise OSError(errno.EIO, "changed since it was verified", str(source))
    return copied


def _is_same_file(path: Path, other: Path) -> bool:
    return other.exists() and path.samefile(other)


def _finish(path: Path) -> FileChecksum:
    _make_durable(path)
    return FileChecksum.of(path)


def _make_durable(path: Path) -> None:
    path.chmod(0o444)
    sync(path)
