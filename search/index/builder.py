"""Builds the index: finds changed files, reads them, merges them into a new segment, and publishes a snapshot.

A build never touches the files of the current snapshot.  It compares the archive with the file table of that snapshot,
reads the files that were modified, and indexes the articles that are added or changed.  A full build is the same
without a previous snapshot.
"""

import errno
import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from search.archive.walk import UNREADABLE, walk
from search.arrays import Array, columns_of
from search.build_report import BuildRefused, BuildReport
from search.changes.change_log import Change, ChangeLog
from search.errors import BuildFailed, IndexMissing, SnapshotError
from search.index.article_changes import article_changes
from search.index.batch_reader import BATCH_FILES, read_batches, stored_batch
from search.index.build_outcome import BuildOutcome
from search.index.change_set import ChangeSet, compare_files
from search.index.fingerprint import indexing_fingerprint
from search.index.limits import Limits, archive_size
from search.index.merge_inputs import REMOVED, MergeInput
from search.index.reporting import make_report
from search.index.segment_merger import merge_segments
from search.index.similar_articles import NO_PAIRS
from search.index.stored_fields import repack_if_wasteful, stored_lines
from search.index.story_clusters import story_columns
from search.index.token_batch import tokens_of
from search.index.word_counter import count_words, sum_dictionaries
from search.settings import MAX_BUILD_HOURS
from search.snapshot.file_table import NO_DOCUMENT, FileNote
from search.snapshot.manifest import ArchiveSize
from search.snapshot.snapshot import Snapshot, decode_article
from search.snapshot.snapshot_writer import SnapshotWriter
from search.snapshot.store import SnapshotStore
from search.snapshot.whoosh_codec import INDEX_NAME
from search.snapshot.word_dictionary import WordDictionary

Progress: TypeAlias = Callable[[int, int], None]

_FAILURES: Final = (OSError, MemoryError, RuntimeError)
"""RuntimeError: the system refuses to start another thread."""
_PASSING: Final = {
    errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ESTALE, errno.ETIMEDOUT,
}  # fmt: skip
"""Errors that say nothing about the file.  EIO is a damage, which a rebuild repairs."""

_UNLISTED: Final = FileNote(UNREADABLE, "its folder cannot be listed")
_log = logging.getLogger(__name__)


def build_index(
    archive: str | Path,
    index_dir: str | Path = "index_data",
    *,
    full: bool = False,
    max_rejects: int | None = None,
    max_unreadable: int | None = None,
    allow_shrink: bool = False,
    max_hours: float = MAX_BUILD_HOURS,
    progress: Progress | None = None,
) -> BuildReport:
    """Update the index in `index_dir` to match the archive, or rebuild it (`full`), and publish it.

    Calls `progress(done, total)` as files are read.  Raises `BuildRunning` if another build is running, `BuildStuck` if
    that has run for more than `max_hours`, `BuildFailed` if the archive is missing, has lost more than a fifth of its
    files since the last full build (unless `allow_shrink`), or the index cannot be written, `BuildRefused` if the
    archive has no article, has lost more than a fifth of them, has more than `max_unreadable` (by default 1%) files
    that cannot be read, or more than `max_rejects` rejected files.  The current index then stays in use.  Once the new
    index is in use, nothing is raised: what fails then is logged as a warning."""
    store, limits = SnapshotStore(index_dir), Limits(max_rejects, max_unreadable, allow_shrink)
    outcome = BuildOutcome(store)
    try:
        with store.locked(max_hours):
            _build(Path(archive), store, limits, full, progress, outcome)
            store.outcomes.mark_checked(len(outcome.report.rejected))
            ChangeLog(index_dir).prune()
    except BaseException as error:
        if outcome.is_up_to_date():
            _log.warning("The index is up to date, but what follows a build failed: %s", _described(error))
        elif isinstance(error, _FAILURES):
            raise BuildFailed(f"The index cannot be built ({_described(error)}). It is unchanged.") from error
        else:
            raise
    return outcome.report


