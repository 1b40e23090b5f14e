"""The limits of a build: beyond them, something is wrong with the archive, and nothing is published."""

from typing import Final, NamedTuple

from search.archive.walk import SUFFIXES, UNREADABLE
from search.index.change_set import ChangeSet
from search.quantities import quantity
from search.snapshot.manifest import ArchiveSize
from search.snapshot.snapshot import Snapshot

MAX_SHRINKAGE: Final = 0.2
"""Share of its files or articles that an archive may lose since its last full build.  More is taken for a mistake."""

MAX_UNREADABLE: Final = 0.01
"""Share of the files that need not be readable.  An archive on a disk that fails has more of them."""

_LISTED: Final = 5


class Limits(NamedTuple):
    """What the user allows.  `max_rejects`: None for any number; `max_unreadable`: None for `MAX_UNREADABLE`."""

    max_rejects: int | None = None
    max_unreadable: int | None = None
    allow_shrink: bool = False

    def lost_files(self, changes: ChangeSet, current: Snapshot | None) -> str | None:
        """Why an archive must not be read that has lost many files; None if it may be."""
        return self._shrinkage("files", len(changes), current.manifest.archive.files if current else 0)

    def reason_to_refuse(self, changes: ChangeSet, current: Snapshot | None) -> str | None:
        """Why an archive must not be published, now that it is read; None if it may be."""
        articles = int(changes.indexed.sum())
        listed = _listed(rejected := _rejected(changes))
        if self.max_rejects is not None and len(rejected) > self.max_rejects:
            return f"{len(rejected):,} files were rejected; the limit is {self.max_rejects:,}:{listed}"
        if message := self._unreadable(changes, current):
            return f"{message} Make them readable, or allow them with --max-unreadable:{listed}"
        if not articles:
            return f"No published article among {len(changes):,} files{':' if listed else ''}{listed}"
        return self._shrinkage("articles", articles, current.manifest.archive.articles if current else 0)

    def lost_since(self, before: ArchiveSize, now: ArchiveSize) -> str | None:
        """Why an archive must not be published where a larger one was; None if it may be."""
        message = self._shrinkage("files", now.files, before.files)
        return message or self._shrinkage("articles", now.articles, before.articles)

    def _shrinkage(self, what: str, now: int, before: int) -> str | None:
        if self.allow_shrink or now >= before * (1 - MAX_SHRINKAGE):
            return None
        return (
            f"The archive has {now:,} {what}. It had {before:,} at its last full build or later. "
            "To publish it anyway, use --allow-shrink."
        )

    def _unreadable(self, changes: ChangeSet, current: Snapshot | None) -> str | None:
        folders = [each for each in changes.unknown if not each.path.endswith(SUFFIXES)]
        if folders and current is None and self.max_unreadable is None:
            return f"{quantity(len(folders), 'folder')} cannot be listed, and may have any number of articles."
        unreadable = sum(changes.notes[id].reason == UNREADABLE for id in changes.rejected())
        unreadable += int(changes.kept.sum()) + len(changes.unknown)
        files = len(changes) + len(changes.unknown)
        allowed = int(files * MAX_UNREADABLE) if self.max_unreadable is None else self.max_unreadable
        if unreadable <= allowed:
            return None
        return f"{unreadable:,} of {quantity(files, 'file')} cannot be read; at most {allowed:,} may be unreadable."


def archive_size(changes: ChangeSet, current: Snapshot | None, *, deliberate: bool) -> ArchiveSize:
    """The size with which the next build compares: that of the last deliberate build, or the largest since.

    So losses of many builds add up, and cannot exceed `MAX_SHRINKAGE` unnoticed."""
    now = ArchiveSize(len(changes) - int(changes.vanished.sum()), int(changes.indexed.sum()))
    return now if deliberate or current is None else now.at_least(current.manifest.archive)


def _rejected(changes: ChangeSet) -> list[str]:
    """A line for each file that was not read as an article, and for each folder that was not listed."""
    unread = [*changes.rejected(), *filter(changes.notes.get, changes.kept_ids())]
    notes = ((id, changes.notes[id]) for id in unread)
    lines = [f"{changes.files.path_of(id)}: {note.reason}: {note.detail}" for id, note in notes if note.reason]
    # An unreadable file or folder may hold any number of articles, so it counts as rejected.
    return lines + [f"{each.path}: {each.reason}: {each.detail}" for each in changes.files.unreadable]


def _listed(rejected: list[str]) -> str:
    listed = "".join(f"\n  {line}" for line in rejected[:_LISTED])
    if len(rejected) > _LISTED:
        listed += f"\n  … and {len(rejected) - _LISTED:,} more: --report FILE lists them all"
    return listed
