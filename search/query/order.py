"""Which of the matching documents come first."""

import numpy as np

from search.query.index import SearchableIndex
from search.request import Sort
from search.snapshot.arrays import Array


def best(values: Array, count: int) -> Array:
    """The positions of the `count` largest values, largest first, equal ones in the order in which they stand.

    Only what can be among them is sorted; it is exact, for all values that equal the smallest of them are considered."""
    if count >= len(values):
        return np.argsort(-values, kind="stable")
    if count <= 0:
        return np.zeros(0, np.int64)
    least = np.partition(values, len(values) - count)[len(values) - count]
    candidates = np.flatnonzero(values >= least)
    return candidates[np.argsort(-values[candidates], kind="stable")[:count]]


def page_of(
    index: SearchableIndex, documents: Array, scores: Array | None, sort: Sort, offset: int, count: int
) -> Array:
    """The positions in `documents`, which are newest first, of the hits from `offset` on, `count` at most."""
    if sort == "relevance" and scores is not None:
        return best(scores, offset + count)[offset:]
    if sort == "heat":
        # Unknown heat is the smallest number there is; 64 bits let it be negated.
        return best(index.segment.heat[documents].astype(np.int64), offset + count)[offset:]
    if sort == "oldest":
        return _oldest(index, documents)[offset : offset + count]
    return np.arange(offset, min(offset + count, len(documents)))


def _oldest(index: SearchableIndex, documents: Array) -> Array:
    """Oldest first, those of one moment by id, which is how they stand; undated ones last."""
    dated = int(np.searchsorted(documents, index.dated))
    order = np.argsort(index.segment.published[documents[:dated]], kind="stable")
    return np.concatenate((order, np.arange(dated, len(documents))))
