"""CURRENT: the name of the current snapshot and the SHA-256 of its manifest, replaced atomically."""

import logging
import secrets
from pathlib import Path
from typing import Final, NamedTuple

from search.durable import read_file, sync
from search.errors import SnapshotDamaged

UNFINISHED_POINTER: Final = ".CURRENT-"
_log = logging.getLogger(__name__)


class Target(NamedTuple):
    """A snapshot and the SHA-256 of its manifest file; None in a file that an earlier version or a user wrote."""

    name: str
    manifest: str | None


class Pointer:
    """The file CURRENT of an index directory."""

    def __init__(self, index_dir: Path) -> None:
        self.path = index_dir / "CURRENT"

    def read(self) -> Target | None:
        """What CURRENT names; None if there is no such file.  Raises `SnapshotDamaged` if it cannot be read."""
        try:
            words = read_file(self.path).decode("ascii", errors="replace").split()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SnapshotDamaged(
                f"{self.path} cannot be read ({error}). Rebuild the index with: article-search index ARCHIVE"
            ) from error
        if len(words) not in (1, 2):
            raise SnapshotDamaged(
                f"{self.path} does not name a snapshot. Rebuild the index with: article-search index ARCHIVE"
            )
        return Target(words[0], words[1] if len(words) == 2 else None)

    def state(self) -> tuple[int, int, int] | None:
        """A value that changes whenever CURRENT is replaced; None if there is no CURRENT.  Takes one system call."""
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns

    def replace(self, target: Target) -> None:
        """Name another snapshot.  Raises OSError if CURRENT is as before.

        Once it is replaced, an error is only logged: readers see the new snapshot already."""
        temporary = self.path.with_name(f"{UNFINISHED_POINTER}{secrets.token_hex(4)}")
        temporary.write_text(" ".join(filter(None, target)) + "\n", encoding="ascii")
        sync(temporary)
        temporary.replace(self.path)
        try:
            sync(self.path.parent)
        except OSError as error:
            _log.warning(
                "Snapshot %s is published, but a power failure may undo it: %s cannot be synced: %s",
                target.name, self.path.parent, error.strerror,
            )  # fmt: skip
