"""Which of the matching documents come first."""

from typing import Final

import numpy as np

from search.query.index import SearchableIndex
from search.query.sets import column_of
from search.request import Sort
from search.snapshot.arrays import Array

_BLOCK: Final = 64


def best(values: Array, count: int) -> Array:
    """The positions of the `count` largest values, largest first, equal ones in the order in which they stand."""
    count = min(count, len(values))
    if not count:
        return np.zeros(0, np.int64)
    if len(values) <= _BLOCK:
        return np.argsort(-values, kind="stable")[:count]
    candidates = np.flatnonzero(values >= _floor(values, count))
    return candidates[np.argsort(-values[candidates], kind="stable")[:count]]


def _floor(values: Array, count: int) -> Array:
    """A value that at least `count` of the values reach, and not many more.

    The values are dealt into blocks; `count` blocks have a largest value that reaches the `count`-th largest of those,
    so the values themselves need not be partitioned, which would take ten times as long.  With few values, the exact
    one."""
    blocks = len(values) // _BLOCK
    if blocks > _BLOCK and blocks > 2 * count:
        values = values[: blocks * _BLOCK].reshape(_BLOCK, blocks).max(axis=0)
    return np.partition(values, len(values) - count)[len(values) - count]  # type: ignore[no-any-return]


def page_of(
    index: SearchableIndex, documents: Array, scores: Array | None, sort: Sort, offset: int, count: int
) -> Array:
    """The positions in `documents`, which are newest first, of the hits from `offset` on, `count` at most."""
    if sort == "relevance" and scores is not None:
        return best(scores, offset + count)[offset:]
    if sort == "heat":
        # Unknown heat is the smallest number there is; 64 bits let it be negated.
        return best(column_of(index.segment.heat, documents).astype(np.int64), offset + count)[offset:]
    if sort == "oldest":
        return _oldest(index, documents)[offset : offset + count]
    return np.arange(offset, min(offset + count, len(documents)))


def _oldest(index: SearchableIndex, documents: Array) -> Array:
    """Oldest first, those of one moment by id, which is how they stand; undated ones last."""
    dated = int(np.searchsorted(documents, index.dated))
    order = np.argsort(column_of(index.segment.published, documents[:dated]), kind="stable")
    return np.concatenate((order, np.arange(dated, len(documents))))
