"""Synthetic archives of any size in the format of real ones: to try the search on, and to measure it by."""

import json
import shutil
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

from search.demo.block import BLOCK, Block
from search.demo.front_matter import content
from search.errors import ArticleSearchError

ARTICLES, MARK = "_news", ".article-search-demo.json"
SEEDS = 2**32


def write_archive(
    directory: Path, count: int, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> None:
    """Write an archive of `count` articles; the same seed writes the same bytes, and a larger count only adds files.

    `directory` is made, or must be empty or hold an earlier synthetic archive, which is replaced.  `progress` is called
    with articles written and `count`.  Raises ArticleSearchError for a directory with anything else in it, a count
    below 1 or a seed outside 0 to 2**32 - 1.
    """
    if count < 1:
        raise ArticleSearchError(f"a synthetic archive cannot hold {count} articles: ask for at least 1")
    _check_seed(seed)
    _clear(directory, {"seed": seed, "count": count})
    for first in range(0, count, BLOCK):
        block = Block(seed, first // BLOCK)
        for place in range(min(BLOCK, count - first)):
            (directory / ARTICLES / block.name(place)).write_bytes(content(block, place))
        if progress:
            progress(min(first + BLOCK, count), count)


def rewrite_articles(directory: Path, numbers: Iterable[int], seed: int) -> list[Path]:
    """Give the articles with these numbers, from 0 in order of writing, what they have in the archive of `seed`.

    Their paths stay, and are returned.  The archive's own seed puts everything back as it was.  Raises
    ArticleSearchError where `directory` holds no synthetic archive, or none with so many articles.
    """
    _check_seed(seed)
    made, wanted = _read_mark(directory), sorted(set(numbers))
    for article in wanted:
        if not 0 <= article < made["count"]:
            raise ArticleSearchError(f"no article {article} in {directory}: they count from 0 to {made['count'] - 1}")
    paths = []
    for number, articles in groupby(wanted, key=lambda article: article // BLOCK):
        old, new = Block(made["seed"], number), Block(seed, number)
        for article in articles:
            path = directory / ARTICLES / old.name(article % BLOCK)
            path.write_bytes(content(new, article % BLOCK))
            paths.append(path)
    return paths


def _check_seed(seed: int) -> None:
    if not 0 <= seed < SEEDS:
        raise ArticleSearchError(f"seed {seed} is out of range: choose 0 to {SEEDS - 1}")


def _clear(directory: Path, mark: dict[str, int]) -> None:
    """Leave `directory` with nothing but the mark and an empty folder for the articles."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        _read_mark(directory)
        if (directory / ARTICLES).exists():
            shutil.rmtree(directory / ARTICLES)
    (directory / ARTICLES).mkdir(parents=True)
    (directory / MARK).write_text(json.dumps(mark) + "\n")


def _read_mark(directory: Path) -> dict[str, int]:
    """Seed and count of the synthetic archive in `directory`."""
    try:
        mark = json.loads((directory / MARK).read_text())
        return {"seed": int(mark["seed"]), "count": int(mark["count"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArticleSearchError(
            f"{directory} is not a synthetic archive (no readable {MARK} in it): choose an empty or a new directory"
        ) from error
