"""Which of the matching documents come first."""

from typing import Final

import numpy as np

from search.request import Sort
from search.searcher.doc_sets import column_of
from search.searcher.index_reader import IndexReader
from search.snapshot.arrays import Array
from search.snapshot.segment import UNDATED

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


def keys(index: IndexReader, documents: Array, sort: Sort) -> Array:
    """By what the documents are sorted, where that is not relevance: largest first, equal ones as they are numbered."""
    if sort == "heat":
        # Unknown heat is the smallest number there is; 64 bits let it be negated.
        return column_of(index.segment.heat, documents).astype(np.int64)
    if sort == "oldest":
        published = column_of(index.segment.published, documents)
        # Undated articles come last here, too; UNDATED has no negative, but its successor has.
        return np.where(published == UNDATED, UNDATED + 1, -published)
    return np.zeros(len(documents), np.int64)


def page_of(index: IndexReader, documents: Array, sort: Sort, offset: int, count: int) -> Array:
    """The documents, which ascend, from the one after `offset` on in the order of `sort`, `count` at most."""
    if sort in {"heat", "oldest"}:
        return documents[best(keys(index, documents, sort), offset + count)[offset:]]
    return documents[offset : offset + count]
