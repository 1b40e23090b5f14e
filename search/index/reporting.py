"""Makes the report of a build from its change set."""

import time
from collections import Counter
from typing import Final

import numpy as np

from search.article import Article
from search.build_report import BuildReport, DuplicateGroup, NotedFile, Outcome, RejectedFile
from search.index.change_set import ChangeSet
from search.snapshot.snapshot import Snapshot

_UNKNOWN_KEY: Final = "unknown key: "
_UNDATED: Final = "undated"


def make_report(outcome: Outcome, snapshot: Snapshot | None, changes: ChangeSet, started: float) -> BuildReport:
    """The report of a build that started at `time.perf_counter() == started`.

    `snapshot` is the current one after the build, None if the build failed."""
    files, notes = changes.files, sorted(changes.notes.items())
    unknown_keys = Counter(
        note.removeprefix(_UNKNOWN_KEY) for _, each in notes for note in each.notes if note.startswith(_UNKNOWN_KEY)
    )
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
        rejected=tuple(RejectedFile(files.path_of(id), n.reason, n.detail or "") for id, n in notes if n.reason),
        skipped=tuple(RejectedFile(*skipped) for skipped in files.skipped),
        duplicates=tuple(_duplicates(snapshot)) if snapshot else (),
        undated=tuple(files.path_of(id) for id, note in notes if _UNDATED in note.notes),
        unknown_keys=dict(sorted(unknown_keys.items())),
        noted=tuple(NotedFile(files.path_of(id), other) for id, note in notes if (other := _other_notes(note.notes))),
    )


def _other_notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(note for note in notes if note != _UNDATED and not note.startswith(_UNKNOWN_KEY))


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
