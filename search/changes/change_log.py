"""The change log: what each publish changed.  It outlives the snapshots themselves.

    changes/NAME.PARENT.gz      the articles in which snapshot NAME differs from PARENT, which it was built from

Snapshots form a tree, because a build after a rollback starts from an earlier snapshot.  To get from one to another,
undo the publishes up to their common ancestor, then repeat those down to the other.  A snapshot without a file is a
root: the first one, one after an unusable index, or one that changed more articles than the log keeps.
"""

import gzip
import logging
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Self

import msgspec

from search.durable import make_folder, read_file, sync
from search.errors import SnapshotError

MAX_FILES: Final = 5_000
MAX_BYTES: Final = 16 * 2**20
"""Compressed, some 50,000 changed articles: a request reads all of them at most."""

MAX_CHANGES: Final = 10_000
"""Articles that one publish may change; after more, the log begins anew."""

_SUFFIX: Final = ".gz"
_UNFINISHED: Final = ".building-"
_LEVEL: Final = 5
_log = logging.getLogger(__name__)

NOTHING: Final = msgspec.Raw(b"null")
"""In place of an article that is not in a snapshot."""


class Change(msgspec.Struct, frozen=True, array_like=True):
    """One changed article, as it is stored: before and after, `NOTHING` if it was added or removed."""

    id: str
    old: msgspec.Raw
    new: msgspec.Raw

    def undone(self) -> Self:
        """The opposite change."""
        return type(self)(self.id, self.new, self.old)


_decode: Final = msgspec.json.Decoder(list[Change]).decode


class Publish(NamedTuple):
    """A file of the log: the snapshot that was published, and the one that it was built from."""

    name: str
    parent: str
    path: Path


class DamagedLog(SnapshotError):
    """A file of the change log cannot be read."""

    def __init__(self, publish: Publish, error: Exception) -> None:
        super().__init__(f"The change log of snapshot {publish.name} cannot be read: {error}")
        self.publish = publish


class ChangeLog:
    """The change log of an index directory.  Only a build, which holds the lock, writes it."""

    def __init__(self, index_dir: str | Path) -> None:
        self.folder = Path(index_dir) / "changes"

    # Reading

    def publishes(self) -> list[Publish]:
        """The publishes in the log, oldest first."""
        try:
            paths = sorted(self.folder.iterdir())
        except FileNotFoundError:
            return []
        # The names of snapshots that builds make have no dot; those of copies, which can be parents, may have some.
        names = ((path.name.removesuffix(_SUFFIX).partition("."), path) for path in paths)
        return [Publish(name, parent, path) for (name, _, parent), path in names if name and parent]

    def read(self, publish: Publish) -> list[Change]:
        """The changes of one publish.  Raises `DamagedLog`, also if the file is gone."""
        try:
            return _decode(gzip.decompress(read_file(publish.path)))
        except (OSError, EOFError, zlib.error, msgspec.MsgspecError) as error:
            raise DamagedLog(publish, error) from error

    # Writing

    def remove_unfinished(self, newest: str) -> None:
        """Remove what a killed build left: unfinished files, and those of snapshots after the newest that exists."""
        for path in self.folder.glob(f"{_UNFINISHED}*"):
            path.unlink()
        for publish in reversed(self.publishes()):
            if publish.name <= newest:
                break
            publish.path.unlink()

    def append(self, name: str, parent: str, changes: Iterable[Change]) -> None:
        """Write the changes of a publish, durably."""
        make_folder(self.folder)
        unfinished = self.folder / f"{_UNFINISHED}{secrets.token_hex(4)}"
        try:
            unfinished.write_bytes(gzip.compress(msgspec.json.encode(list(changes)), _LEVEL, mtime=0))
            sync(unfinished)
            unfinished.rename(self.folder / f"{name}.{parent}{_SUFFIX}")
        finally:
            unfinished.unlink(missing_ok=True)
        sync(self.folder)

    def prune(self) -> None:
        """Remove the oldest files beyond the limits."""
        try:
            for publish in _too_many(self.publishes()):
                publish.path.unlink()
        except OSError as error:
            _log.warning("Old files of the change log were not removed: %s", error)


def line_of(publishes: Mapping[str, Publish], name: str) -> list[str]:
    """A snapshot and its ancestors, as far as the log has them, newest first."""
    line = [name]
    while (publish := publishes.get(line[-1])) and publish.parent not in line:
        line.append(publish.parent)
    return line


def _too_many(publishes: Sequence[Publish]) -> Iterator[Publish]:
    """The oldest publishes, which exceed the limits of the log."""
    size = 0
    for count, publish in enumerate(reversed(publishes), start=1):
        size += publish.path.stat().st_size
        if count > MAX_FILES or size > MAX_BYTES:
            yield publish
