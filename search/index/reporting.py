"""Makes the report of a build from its change set."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from search.article import Article
from search.build_report import BuildReport, DuplicateGroup, NotedFile, RejectedFile
from search.index.change_set import ChangeSet
from search.snapshot.segment import Segment

_UNKNOWN_KEY: Final = "unknown key: "
_UNDATED: Final = "undated"


@dataclass(frozen=True, slots=True)
class Built:
    """The snapshot that is current after a build."""

    outcome: Literal["published", "unchanged"]
    snapshot: str
    folder: Path
    segment: Segment


def make_report(built: Built | None, changes: ChangeSet, started: float) -> BuildReport:
    """The report of a build that started at `time.perf_counter() == started`; `built` is None if it was refused."""
    files, notes = changes.files, sorted(changes.notes.items())
    unknown_keys = Counter(
        note.removeprefix(_UNKNOWN_KEY) for _, each in notes for note in each.notes if note.startswith(_UNKNOWN_KEY)
    )
    return BuildReport(
        outcome=built.outcome if built else "failed",
        snapshot=built.snapshot if built else "",
        files=len(changes) - int(changes.vanished.sum()),
        articles=int(changes.indexed.sum()),
        added=int(changes.added.sum()),
        changed=int(changes.changed.sum()),
        removed=changes.removed,
        unpublished=len(changes) - int((changes.indexed | changes.vanished).sum()) - len(changes.rejected()),
        seconds=round(time.perf_counter() - started, 3),
        rejected=tuple(RejectedFile(files.path_of(id), n.reason, n.detail or "") for id, n in notes if n.reason),
        skipped=tuple(RejectedFile(*skipped) for skipped in files.skipped),
        duplicates=tuple(_duplicates(built)) if built else (),
        undated=tuple(files.path_of(id) for id, note in notes if _UNDATED in note.notes),
        unknown_keys=dict(sorted(unknown_keys.items())),
        noted=tuple(NotedFile(files.path_of(id), other) for id, note in notes if (other := _other_notes(note.notes))),
    )


def _other_notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(note for note in notes if note != _UNDATED and not note.startswith(_UNKNOWN_KEY))


def _duplicates(built: Built) -> list[DuplicateGroup]:
    """Groups of articles with the same URL key, in the order of their first ids."""
    keys, counts = np.unique(built.segment.url_key, return_counts=True)
    duplicate = np.isin(built.segment.url_key, keys[(counts > 1) & (keys != 0)])
    groups: dict[int, list[Article]] = {}
    for doc_id in np.flatnonzero(duplicate).tolist():
        article = built.segment.read_article(built.folder, doc_id)
        groups.setdefault(int(built.segment.url_key[doc_id]), []).append(article)
    members = [sorted(group, key=lambda article: article.id) for group in groups.values()]
    return sorted(
        (DuplicateGroup(group[0].url or "", tuple(article.id for article in group)) for group in members),
        key=lambda group: group.ids,
    )
