"""Makes the report of a build from its change set."""

import time
from collections import Counter
from typing import Final

import numpy as np

from search.archive.walk import UNREADABLE
from search.article import Article
from search.build_report import BuildReport, DuplicateGroup, NotedFile, Outcome, RejectedFile
from search.index.change_set import ChangeSet
from search.snapshot.file_table import FileNote
from search.snapshot.snapshot import Snapshot

_UNKNOWN_KEY: Final = "unknown key: "
_FALLBACK: Final = "fallback: "
_UNDATED: Final = "undated"
_DAY: Final = 86_400


def make_report(outcome: Outcome, snapshot: Snapshot | None, changes: ChangeSet, started: float) -> BuildReport:
    """The report of a build that started at `time.perf_counter() == started`.

    `snapshot` is the current one after the build, None if the build failed."""
    files, notes = changes.files, sorted(changes.notes.items())
    return BuildReport(
        outcome=outcome,
        snapshot=snapshot.name if snapshot else "",
        files=len(changes) - int(changes.vanished.sum()),
        articles=int(changes.indexed.sum()),
        added=int(changes.added.sum()),
        changed=int(changes.changed.sum()),
        removed=changes.removed,
        unpublished=len(changes) - int((changes.indexed | changes.vanished).sum()) - len(changes.rejected()),
        seconds=round(time.perf_counter() - started, 3),
        rejected=tuple(_rejected(changes, id) for id in sorted(changes.rejected())),
        kept=tuple(_rejected(changes, id) for id in changes.kept_ids()),
        skipped=tuple(RejectedFile(*skipped) for skipped in files.skipped),
        duplicates=tuple(_duplicates(snapshot)) if snapshot else (),
        undated=tuple(files.path_of(id) for id, note in notes if _UNDATED in note.notes),
        future=tuple(files.path_of(id) for id in _future_ids(snapshot)) if snapshot else (),
        fallback_keys=_counts(changes, _FALLBACK),
        unknown_keys=_counts(changes, _UNKNOWN_KEY),
        noted=tuple(NotedFile(files.path_of(id), other) for id, note in notes if (other := _other_notes(note.notes))),
    )


def _rejected(changes: ChangeSet, id: str) -> RejectedFile:
    note = changes.notes.get(id, FileNote())
    return RejectedFile(changes.files.path_of(id), note.reason or UNREADABLE, note.detail or "it cannot be listed")


def _other_notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(note for note in notes if note != _UNDATED and not note.startswith((_UNKNOWN_KEY, _FALLBACK)))


def _counts(changes: ChangeSet, prefix: str) -> dict[str, int]:
    """How many files have each note with this prefix."""
    notes = (note for each in changes.notes.values() for note in each.notes)
    return dict(sorted(Counter(note.removeprefix(prefix) for note in notes if note.startswith(prefix)).items()))


def _future_ids(snapshot: Snapshot) -> list[str]:
    """The ids of the articles that are dated more than a day ahead."""
    latest = time.time() + _DAY
    return sorted(
        snapshot.article(doc_id).id for doc_id in np.flatnonzero(snapshot.segment.published > latest).tolist()
    )


def _duplicates(snapshot: Snapshot) -> list[DuplicateGroup]:
    """Groups of articles with the same URL key, in the order of their first ids."""
    url_key = snapshot.segment.url_key
    keys, counts = np.unique(url_key, return_counts=True)
    duplicate = np.isin(url_key, keys[(counts > 1) & (keys != 0)])
    groups: dict[int, list[Article]] = {}
    for doc_id in np.flatnonzero(duplicate).tolist():
        groups.setdefault(int(url_key[doc_id]), []).append(snapshot.article(doc_id))
    members = [sorted(group, key=lambda article: article.id) for group in groups.values()]
    return sorted(
        (DuplicateGroup(group[0].url or "", tuple(article.id for article in group)) for group in members),
        key=lambda group: group.ids,
    )
