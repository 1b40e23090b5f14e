"""Reads and inverts files in batches, on all cores."""

import os
import pickle
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, NamedTuple

from search.archive.child_process import Child, can_fork
from search.archive.reader import FILE_LIMIT, read_article
from search.archive.walk import read_file
from search.arrays import Array
from search.article import Article
from search.errors import ArticleRejected
from search.index.inverter import invert, stored
from search.index.token_batch import tokens_of
from search.index.word_counter import count_words
from search.snapshot.file_table import FileNote, digest
from search.snapshot.segment import Segment
from search.snapshot.word_dictionary import WordDictionary

BATCH_FILES: Final = 1000
"""Large enough to make numpy's overhead negligible, small enough to let two cores finish together."""

NO_DIGEST: Final = bytes(16)


class Task(NamedTuple):
    """A file to read, by its number in the change set, with the digest of its article in the previous snapshot."""

    file: int
    path: str
    id: str
    digest: bytes = NO_DIGEST


@dataclass(slots=True)
class Batch:
    """The result of some tasks.  Each file is in exactly one of `digests` (of articles), `unpublished`, `rejected` and
    `vanished`."""

    file_count: int
    digests: dict[int, bytes] = field(default_factory=dict)
    unpublished: list[int] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    vanished: list[int] = field(default_factory=list)
    notes: dict[int, FileNote] = field(default_factory=dict)
    segment: Segment | None = None
    """the added and changed articles; None if there are none"""
    dictionary: WordDictionary | None = None
    """the words of these articles"""
    document_files: list[int] = field(default_factory=list)
    """the file of each document of `segment`"""


class _Indexable(NamedTuple):
    """An added or changed article."""

    article: Article
    line: bytes
    file: int


def age(article: Article) -> float:
    """Sort key that puts articles newest first, undated ones last."""
    return -article.published_at.timestamp() if article.published_at else float("inf")


def read_batches(root: Path, files: Array, tasks: Callable[[Array], Iterable[Task]], folder: Path) -> Iterator[Batch]:
    """Read these files under `root`, on all cores if that is faster; write stored articles to files in `folder`.

    What a child process does not deliver is read in this process."""
    parts = [files[start : start + BATCH_FILES] for start in range(0, len(files), BATCH_FILES)]

    def read(part: int) -> Batch:
        return _read_batch(root, tasks(parts[part]), folder)

    # Reading fewer files takes less time than starting child processes.
    count = min(os.cpu_count() or 1, len(parts)) if len(files) >= 2 * BATCH_FILES and can_fork() else 0
    with ExitStack() as stack:
        children = [
            stack.enter_context(Child(partial(_encoded, read, range(k, len(parts), count)))) for k in range(count)
        ]
        for part in range(len(parts)):
            result = children[part % count].result() if count else None
            yield read(part) if result is None else pickle.loads(result)  # noqa: S301 - a child of this process made it


def _encoded(read: Callable[[int], Batch], parts: Iterable[int]) -> Iterator[bytes]:
    return (pickle.dumps(read(part), pickle.HIGHEST_PROTOCOL) for part in parts)


def _read_batch(root: Path, tasks: Iterable[Task], folder: Path) -> Batch:
    batch = Batch(0)
    indexable: list[_Indexable] = []
    for task in tasks:
        batch.file_count += 1
        try:
            article, notes = read_article(read_file(root, task.path, FILE_LIMIT), task.id)
        except FileNotFoundError:
            batch.vanished.append(task.file)
        except ArticleRejected as rejected:
            batch.rejected.append(task.file)
            batch.notes[task.file] = FileNote(rejected.reason, rejected.detail)
        else:
            if notes:
                batch.notes[task.file] = FileNote(notes=notes)
            if article is None:
                batch.unpublished.append(task.file)
                continue
            line = stored(article)
            batch.digests[task.file] = digest(line)
            if batch.digests[task.file] != task.digest:
                indexable.append(_Indexable(article, line, task.file))
    if indexable:
        _invert_into(batch, indexable, folder)
    return batch


def stored_batch(articles: Mapping[int, Article], notes: dict[int, FileNote], folder: Path) -> Batch:
    """A batch of stored articles, by file, whose files cannot be read."""
    indexable = [_Indexable(article, stored(article), file) for file, article in articles.items()]
    batch = Batch(0, digests={item.file: digest(item.line) for item in indexable}, notes=notes)
    _invert_into(batch, indexable, folder)
    return batch


def _invert_into(batch: Batch, indexable: list[_Indexable], folder: Path) -> None:
    indexable.sort(key=lambda item: (age(item.article), item.file))
    articles = [item.article for item in indexable]
    tokens = tokens_of(articles)
    name = _stored_file_name(folder, os.getpid())
    with (folder / name).open("a+b") as stored_file:
        batch.segment = invert(articles, tokens, [item.line for item in indexable], stored_file, name)
    batch.dictionary = count_words(tokens)
    batch.document_files = [item.file for item in indexable]


@lru_cache(maxsize=1)
def _stored_file_name(folder: Path, process: int) -> str:  # noqa: ARG001 - each worker process has its own file
    """The file to which this process writes."""
    return f"articles-{secrets.token_hex(4)}.zjson"
