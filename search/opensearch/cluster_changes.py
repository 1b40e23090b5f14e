"""The change log of a cluster: what each publish changed there, as files in the format of `ChangeLog`.

Machines publish in turn.  So the log compares with the snapshot that was current in the cluster, not with that of the
machine's own index.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec
from opensearchpy import OpenSearch

from search.changes.change_log import MAX_BYTES, MAX_CHANGES, NOTHING, Change, ChangeLog
from search.opensearch.cluster_manifest import ClusterManifest
from search.opensearch.digests import Difference, SnapshotDocuments, published_lines
from search.snapshot.manifest import FileChecksum
from search.snapshot.snapshot import decode_article

FOLDER: Final = "changes"
MAX_FILES: Final = 1_000
"""Fewer than on a disk: every node has the names of all files in memory, for each snapshot."""


def logged_files(manifests: Iterable[ClusterManifest]) -> dict[str, FileChecksum]:
    """The newest files of the log, within its limits.

    A rollback leaves files that only later snapshots have, and that changes since one of these need."""
    files = {name: checksum for each in manifests for name, checksum in each.files.items() if name.startswith(FOLDER)}
    kept, size = {}, 0
    for name in sorted(files, reverse=True)[:MAX_FILES]:
        size += files[name].size
        if size > MAX_BYTES:
            break
        kept[name] = files[name]
    return kept


def write_changes(folder: Path, name: str, parent: str, changes: Iterable[Change]) -> Mapping[str, Path]:
    """Write the changes from snapshot `parent` to `name` to a file in `folder`, by the name that it has in the log."""
    log = ChangeLog(folder)
    log.append(name, parent, changes)
    return {f"{FOLDER}/{publish.path.name}": publish.path for publish in log.publishes()}


def changes_of(
    client: OpenSearch, index: str, documents: SnapshotDocuments, difference: Difference
) -> list[Change] | None:
    """The articles that differ from those of an index; None if they are too many to log."""
    if len(difference.written) + len(difference.deleted) > 2 * MAX_CHANGES:  # in some, only the story may differ
        return None
    old = published_lines(client, index, [*difference.written, *difference.deleted])
    changes = []
    for id in difference.written:
        new = documents.line(id)
        if id not in old:
            changes.append(Change(id, NOTHING, msgspec.Raw(new)))
        elif old[id] != new and decode_article(old[id]) != decode_article(new):
            changes.append(Change(id, msgspec.Raw(old[id]), msgspec.Raw(new)))
    changes += [Change(id, msgspec.Raw(old[id]), NOTHING) for id in difference.deleted if id in old]
    return None if len(changes) > MAX_CHANGES else changes
