"""Removes snapshots, and what died builds left.  Errors are logged: a later build removes what is left over."""

import logging
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from search.snapshot.pointer import UNFINISHED_POINTER
from search.snapshot.retention import Retention

KEPT: Final = 3
"""Snapshots that are kept: the current one, one that a slow reader may still open, one to roll back to."""

_KEPT_ON_A_FULL_DISK: Final = 2
_GROWTH: Final = 1.25
"""How much larger than the previous one a snapshot can be."""

_BLOCK: Final = 512  # the unit of st_blocks
UNFINISHED: Final = ".building-"
_REMOVED: Final = ".removed-"
_log = logging.getLogger(__name__)


def remove_leftovers(index_dir: Path, snapshots: Path) -> None:
    """Remove what died builds left: unfinished and half-removed snapshots, and unfinished pointers."""
    for folder, beginnings in ((snapshots, (UNFINISHED, _REMOVED)), (index_dir, (UNFINISHED_POINTER,))):
        try:
            _remove(path for path in folder.iterdir() if path.name.startswith(beginnings))
        except OSError as error:
            _log.warning("%s cannot be listed: %s", folder, error)


def remove_snapshot(folder: Path) -> None:
    """Remove a snapshot under a hidden name: readers find the whole of it, or nothing.  Raises OSError if it stays."""
    _remove([_hidden(folder)])


def make_room(snapshots: Path, retention: Retention, used: Collection[str], previous: Path) -> None:
    """Remove old snapshots, one more than usual if the disk has no room for another one like `previous`."""
    remove_old(snapshots, retention, used)
    needed = int(_GROWTH * sum(path.stat().st_blocks for path in previous.iterdir()) * _BLOCK)
    free = shutil.disk_usage(snapshots).free
    if free < needed and (removed := remove_old(snapshots, retention, used, _KEPT_ON_A_FULL_DISK)):
        _log.warning(
            "The disk is nearly full: it has %s bytes left, and a snapshot can need %s. Removed %s.",
            f"{free:,}", f"{needed:,}", ", ".join(removed),
        )  # fmt: skip


def remove_old(snapshots: Path, retention: Retention, used: Collection[str], kept: int = KEPT) -> list[str]:
    """Remove all snapshots but the newest ones, those in use, and those that are kept or leased.

    Returns the names of the removed ones."""
    try:
        with retention.locked():
            # Folders of other names, such as copies, may sort after the current one.
            protected = {*used, *retention.protected()}
            old = sorted(path for path in snapshots.iterdir() if not path.name.startswith("."))[:-kept]
            removed = [_hidden(path) for path in old if path.name not in protected]
    except OSError as error:
        _log.warning("Old snapshots were not removed: %s", error)
        return []
    _remove(removed)
    return [path.name.removeprefix(_REMOVED) for path in removed]


def _hidden(folder: Path) -> Path:
    return folder.rename(folder.with_name(f"{_REMOVED}{folder.name}"))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        except OSError as error:
            _log.warning("%s was not removed: %s", path, error)
