"""Finds the pairs of articles that tell the same story (`same_story`) without comparing each with each.

Only articles within three days are compared, first by sketches of their titles and excerpts.  A sketch is a bitmap with
a bit for the hash of each term.  Two texts have at most as many terms in common as their sketches have bits in common,
plus the terms that share a bit with another in both.  The texts of the few pairs that can be similar are compared.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple, Self

import numpy as np

from search.arrays import Array
from search.article import Article
from search.index.same_story import (
    EXCERPT_SIMILARITY,
    FEWEST_EXCERPT_TERMS,
    FEWEST_TITLE_TERMS,
    SECONDS_APART,
    TITLE_SIMILARITY,
    ComparedArticle,
    comparable,
    similar_excerpts,
    similar_titles,
)  # fmt: skip
from search.snapshot.segment import UNDATED

_BLOCK: Final = 128
"""Documents that are compared at once with all those within three days of them."""

_ROUNDING: Final = 1e-3

_CACHED: Final = 4096

UNKNOWN: Final = -1
"""The number of a missing provider."""

NO_PAIRS: Final = np.zeros((0, 3), np.uint32)


class Sketches(NamedTuple):
    """The sketches of one text of N documents."""

    bitmaps: tuple[Array, ...]
    """the words of the bitmaps, each [N]"""
    sharing: Array
    """[N] how many terms share their bit with another"""
    share: Array
    """[N] how much a document contributes to the number of common terms that a similar pair has"""

    @classmethod
    def of(cls, bitmaps: Array, sizes: Array, similarity: float, fewest: int) -> Self:
        """Bitmaps [N, words] of texts with `sizes` [N] terms, similar from this Jaccard similarity on.

        Texts with fewer terms than `fewest` are not similar to any."""
        words = tuple(np.ascontiguousarray(word) for word in bitmaps.T)
        # i / (a + b - i) >= s  is  i >= a * s / (1 + s) + b * s / (1 + s)
        share = np.where(sizes >= fewest, sizes * (similarity / (1 + similarity)) - _ROUNDING, np.inf)
        return cls(words, sizes - sum(map(np.bitwise_count, words)), share.astype(np.float32))

    def may_be_similar(self, rows: Array, near: slice) -> Array:
        """[rows, near] whether the terms of two documents can be similar."""
        common = np.minimum(self.sharing[rows][:, None], self.sharing[near])
        for word in self.bitmaps:
            common += np.bitwise_count(word[rows][:, None] & word[near])
        enough: Array = common >= self.share[rows][:, None] + self.share[near]
        return enough


def similar_pairs(columns: Mapping[str, Any], providers: Array, new: Array, article: Callable[[int], Article]) -> Array:
    """[E, 3] the similar pairs with at least one `new` document [N]: the newer, the older, and whether their excerpts
    are similar.  Ascending.  Pairs with the same title are left out, unless their excerpts are similar.

    `providers` [N] are numbers of providers, `UNKNOWN` for none."""
    compared = lru_cache(_CACHED)(lambda document: ComparedArticle(article(document)))
    title_keys, pairs = columns["title_key"], []
    for a, b in _candidates(columns, providers, new):
        ours, theirs = compared(a), compared(b)
        if comparable(ours, theirs):
            by_excerpt = similar_excerpts(ours, theirs)
            same_title = title_keys[a] == title_keys[b] != 0
            if by_excerpt or (not same_title and similar_titles(ours, theirs)):
                pairs.append((a, b, by_excerpt))
    return np.array(sorted(pairs), np.uint32) if pairs else NO_PAIRS


def _candidates(columns: Mapping[str, Any], providers: Array, new: Array) -> Iterator[tuple[int, int]]:
    """The pairs that can be similar by their times, providers and sketches."""
    titles = Sketches.of(columns["title_sketch"], columns["title_terms"], TITLE_SIMILARITY, FEWEST_TITLE_TERMS)
    excerpts = Sketches.of(
        columns["excerpt_sketch"], columns["excerpt_terms"], EXCERPT_SIMILARITY, FEWEST_EXCERPT_TERMS
    )
    published, keys = columns["published"], columns["title_key"]
    age = -published[published != UNDATED]  # ascending
    for rows in _blocks(np.flatnonzero(new[: len(age)] & (providers[: len(age)] != UNKNOWN))):
        low = int(np.searchsorted(age, age[rows[0]] - SECONDS_APART))
        high = int(np.searchsorted(age, age[rows[-1]] + SECONDS_APART, side="right"))
        near = slice(low, high)
        similar = titles.may_be_similar(rows, near)
        similar &= (keys[rows][:, None] != keys[near]) | (keys[near] == 0)
        similar |= excerpts.may_be_similar(rows, near)
        similar &= (providers[rows][:, None] != providers[near]) & (providers[near] != UNKNOWN)
        similar &= ~new[near] | (np.arange(low, high) > rows[:, None])  # a pair of two new documents is found once
        for row, column in np.argwhere(similar).tolist():
            a, b = int(rows[row]), low + column
            yield min(a, b), max(a, b)


def _blocks(documents: Array) -> Iterator[Array]:
    """Runs of documents that are near each other, so that they share most of the documents within three days."""
    numbers = documents // _BLOCK
    yield from np.split(documents, np.flatnonzero(np.diff(numbers)) + 1) if len(documents) else ()
