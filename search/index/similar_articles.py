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
from search.index.same_story import SECONDS_APART, comparable, similar_excerpts, similar_titles
from search.snapshot.segment import UNDATED

_BLOCK: Final = 128
"""Documents that are compared at once with all those within three days of them."""

_ROUNDING: Final = 1e-3

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
        similar = titles.may_be_similar(rows, near)
        similar |= excerpts.may_be_similar(rows, near)
        similar &= providers[rows][:, None] != providers[near]
        similar &= ~new[near] | (np.arange(low, high) > rows[:, None])  # a pair of two new documents is found once
        for row, column in np.argwhere(similar).tolist():
            a, b = int(rows[row]), low + column
            yield min(a, b), max(a, b)


def _blocks(documents: Array) -> Iterator[Array]:
    """Runs of documents that are near each other, so that they share most of the documents within three days."""
    numbers = documents // _BLOCK
    yield from np.split(documents, np.flatnonzero(np.diff(numbers)) + 1) if len(documents) else ()
