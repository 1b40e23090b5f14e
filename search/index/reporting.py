"""What a build did and what it has to say of the archive, for people (`text`) and for machines (msgspec encodes it)."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec
import numpy as np

from search.archive.walk import Skipped
from search.index.change_set import ChangeSet
from search.snapshot.file_table import NO_DOCUMENT
from search.snapshot.segment import Segment

Outcome = Literal["published", "unchanged", "failed"]
_UNKNOWN_KEY: Final = "unknown key: "
_UNDATED: Final = "undated"


class RejectedFile(msgspec.Struct, frozen=True):
    """A file that is not in the index, with a short stable reason and what exactly was wrong."""

    path: str
    reason: str
    detail: str


class DuplicateGroup(msgspec.Struct, frozen=True):
    """Articles that give the same address, by id."""

    url: str
    ids: tuple[str, ...]


class NotedFile(msgspec.Struct, frozen=True):
    """A file that was indexed, with what had to be mended or guessed to read it."""

    path: str
    notes: tuple[str, ...]


class BuildReport(msgspec.Struct, frozen=True):
    """One run of the indexer.  Counts of files are of the whole archive, `added`, `changed` and `removed` of articles
    since the index before; `outcome` is "unchanged" where there was nothing to publish.

    Where it is "failed", there is no `snapshot`, the counts are of what would have been published, and duplicates were
    not looked for."""

    outcome: Outcome
    snapshot: str
    files: int
    articles: int
    added: int
    changed: int
    removed: int
    unpublished: int
    seconds: float
    rejected: tuple[RejectedFile, ...] = ()
    skipped: tuple[RejectedFile, ...] = ()
    duplicates: tuple[DuplicateGroup, ...] = ()
    undated: tuple[str, ...] = ()
    unknown_keys: dict[str, int] = {}
    noted: tuple[NotedFile, ...] = ()

    def text(self) -> str:
        """The report for people: a line of figures, then every problem by name."""
        return "\n".join([self.summary(), *self._problems()])

    def summary(self) -> str:
        """The figures, in one line."""
        if self.outcome == "failed":
            return f"Published nothing: {len(self.rejected):,} of {self.files:,} files rejected ({self.seconds:.2f} s)"
        if self.outcome == "unchanged":
            return (
                f"Nothing to do: {self.articles:,} articles, index {self.snapshot} is up to date ({self.seconds:.2f} s)"
            )
        return (
            f"Published {self.snapshot}: {self.articles:,} articles from {self.files:,} files "
            f"({self.added:,} added, {self.changed:,} changed, {self.removed:,} removed; "
            f"{self.unpublished:,} unpublished, {len(self.rejected):,} rejected) in {self.seconds:.2f} s"
        )

    def _problems(self) -> list[str]:
        lines = [f"rejected  {f.path}: {f.reason}: {f.detail}" for f in self.rejected]
        lines += [f"skipped   {f.path}: {f.reason}: {f.detail}" for f in self.skipped]
        lines += [f"duplicate {group.url}: {', '.join(group.ids)}" for group in self.duplicates]
        lines += [f"undated   {path}" for path in self.undated]
        lines += [f"unknown   key {key!r} in {count:,} files" for key, count in sorted(self.unknown_keys.items())]
        lines += [f"noted     {f.path}: {'; '.join(f.notes)}" for f in self.noted]
        return lines


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left in use."""

    outcome: Literal["published", "unchanged"]
    snapshot: str
    folder: Path
    segment: Segment


def report(built: Built | None, changes: ChangeSet, started: float) -> BuildReport:
    """The report of a build that came to `built`, None where to nothing, and had `started` by `time.perf_counter`."""
    indexed, old = changes.indexed, changes.old_documents != NO_DOCUMENT
    seen = changes.seen
    remarks = sorted(changes.remarks.items())
    keys = Counter(n.removeprefix(_UNKNOWN_KEY) for _, r in remarks for n in r.notes if n.startswith(_UNKNOWN_KEY))
    old_articles = len(changes.old.segment) if changes.old else 0
    return BuildReport(
        outcome=built.outcome if built else "failed",
        snapshot=built.snapshot if built else "",
        files=len(changes) - int(changes.vanished.sum()),
        articles=int(indexed.sum()),
        added=int((indexed & ~old).sum()),
        changed=int((indexed & old & changes.fresh).sum()),
        removed=old_articles - int((indexed & old).sum()),
        unpublished=len(changes) - int((indexed | changes.vanished).sum()) - len(changes.rejected()),
        seconds=round(time.perf_counter() - started, 3),
        rejected=tuple(RejectedFile(seen.path_of(id), r.reason, r.detail or "") for id, r in remarks if r.reason),
        skipped=tuple(_skipped(s) for s in seen.skipped),
        duplicates=tuple(_duplicates(built)) if built else (),
        undated=tuple(seen.path_of(id) for id, r in remarks if _UNDATED in r.notes),
        unknown_keys=dict(sorted(keys.items())),
        noted=tuple(NotedFile(seen.path_of(id), notes) for id, r in remarks if (notes := _other_notes(r.notes))),
    )


def _skipped(skipped: Skipped) -> RejectedFile:
    return RejectedFile(skipped.path, skipped.reason, skipped.detail)


def _other_notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(note for note in notes if note != _UNDATED and not note.startswith(_UNKNOWN_KEY))


def _duplicates(built: Built) -> list[DuplicateGroup]:
    """Groups of articles with one address, in the order of their first ids."""
    keys, count = np.unique(built.segment.url_key, return_counts=True)
    several = np.isin(built.segment.url_key, keys[(count > 1) & (keys != 0)])
    groups: dict[int, list[tuple[str, str]]] = {}
    for document in np.flatnonzero(several).tolist():
        article = built.segment.read_article(built.folder, document)
        groups.setdefault(int(built.segment.url_key[document]), []).append((article.id, article.url or ""))
    return sorted(
        (DuplicateGroup(min(members)[1], tuple(sorted(id for id, _ in members))) for members in groups.values()),
        key=lambda group: group.ids,
    )
