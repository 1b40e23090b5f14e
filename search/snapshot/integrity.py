"""Notices that files of an open snapshot were changed or damaged after their checksums were verified.

A program that writes to a file changes its size or modification time.  `changed` compares these before a search: a read
beyond the end of a truncated file would kill the process (SIGBUS).  A failing disk changes neither: `scrub` reads all
files again, little by little.  It reads the files, not the mappings: both are the same pages of the system's cache.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final, NamedTuple, Self

from search.durable import open_file
from search.errors import SnapshotDamaged
from search.snapshot.manifest import MANIFEST_FILE, FileChecksum, Manifest

COMPARED_SECONDS: Final = 0.02
"""How long a comparison of sizes and times holds: it takes 0.13 ms, a tenth of a search."""

VERIFIED_SECONDS: Final = 60.0
"""How long right checksums hold: a search that fails again meanwhile is no sign of damage."""

SCRUBBED_BYTES: Final = 1 << 19
"""Bytes that one step of `scrub` reads: 1 ms of hashing."""

_PASSING: Final = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}


class _State(NamedTuple):
    size: int
    modified_ns: int
    inode: int

    @classmethod
    def of(cls, path: str) -> Self:
        state = os.stat(path)  # noqa: PTH116  # takes half the time of `Path.stat`
        return cls(state.st_size, state.st_mtime_ns, state.st_ino)


class Integrity:
    """The files of a snapshot, as they are before their checksums are verified.  Thread-safe.

    Raises OSError if a file is missing."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest
        self._states: dict[str, _State | None] = {
            str(folder / file): _State.of(str(folder / file)) for file in (MANIFEST_FILE, *manifest.files)
        }
        self._lock = Lock()
        self._suspects = _suspects(folder, manifest)
        self._compared_at = self._verified_at = 0.0

    def changed(self) -> bool:
        """Whether the size, time or inode of a file differs; False for 0.02 s after the last comparison."""
        if monotonic() < self._compared_at + COMPARED_SECONDS:
            return False
        self._compared_at = monotonic()
        return any(_state(path) != state for path, state in self._states.items())

    def verify_changed(self) -> None:
        """Verify the files that have changed.  Raises `SnapshotDamaged`."""
        with self._lock:
            self._verify([path for path, state in self._states.items() if _state(path) != state])

    def verify(self) -> None:
        """Verify all files, unless they were sound in the last minute.  Raises `SnapshotDamaged`."""
        with self._lock:
            if not self._verified_at or monotonic() >= self._verified_at + VERIFIED_SECONDS:
                self._verify([*self._states])
                self._verified_at = monotonic()

    def scrub(self) -> None:
        """Verify the next `SCRUBBED_BYTES` of the files, one after the other, again and again.

        Raises `SnapshotDamaged`.  Only one thread may call this."""
        if suspect := next(self._suspects):
            with self._lock:
                self._verify([suspect])

    def _verify(self, paths: list[str]) -> None:
        """Verify the files; what has changed without damage is not looked at again."""
        for path in paths:
            state = _state(path)
            try:
                sound = self._is_sound(Path(path))
            except SnapshotDamaged as error:
                if _is_passing(error):
                    continue
                if self._folder.is_dir():  # else a build has removed the snapshot: the mapping is the whole of it
                    raise
                sound = True
            if not sound:
                raise SnapshotDamaged(f"Snapshot {self._folder.name} is damaged: {Path(path).name} has changed.")
            self._states[path] = state

    def _is_sound(self, path: Path) -> bool:
        """Whether a file is the one that the manifest describes.  Raises `SnapshotDamaged` if it cannot be read."""
        if path.name == MANIFEST_FILE:
            return Manifest.read(self._folder) == self._manifest
        return FileChecksum.of(path) == self._manifest.files[path.name]


def _is_passing(error: SnapshotDamaged) -> bool:
    """Whether the error says nothing about the file."""
    # No variable of a function that goes on may hold an error: the cycle would keep a replaced snapshot open.
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in _PASSING


def _state(path: str) -> _State | None:
    try:
        return _State.of(path)
    except OSError:
        return None


def _suspects(folder: Path, manifest: Manifest) -> Iterator[str | None]:
    """Reads all files again and again, `SCRUBBED_BYTES` at each step; keeps no file open.

    Gives the path of each file that cannot be read or has another checksum, else None."""
    left = SCRUBBED_BYTES
    while True:
        for file, checksum in manifest.files.items():
            digest, offset = hashlib.sha256(), 0
            while piece := _piece(folder / file, offset):
                digest.update(piece)
                offset, left = offset + len(piece), left - len(piece)
                if left <= 0:
                    left = SCRUBBED_BYTES
                    yield None
            if digest.hexdigest() != checksum.sha256:
                yield str(folder / file)
        yield None


def _piece(path: Path, offset: int) -> bytes:
    """`SCRUBBED_BYTES` of a file, fewer at its end; none if it cannot be read."""
    try:
        with open_file(path) as file:
            file.seek(offset)
            return file.read(SCRUBBED_BYTES)
    except OSError:
        return b""
