"""An archive to a published snapshot: read what changed, merge, publish.

A build never touches what readers use.  It compares the archive with the table of files in the current snapshot, reads
only files whose fingerprint differs, indexes only those whose content does, merges that into a new segment, and
publishes.  A full build is the same with nothing to compare with."""

import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from search.archive.walk import UNREADABLE, UNREADABLE_FOLDER, walk
from search.errors import BuildFailed, IndexMissing, SnapshotError
from search.index.batch_reader import is_worth_processes, read_all
from search.index.change_set import ChangeSet, compare
from search.index.merge_inputs import REMOVED, Part
from search.index.reporting import BuildReport, Built, report
from search.index.segment_merger import merge_segments
from search.index.stored_fields import repack_if_wasteful
from search.index.token_batch import tokens_of
from search.index.word_counter import counted, summed
from search.index.worker_processes import BackgroundTasks, forked
from search.snapshot.arrays import Array
from search.snapshot.file_table import NO_DOCUMENT
from search.snapshot.segment import Segment, save_columns
from search.snapshot.snapshot import Snapshot
from search.snapshot.snapshot_writer import SnapshotWriter
from search.snapshot.store import SnapshotStore
from search.snapshot.whoosh_schema import INDEX_NAME
from search.snapshot.word_dictionary import WordDictionary

Progress: TypeAlias = Callable[[int, int], None]

MOST_SHRINKAGE: Final = 0.2
"""An archive that lost more than this share of its files or articles since the last build is taken for a mishap."""

_NAMED_REJECTS: Final = 5
_UNSEEN: Final = (UNREADABLE, UNREADABLE_FOLDER)
_log = logging.getLogger(__name__)


