"""Which articles of a new snapshot differ from the current one, for the change log."""

from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from search.arrays import Array
from search.changes.change_log import MAX_CHANGES, NOTHING, Change
from search.index.change_set import ChangeSet
from search.snapshot.file_table import NO_DOCUMENT
from search.snapshot.snapshot import Snapshot, decode_article


def article_changes(
    current: Snapshot, changes: ChangeSet, doc_ids: Array, line: Callable[[int], bytes]
) -> list[Change] | None:
    """The articles that differ between the current snapshot and the new one; None if they are too many to log.

    `doc_ids` [F] and `line`, which reads a stored article, are those of the new snapshot."""
    old, new = changes.current_doc_ids != NO_DOCUMENT, changes.indexed
    both = np.flatnonzero(old & new)
    digests = _digests(current)[changes.current_doc_ids[both]]
    changed = both[(digests != changes.digests[both]).any(axis=1)]
    added = np.flatnonzero(new & ~old)
    kept = np.zeros(len(current.segment), bool)
    kept[changes.current_doc_ids[both]] = True
    removed = np.flatnonzero(~kept)
    if len(changed) + len(added) + len(removed) > MAX_CHANGES:
        return None

    def differences() -> Iterator[Change]:
        for file in changed.tolist():
            before, after = current.line(int(changes.current_doc_ids[file])), line(int(doc_ids[file]))
            if decode_article(before) != decode_article(after):  # a new version may store them with other bytes
                yield Change(changes.files.ids[file], msgspec.Raw(before), msgspec.Raw(after))
        for file in added.tolist():
            yield Change(changes.files.ids[file], NOTHING, msgspec.Raw(line(int(doc_ids[file]))))
        for document in removed.tolist():
            yield Change(current.article(document).id, msgspec.Raw(current.line(document)), NOTHING)

    return list(differences())


def _digests(snapshot: Snapshot) -> Array:
    """[N, 16] the digest of each document's stored article."""
    table = snapshot.files
    with_article = table.documents != NO_DOCUMENT
    digests = np.empty((len(snapshot.segment), table.digests.shape[1]), np.uint8)
    digests[table.documents[with_article]] = table.digests[with_article]
    return digests
