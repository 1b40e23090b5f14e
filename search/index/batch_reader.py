"""Read files and invert them, batch by batch, on all cores."""

import os
import secrets
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from search.archive.reader import FILE_LIMIT, read_article
from search.archive.walk import read_file
from search.article import Article
from search.errors import ArticleRejected
from search.index.inverter import digest, invert, stored
from search.index.token_batch import tokens_of
from search.index.word_counter import counted
from search.snapshot.file_table import Remark
from search.snapshot.segment import Segment
from search.snapshot.word_dictionary import WordDictionary

_BATCH: Final = 1000
"""Files a batch: enough that numpy's overhead vanishes, few enough that two cores end together."""

_WORTH_PROCESSES: Final = 2 * _BATCH
NO_DIGEST: Final = bytes(16)


class Task(NamedTuple):
    """One file to read: its row in the table of files, and the digest of what is indexed of it, if anything is."""

    row: int
    path: str
    id: str
    known: bytes = NO_DIGEST


@dataclass(slots=True)
class Batch:
    """What came of some tasks.  A row is in exactly one of `digests` (indexed), `unpublished`, `rejected` and
    `vanished`. `segment` has the articles that are new or differ from what is indexed, `dictionary` their words; its
    documents are the rows `documents`."""

    tasks: int = 0
    digests: dict[int, bytes] = field(default_factory=dict)
    unpublished: list[int] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    vanished: list[int] = field(default_factory=list)
    remarks: dict[int, Remark] = field(default_factory=dict)
    segment: Segment | None = None
    dictionary: WordDictionary | None = None
    documents: list[int] = field(default_factory=list)


def age(article: Article) -> float:
    """Sort key that puts articles newest first, undated ones last."""
    return -article.published_at.timestamp() if article.published_at else float("inf")


def is_worth_processes(files: int) -> bool:
    """Whether it pays to read so many files in other processes."""
    return files >= _WORTH_PROCESSES


def read_all(root: Path, tasks: Iterator[Task], folder: Path, processes: Executor | None) -> Iterator[Batch]:
    """Read every task's file under `root`, in `processes` if given, writing stored articles to packs in `folder`."""
    batches = iter(lambda: list(islice(tasks, _BATCH)), [])
    if processes is None:
        yield from (_read_batch(root, batch, folder) for batch in batches)
    else:
        yield from _read_in_processes(root, batches, folder, processes)


def _read_in_processes(
    root: Path, batches: Iterator[Sequence[Task]], folder: Path, processes: Executor
) -> Iterator[Batch]:
    """Two batches are under way for each core, so that memory stays bounded whatever the archive's size."""
    under_way: deque[Future[Batch]] = deque(
        processes.submit(_read_batch, root, batch, folder) for batch in islice(batches, 2 * (os.cpu_count() or 1))
    )
    while under_way:
        done = under_way.popleft().result()
        under_way.extend(processes.submit(_read_batch, root, batch, folder) for batch in islice(batches, 1))
        yield done


def _read_batch(root: Path, tasks: Sequence[Task], folder: Path) -> Batch:
    batch = Batch(tasks=len(tasks))
    fresh: list[tuple[Article, bytes, int]] = []
    for task in tasks:
        try:
            reading = read_article(read_file(root, task.path, FILE_LIMIT), task.id)
        except FileNotFoundError:
            batch.vanished.append(task.row)
        except ArticleRejected as rejected:
            batch.rejected.append(task.row)
            batch.remarks[task.row] = Remark(rejected.reason, rejected.detail)
        else:
            if reading.notes:
                batch.remarks[task.row] = Remark(notes=reading.notes)
            if reading.article is None:
                batch.unpublished.append(task.row)
                continue
            line = stored(reading.article)
            batch.digests[task.row] = digest(line)
            if batch.digests[task.row] != task.known:
                fresh.append((reading.article, line, task.row))
    if fresh:
        _invert_into(batch, fresh, folder)
    return batch


def _invert_into(batch: Batch, fresh: list[tuple[Article, bytes, int]], folder: Path) -> None:
    fresh.sort(key=lambda item: (age(item[0]), item[2]))
    name = _pack_name(folder, os.getpid())
    with (folder / name).open("ab") as pack:
        articles = [f[0] for f in fresh]
        tokens = tokens_of(articles)
        batch.segment = invert(articles, tokens, [f[1] for f in fresh], pack, name)
        batch.dictionary = counted(tokens)
    batch.documents = [f[2] for f in fresh]


@lru_cache(maxsize=1)
def _pack_name(folder: Path, process: int) -> str:  # noqa: ARG001 - a forked process has its own
    """The pack that this process writes to."""
    return f"articles-{secrets.token_hex(4)}.jsonl"
