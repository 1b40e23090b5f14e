"""Finds the indexed files that cannot be listed: they keep their articles until they are known to be gone."""

import numpy as np

from search.archive.walk import SUFFIXES, Skipped, Walk
from search.arrays import Array
from search.snapshot.file_table import NO_DOCUMENT, FileTable


def with_unlisted(files: Walk, table: FileTable) -> tuple[Walk, Array, list[Skipped]]:
    """The files, with those of the table that have an article but cannot be listed.

    Also which files these are [F], and the unreadable files and folders of which no article is known.  The added files
    have the size and times of the table."""
    unlisted: dict[int, int] = {}
    unknown = []
    for skipped in files.unreadable:
        indexed = {
            file: suffix
            for file, suffix in _files_at(skipped, table).items()
            if table.documents[file] != NO_DOCUMENT and files.ids.find(table.ids.raw(file)) is None
        }
        unlisted |= indexed
        if not indexed:
            unknown.append(skipped)
    if not unlisted:
        return files, np.zeros(len(files.ids), bool), unknown
    numbers = sorted(unlisted)
    ids = [table.ids.raw(file) for file in numbers]
    all_ids, inserted = files.ids.with_inserted(ids, [files.ids.lower_bound(id) for id in ids])
    suffixes, stat_keys = np.empty(len(all_ids), np.uint8), np.empty(len(all_ids), np.uint64)
    suffixes[inserted], suffixes[~inserted] = [unlisted[file] for file in numbers], files.suffixes
    stat_keys[inserted], stat_keys[~inserted] = table.stat_keys[numbers], files.stat_keys
    return Walk(all_ids, suffixes, stat_keys, files.skipped), inserted, unknown


def _files_at(skipped: Skipped, table: FileTable) -> dict[int, int]:
    """The file at a skipped path, or the files below it, each with its suffix.

    The table has no suffixes: .md is assumed below a folder."""
    files = dict.fromkeys(table.ids.prefixed(f"{skipped.path}/"), 0)
    for number, suffix in enumerate(SUFFIXES):
        if skipped.path.endswith(suffix) and (file := table.ids.find(skipped.path.removesuffix(suffix))) is not None:
            files[file] = number
    return files