def _described(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _build(
    root: Path, store: SnapshotStore, limits: Limits, full: bool, progress: Progress | None, outcome: BuildOutcome
) -> None:  # fmt: skip
    """Build and publish.  The last that happens is that the new index comes into use."""
    started = time.perf_counter()
    files, current = walk(root), _current_snapshot(store)
    deliberate = full or limits.allow_shrink
    fingerprint = indexing_fingerprint()
    full = full or current is None or current.manifest.indexing != fingerprint
    changes = compare_files(files, current, full=full)
    if message := limits.lost_files(changes, current):
        raise BuildFailed(message)
    with store.writing(current) as writer:
        _read(root, changes, writer.folder, progress)
        if full and current:
            _index_kept(changes, current, writer.folder)
        if message := limits.reason_to_refuse(changes, current):
            raise BuildRefused(message, make_report("failed", None, changes, started))
        if changes.same_files() and current and store.points_at(current):
            outcome.set_report(make_report("unchanged", current, changes, started))
            return
        _publish(
            store, writer, changes, current, fingerprint,
            archive_size(changes, current, deliberate=deliberate),
            before=lambda snapshot: outcome.set_report(make_report("published", snapshot, changes, started)),
        )  # fmt: skip


def _current_snapshot(store: SnapshotStore) -> Snapshot | None:
    """The snapshot to compare the archive with; None if there is none or none can be used.

    Raises `BuildFailed` if it cannot be read for a reason that passes: a build without it would forget what it knows of
    files that cannot be read, and how large the archive was."""
    try:
        return store.open_current()
    except IndexMissing:
        return None
    except SnapshotError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in _PASSING:
            raise BuildFailed(f"The current index cannot be read: {error}") from error.__cause__
        _log.warning("Rebuilding the whole index: %s", error)
        return None


def _read(root: Path, changes: ChangeSet, folder: Path, progress: Progress | None) -> None:
    files, done = np.flatnonzero(changes.unread), 0
    for batch in read_batches(root, files, changes.tasks, folder):
        changes.add(batch)
        done += batch.file_count
        if progress:
            progress(done, len(files))


def _index_kept(changes: ChangeSet, current: Snapshot, folder: Path) -> None:
    """In a full build, index the stored articles of the files that cannot be read."""
    kept = np.flatnonzero(changes.kept).tolist()
    for files in (kept[start : start + BATCH_FILES] for start in range(0, len(kept), BATCH_FILES)):
        doc_ids = {file: current.files.document(changes.files.ids[file]) for file in files}
        articles = {file: current.article(doc_id) for file, doc_id in doc_ids.items() if doc_id is not None}
        notes = {file: changes.notes.get(article.id, _UNLISTED) for file, article in articles.items()}
        changes.add(stored_batch(articles, notes, folder))


def _publish(
    store: SnapshotStore, writer: SnapshotWriter, changes: ChangeSet, current: Snapshot | None, fingerprint: str,
    archive: ArchiveSize, before: Callable[[Snapshot], None],
) -> None:  # fmt: skip
    """Write the new snapshot, link the files that are the same as in the previous one, and make it current.

    Before that, the change log gets the changes since the current snapshot, and `before` is called."""
    previous = changes.previous
    logged: list[Change] | None = None
    if previous is not None and changes.same_articles():
        segment, doc_ids = previous.manifest.segment, changes.previous_doc_ids
        stored_files = previous.segment.stored_files
        same = [file for file in previous.manifest.files if file.startswith((f"{segment}.", "dictionary."))]
        logged = []
    else:
        segment, same = f"{INDEX_NAME}_{secrets.token_hex(8)}", []
        columns, doc_ids = _merged_columns(changes, writer.folder)
        columns |= repack_if_wasteful(columns, writer.folder, previous.folder if previous else writer.folder)
        stored_files = columns["stored_files"]
        writer.save(segment, columns)
        writer.save("dictionary", columns_of(_word_dictionary(changes)))
        if current is not None:
            folders = [writer.folder, previous.folder] if previous else [writer.folder]
            logged = article_changes(current, changes, doc_ids, stored_lines(columns, *folders))
    files = changes.file_table(doc_ids)
    files.save(writer)
    if previous is not None:
        writer.take_over([*same, *stored_files], previous.folder, previous.manifest.files)
    log = ChangeLog(store.index_dir)

    def prepare(snapshot: Snapshot) -> None:
        log.remove_unfinished(newest=max(store.names(), default=""))
        if current is not None and logged is not None:
            log.append(snapshot.name, current.name, logged)
        before(snapshot)

    store.publish(writer, segment, int(changes.indexed.sum()), files.content(), fingerprint, archive, before=prepare)


def _merged_columns(changes: ChangeSet, folder: Path) -> tuple[dict[str, Any], Array]:
    """The columns of the new segment, and the doc id of each file.  `folder` has the articles that were read."""
    inputs = []
    if changes.previous is not None and changes.unchanged.any():
        files = np.full(len(changes.previous.segment), REMOVED, np.int64)
        unchanged = np.flatnonzero(changes.unchanged)
        files[changes.previous_doc_ids[unchanged]] = unchanged
        inputs.append(MergeInput(changes.previous.segment, files))
    inputs += [MergeInput(segment, files) for segment, files in changes.segments]
    columns, new_doc_ids = merge_segments(inputs)
    doc_ids = np.full(len(changes), NO_DOCUMENT, np.int64)
    for each, new in zip(inputs, new_doc_ids, strict=True):
        doc_ids[each.column(each.rank)] = each.column(new)
    is_new = np.zeros(len(columns["published"]), bool)
    is_new[doc_ids[changes.reindexed]] = True
    known, folders = NO_PAIRS, [folder]
    if changes.previous is not None:
        folders.append(changes.previous.folder)
        if changes.unchanged.any():
            known = _renumbered(changes.previous.segment.similar, new_doc_ids[0])
    line = stored_lines(columns, *folders)
    columns |= story_columns(columns, is_new, known, lambda doc_id: decode_article(line(doc_id)))
    return columns, doc_ids


def _renumbered(similar: Array, doc_ids: Array) -> Array:
    """The similar pairs of which both documents are kept, with their new doc ids."""
    documents = doc_ids[similar[:, :2]]
    kept = (documents != REMOVED).all(axis=1)
    return np.column_stack((documents[kept], similar[kept, 2]))


def _word_dictionary(changes: ChangeSet) -> WordDictionary:
    """The previous word dictionary, less the removed and changed articles, plus the added and changed ones."""
    previous = changes.previous
    if previous is None:
        return sum_dictionaries(changes.dictionaries)
    unchanged = np.zeros(len(previous.segment), bool)
    unchanged[changes.previous_doc_ids[changes.unchanged]] = True
    outdated = [previous.article(doc_id) for doc_id in np.flatnonzero(~unchanged).tolist()]
    return sum_dictionaries([previous.dictionary, *changes.dictionaries], minus=count_words(tokens_of(outdated)))
