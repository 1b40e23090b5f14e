"""Writes synthetic archives of any size in the format of real ones, for trials and benchmarks."""

import json
import shutil
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

from search.demo.block import BLOCK, Block
from search.demo.front_matter import content
from search.errors import ArticleSearchError

ARTICLES, MARKER = "_news", ".article-search-demo.json"
SEEDS = 2**32


def write_archive(
    directory: Path, count: int, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> None:
    """Write an archive of `count` articles.  The same seed writes the same bytes; a larger count only adds files.

    `directory` must be new, empty or an earlier synthetic archive, which is replaced.  `progress` is called with the
    number of articles written and `count`.  Raises ArticleSearchError for a directory with other files, a count below
    1 or a seed outside 0 to 2**32 - 1."""
    if count < 1:
        raise ArticleSearchError(f"invalid count {count}: choose at least 1 article")
    _check_seed(seed)
    _clear(directory, {"seed": seed, "count": count})
    for first in range(0, count, BLOCK):
        block = Block(seed, first // BLOCK)
        for index in range(min(BLOCK, count - first)):
            (directory / ARTICLES / block.name(index)).write_bytes(content(block, index))
        if progress:
            progress(min(first + BLOCK, count), count)


def rewrite_articles(directory: Path, numbers: Iterable[int], seed: int) -> list[Path]:
    """Replace the content of articles by that of another seed; returns their paths, which do not change.

    Articles are numbered from 0 in the order of writing.  The archive's own seed restores the original content.  Raises
    ArticleSearchError if `directory` is not a synthetic archive or does not have the articles."""
    _check_seed(seed)
    marker, distinct = _read_marker(directory), sorted(set(numbers))
    for article in distinct:
        if not 0 <= article < marker["count"]:
            raise ArticleSearchError(f"no article {article} in {directory}: choose 0 to {marker['count'] - 1}")
    paths = []
    for number, articles in groupby(distinct, key=lambda article: article // BLOCK):
        old, new = Block(marker["seed"], number), Block(seed, number)
        for article in articles:
            path = directory / ARTICLES / old.name(article % BLOCK)
            path.write_bytes(content(new, article % BLOCK))
            paths.append(path)
    return paths


def _check_seed(seed: int) -> None:
    if not 0 <= seed < SEEDS:
        raise ArticleSearchError(f"seed {seed} is out of range: choose 0 to {SEEDS - 1}")


def _clear(directory: Path, marker: dict[str, int]) -> None:
    """Reduce `directory` to the marker file and an empty folder for the articles."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        _read_marker(directory)
        if (directory / ARTICLES).exists():
            shutil.rmtree(directory / ARTICLES)
    (directory / ARTICLES).mkdir(parents=True)
    (directory / MARKER).write_text(json.dumps(marker) + "\n")


def _read_marker(directory: Path) -> dict[str, int]:
    """The seed and count of the synthetic archive in `directory`."""
    try:
        marker = json.loads((directory / MARKER).read_text())
        return {"seed": int(marker["seed"]), "count": int(marker["count"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArticleSearchError(
            f"{directory} is not a synthetic archive (no readable {MARKER}): choose an empty or new directory"
        ) from error
