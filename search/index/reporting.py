"""Makes the report of a build from its change set."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from search.archive.walk import Skipped
from search.build_report import BuildReport, DuplicateGroup, NotedFile, RejectedFile
from search.index.change_set import ChangeSet
from search.snapshot.file_table import NO_DOCUMENT
from search.snapshot.segment import Segment

_UNKNOWN_KEY: Final = "unknown key: "
_UNDATED: Final = "undated"


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
