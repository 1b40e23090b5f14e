"""A snapshot that is being written: files on their way to the disk while the next are made."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeAlias

from search.snapshot.arrays import Array, Pieces, npy
from search.snapshot.beside import Beside
from search.snapshot.fsync import sync
from search.snapshot.manifest import FileChecksum

Buffer: TypeAlias = bytes | memoryview


class SnapshotWriter:
    """Files in `folder`, each of which `threads` write, make durable and read-only, and seal.

    That leaves the interpreter free for whoever makes the next.  What goes wrong is raised by `checksums`."""

    def __init__(self, folder: Path, threads: Executor) -> None:
        self.folder = folder
        self.threads = threads
        self._seals: dict[str, Future[FileChecksum]] = {}
        self._made: list[Callable[[], dict[str, FileChecksum]]] = []

    def save(self, name: str, array: Array) -> None:
        """Have the array written to `name`."""
        self.write(name, npy(array))

    def make(self, arrays: Callable[[], Mapping[str, Array | Pieces]], beside: Beside) -> None:
        """Have the arrays made and written to their names, `beside` what goes on here: at once, where that is possible,
        which it is before anything is saved, for that takes threads."""
        self._made.append(beside(partial(_made, self.folder, arrays)))

    def write(self, name: str, content: Iterable[Buffer]) -> None:
        """Have the content written to `name`."""
        self._seals[name] = self.threads.submit(_written, self.folder / name, content)

    def take_over(self, names: Iterable[str], folder: Path, known: Mapping[str, FileChecksum]) -> None:
        """Have the files of an earlier snapshot here too, as they are: by hard links, or copies where there are none.

        The checksums of links are `known`, for they were checked when that snapshot was opened."""
        for name in names:
            if (self.folder / name).exists():
                continue
            try:
                os.link(folder / name, self.folder / name)
            except OSError:
                shutil.copy2(folder / name, self.folder / name)
            else:
                self._seals[name] = Future()
                self._seals[name].set_result(known[name])

    def checksums(self) -> dict[str, FileChecksum]:
        """The checksums of all files in the folder, also of those that others wrote there.  Raises OSError."""
        checksums = {name: seal for made in self._made for name, seal in made().items()}
        for path in self.folder.iterdir():
            if path.name not in self._seals and path.name not in checksums:
                self._seals[path.name] = self.threads.submit(_sealed, path)
        checksums |= {name: seal.result() for name, seal in self._seals.items()}
        return dict(sorted(checksums.items()))


def _made(folder: Path, arrays: Callable[[], Mapping[str, Array | Pieces]]) -> dict[str, FileChecksum]:
    made = arrays()
    with ThreadPoolExecutor(len(made)) as threads:  # most wait for the disk
        checksums = threads.map(_written, [folder / name for name in made], map(npy, made.values()))
        return dict(zip(made, checksums, strict=True))


def _written(path: Path, content: Iterable[Buffer]) -> FileChecksum:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for piece in content:
            size += file.write(piece)
            digest.update(piece)
    _keep(path)
    return FileChecksum(size, digest.hexdigest())


def _sealed(path: Path) -> FileChecksum:
    _keep(path)
    return FileChecksum.of(path)


def _keep(path: Path) -> None:
    """Make it durable and read-only."""
    path.chmod(0o444)
    sync(path)
