"""The synthetic archive of the benchmark, and an independent reader of it for the peers."""

import gc
import html
import multiprocessing
import resource
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

import frontmatter
import msgspec

from search.article import Article, Image, Provider, Related
from search.demo import ARTICLES, write_archive

SEED: Final = 0
OTHER_SEED: Final = 1
"""Seed of the content of changed articles."""

_PLACEHOLDER: Final = "NA"
_PROCESSES: Final = 2
_BATCH: Final = 500
_MOST_READINGS: Final = 4


def archive(folder: Path, count: int) -> Path:
    """The archive of `count` articles under `folder`; written if it does not exist."""
    path = folder / f"archive-{count}"
    if not (path / ARTICLES).exists() or sum(1 for _ in (path / ARTICLES).iterdir()) != count:
        write_archive(path, count, SEED)
    return path


def warm(archive: Path) -> None:
    """Read every file until the page cache has them all, so that a build does not wait for the disk.

    Reads at most a few times, because the system may not cache every file."""
    for _ in range(_MOST_READINGS):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_inblock
        for path in (archive / ARTICLES).iterdir():
            path.read_bytes()
        if resource.getrusage(resource.RUSAGE_SELF).ru_inblock == before:
            return


class _Coverage(msgspec.Struct, rename="camel"):
    title: str
    excerpt: str = ""
    web_url: str | None = None
    published_date_time: datetime | None = None
    provider: Provider | None = None
    type: str | None = None
    quality: int | None = None


class _FrontMatter(msgspec.Struct, rename="camel"):
    title: str
    excerpt: str = ""
    web_url: str | None = None
    original_url: str | None = None
    amp_web_url: str | None = None
    published_date_time: datetime | None = None
    provider: Provider | None = None
    topics: list[str] | str = []
    images: list[Image] = []
    type: str = "article"
    category: str | None = None
    quality: int | None = None
    heat: int | None = None
    published: bool = True
    related: list[_Coverage] = []


def read(path: Path) -> Iterator[Article]:
    """The published articles of an archive, by python-frontmatter with PyYAML's C loader in two processes.

    It does not use this project's reader, so that mistakes of that show as differences.  Reading starts at once and
    stays a few batches ahead."""
    files = sorted((path / ARTICLES).glob("*.md"))
    batches = iter([files[start : start + _BATCH] for start in range(0, len(files), _BATCH)])
    pool = ProcessPoolExecutor(_PROCESSES, multiprocessing.get_context("fork"), initializer=gc.freeze)
    pending = deque(pool.submit(_read_batch, batch) for batch in islice(batches, 4 * _PROCESSES))

    def articles() -> Iterator[Article]:
        with pool:
            while pending:
                done = pending.popleft().result()
                pending.extend(pool.submit(_read_batch, batch) for batch in islice(batches, 1))
                yield from msgspec.json.decode(done, type=list[Article])

    return articles()


def _read_batch(files: Sequence[Path]) -> bytes:
    read = ((file, msgspec.convert(frontmatter.load(file).metadata, _FrontMatter)) for file in files)
    return msgspec.json.encode([_article(file, fields) for file, fields in read if fields.published])


def _article(file: Path, fields: _FrontMatter) -> Article:
    return Article(
        id=f"{ARTICLES}/{file.stem}",
        title=fields.title,
        excerpt="" if fields.excerpt == _PLACEHOLDER else html.unescape(fields.excerpt),
        topics=(fields.topics,) if isinstance(fields.topics, str) else tuple(fields.topics),
        provider=fields.provider,
        url=fields.web_url or fields.original_url,
        amp_url=fields.amp_web_url,
        image=fields.images[0] if fields.images else None,
        published_at=fields.published_date_time,
        type=fields.type,
        category=fields.category,
        heat=fields.heat,
        quality=fields.quality,
        related=tuple(
            Related(r.title, r.excerpt, r.web_url, r.provider, r.published_date_time, r.type, r.quality)
            for r in fields.related
        ),
    )