def build_index(
    archive: str | Path,
    index_dir: str | Path = "index_data",
    *,
    full: bool = False,
    max_rejects: int | None = None,
    allow_shrink: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Bring the index in `index_dir` up to date with the archive, or rebuild it (`full`), and publish it.

    `progress(done, total)` is called as files are read.  Raises `BuildRunning` where another build is at work,
    `BuildFailed` where the archive is missing or empty, shrank by more than a fifth (unless `allow_shrink`), or has
    more than `max_rejects` unreadable files; whatever is raised, the index in use goes on serving as it was."""
    started = time.perf_counter()
    store = SnapshotStore(index_dir)
    with store.locked():
        try:
            walked = walk(Path(archive))
            current = _current_snapshot(store)
            changes = compare(walked, None if full else current)
            if current and not allow_shrink:
                _refuse_shrinkage("files", len(changes), len(current.files.ids))
            with (
                store.writing() as draft,
                BackgroundTasks() as writing,
            ):  # whose work ends before the draft is cleared away
                _read(Path(archive), changes, draft.folder, progress)
                try:
                    _refuse_unusable(changes, current, max_rejects, allow_shrink)
                except BuildFailed as failed:
                    failed.report = report(None, changes, started)
                    raise
                if changes.same_files() and current and current.name == store.current_name():
                    built = Built("unchanged", current.name, current.folder, current.segment)
                else:
                    built = _publish(store, draft, changes, writing)
                return report(built, changes, started)
        except BrokenProcessPool as error:
            raise BuildFailed("a process was killed, perhaps for want of memory; nothing was changed") from error
        except OSError as error:
            raise BuildFailed(f"the index cannot be written ({error}); nothing was changed") from error


def _current_snapshot(store: SnapshotStore) -> Snapshot | None:
    """The snapshot to compare the archive with; None if none can be used, and everything must be built."""
    try:
        return store.open_current()
    except IndexMissing:
        return None
    except SnapshotError as error:
        _log.warning("%s: rebuilding the whole index", error)
        return None


def _refuse_shrinkage(what: str, now: int, before: int) -> None:
    if now < before * (1 - MOST_SHRINKAGE):
        raise BuildFailed(
            f"the archive has {now:,} {what} where the index has {before:,}: refusing to publish so much less. "
            "If that is meant, build with --allow-shrink"
        )


def _refuse_unusable(changes: ChangeSet, current: Snapshot | None, max_rejects: int | None, allow_shrink: bool) -> None:
    remarks = ((id, changes.remarks[id]) for id in changes.rejected())
    rejected = [f"{changes.seen.path_of(id)}: {remark.reason}: {remark.detail}" for id, remark in remarks]
    # What could not even be looked at may hold any number of articles: it counts as well.
    rejected += (f"{s.path}: {s.reason}: {s.detail}" for s in changes.seen.skipped if s.reason in _UNSEEN)
    named = "".join(f"\n  {reason}" for reason in rejected[:_NAMED_REJECTS])
    if len(rejected) > _NAMED_REJECTS:
        named += f"\n  … and {len(rejected) - _NAMED_REJECTS:,} more: --report FILE writes them all"
    if max_rejects is not None and len(rejected) > max_rejects:
        raise BuildFailed(f"{len(rejected):,} files were rejected, more than the {max_rejects:,} allowed:{named}")
    articles = int(changes.indexed.sum())
    if not articles:
        raise BuildFailed(
            f"the archive has no article to publish among {len(changes):,} files{':' if named else ''}{named}"
        )
    if current and not allow_shrink:
        _refuse_shrinkage("articles", articles, len(current.segment))


def _read(root: Path, changes: ChangeSet, folder: Path, progress: Progress | None) -> None:
    files, done = int(changes.unread.sum()), 0
    with forked() if is_worth_processes(files) else nullcontext() as processes:
        for batch in read_all(root, changes.tasks(), folder, processes):
            changes.take(batch)
            done += batch.tasks
            if progress:
                progress(done, files)


def _publish(store: SnapshotStore, draft: SnapshotWriter, changes: ChangeSet, companions: BackgroundTasks) -> Built:
    """Write what differs, take over what does not, and make it current."""
    old = changes.old
    if old is not None and changes.same_articles():
        name, packs, documents = old.manifest.segment, old.segment.packs, changes.old_documents
        same = [file for file in old.manifest.files if file.startswith((f"{name}.", "dictionary."))]
    else:
        name, same = f"{INDEX_NAME}_{secrets.token_hex(8)}", []
        draft.make(lambda: _lexicon(changes).files(), companions.beside)
        columns, documents = _merged(changes)
        columns |= repack_if_wasteful(columns, draft.folder, old.folder if old else draft.folder)
        packs = columns["packs"]
        save_columns(columns, draft, name, companions.beside)
    changes.table(documents).save(draft)
    if old is not None:
        draft.take_over([*same, *packs], old.folder, old.manifest.files)
    published = store.publish(draft, name, int(changes.indexed.sum()), _content(changes))
    return Built("published", published, store.folder / published, Segment.load(store.folder / published, name))


def _merged(changes: ChangeSet) -> tuple[dict[str, Any], Array]:
    """The columns of the new segment, and the document of each file."""
    parts, rows = [], []
    if changes.old is not None and changes.kept.any():
        row = np.full(len(changes.old.segment), REMOVED, np.int64)
        kept = np.flatnonzero(changes.kept)
        row[changes.old_documents[kept]] = kept
        parts.append(Part(changes.old.segment, row, row != REMOVED))
        rows.append(row)
    for segment, of_documents in changes.segments:
        parts.append(Part(segment, of_documents))
        rows.append(of_documents)
    columns, numbers = merge_segments(parts)
    documents = np.full(len(changes), NO_DOCUMENT, np.int64)
    for row, number in zip(rows, numbers, strict=True):
        documents[row[number != REMOVED]] = number[number != REMOVED]
    return columns, documents


def _lexicon(changes: ChangeSet) -> WordDictionary:
    """The words of the old index, less those of the articles that go, and those of the articles that come."""
    old = changes.old
    if old is None:
        return summed(changes.dictionaries)
    stays = np.zeros(len(old.segment), bool)
    stays[changes.old_documents[changes.kept]] = True
    going = [old.article(document) for document in np.flatnonzero(~stays).tolist()]
    return summed([old.dictionary, *changes.dictionaries], removed=counted(tokens_of(going)))


def _content(changes: ChangeSet) -> str:
    """A name for the sum of all articles, whatever the order in which they came to be indexed."""
    return hashlib.blake2b(changes.digests[changes.indexed].tobytes(), digest_size=12).hexdigest()
