"""Finds the pairs of articles that tell the same story (`same_story`) without comparing each with each.

Only articles within three days are compared, first by sketches of their titles and excerpts.  A sketch is a bitmap with
a bit for the hash of each term.  Two texts have at most as many terms in common as their sketches have bits in common,
plus the terms that share a bit with another in both.  The texts of the few pairs that can be similar are compared.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, Self

import numpy as np

from search.arrays import Array
from search.article import Article
from search.index.same_story import (
    EXCERPT_SIMILARITY,
    FEWEST_EXCERPT_TERMS,
    SECONDS_APART,
    TITLE_SIMILARITY,
    comparable,
    similar_excerpts,
    similar_titles,
)
from search.snapshot.segment import UNDATED

_BLOCK: Final = 128
"""Documents that are compared at once with all those within three days of them."""

_ROUNDING: Final = 1e-3

NO_PAIRS: Final = np.zeros((0, 3), np.uint32)


class Sketches(NamedTuple):
    """The sketches of one text of N documents."""

    bits: Array
    """[N, words] bitmaps of the terms' hashes"""
    sizes: Array
    """[N] the number of terms"""
    shared: Array
    """[N] how many terms share their bit with another"""

    @classmethod
    def of(cls, bits: Array, sizes: Array) -> Self:
        return cls(bits, sizes, sizes - np.bitwise_count(bits).sum(axis=1, dtype=sizes.dtype))

    def may_be_similar(self, rows: Array, near: slice, similarity: float, fewest: int) -> Array:
        """[rows, near] whether the Jaccard similarity of the terms can reach `similarity`."""
        common = np.bitwise_count(self.bits[rows][:, None] & self.bits[near]).sum(axis=2, dtype=np.float32)
        common += np.minimum(self.shared[rows][:, None], self.shared[near])
        both = np.add(self.sizes[rows][:, None], self.sizes[near], dtype=np.float32)
        enough: Array = (common * (1 + similarity) > both * similarity - _ROUNDING) & (self.sizes[near] >= fewest)
        return enough


def similar_pairs(
    published: Array,
    titles: Sketches,
    excerpts: Sketches,
    providers: Array,
    new: Array,
    article: Callable[[int], Article],
) -> Array:
    """[E, 3] the similar pairs with at least one `new` document [N]: the newer, the older, and whether their excerpts
    are similar.  Ascending.

    `providers` [N] are numbers of providers.  Documents are newest first."""
    pairs = []
    for a, b in _candidates(published, titles, excerpts, providers, new):
        ours, theirs = article(a), article(b)
        if comparable(ours, theirs):
            by_excerpt = similar_excerpts(ours, theirs)
            if by_excerpt or similar_titles(ours, theirs):
                pairs.append((a, b, by_excerpt))
    return np.array(sorted(pairs), np.uint32) if pairs else NO_PAIRS


def _candidates(
    published: Array, titles: Sketches, excerpts: Sketches, providers: Array, new: Array
) -> Iterator[tuple[int, int]]:
    """The pairs that can be similar by their times, providers and sketches."""
    age = -published[published != UNDATED]  # ascending
    for rows in _blocks(np.flatnonzero(new[: len(age)])):
        low = int(np.searchsorted(age, age[rows[0]] - SECONDS_APART))
        high = int(np.searchsorted(age, age[rows[-1]] + SECONDS_APART, side="right"))
        near = slice(low, high)
        similar = titles.may_be_similar(rows, near, TITLE_SIMILARITY, 0)
        similar |= excerpts.may_be_similar(rows, near, EXCERPT_SIMILARITY, FEWEST_EXCERPT_TERMS)
        similar &= providers[rows][:, None] != providers[near]
        similar &= ~new[near] | (np.arange(low, high) > rows[:, None])  # a pair of two new documents is found once
        for row, column in np.argwhere(similar).tolist():
            a, b = int(rows[row]), low + column
            yield min(a, b), max(a, b)


def _blocks(documents: Array) -> Iterator[Array]:
    """Runs of documents that are near each other, so that they share most of the documents within three days."""
    numbers = documents // _BLOCK
    yield from np.split(documents, np.flatnonzero(np.diff(numbers)) + 1) if len(documents) else ()
