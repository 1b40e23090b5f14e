"""Doc sets: sets of documents as ascending arrays of doc ids.

Every operation has two algorithms: a table over all documents, which has the same cost for each member, and binary
search, which is faster for a few members among many.  The cost of a query then depends on its postings, not on the
number of documents.

Arrays are read with `array.take(indices)` or `array.compress(mask)` and written with `numpy.intp` indices: numpy's own
indexing takes twice as long for masks and for other integer types.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from search.arrays import Array, binary_search, new_runs

SEARCH_RATIO: Final = 24
"""A set that is this many times smaller than another is searched for in it."""

_SORT_RATIO: Final = 48
"""A union of less than one document in this many is sorted; larger unions use a table."""


def values_at(column: Array, doc_ids: Array) -> Array:
    """The values of the documents in a column; a view if the doc ids are consecutive."""
    if len(doc_ids) and int(doc_ids[-1]) - int(doc_ids[0]) + 1 == len(doc_ids):
        return column[int(doc_ids[0]) : int(doc_ids[-1]) + 1]
    return column.take(doc_ids)


def intersection(a: Array, b: Array, doc_count: int) -> Array:
    """The documents in both sets; `doc_count` is the number of all documents."""
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    if len(large) == doc_count:
        return small
    if len(small) * SEARCH_RATIO < len(large):
        return small.compress(binary_search(small, large)[1])
    return large.compress(_table(small, doc_count).take(large))


def difference(a: Array, b: Array, doc_count: int) -> Array:
    """The documents of `a` that are not in `b`."""
    if not len(b):
        return a
    if len(a) * SEARCH_RATIO < len(b):
        return a.compress(~binary_search(a, b)[1])
    return a.compress(~_table(b, doc_count).take(a))


def union(sets: Sequence[Array], doc_count: int) -> Array:
    non_empty = [s for s in sets if len(s)]
    if len(non_empty) < 2:
        return non_empty[0] if non_empty else np.zeros(0, np.uint32)
    return doc_set(np.concatenate(non_empty), doc_count)


def doc_set(doc_ids: Array, doc_count: int) -> Array:
    """The set of the doc ids, which may be unsorted and repeated."""
    if len(doc_ids) * _SORT_RATIO < doc_count:
        ascending = np.sort(doc_ids)
        return ascending[new_runs(ascending)]
    return np.flatnonzero(_table(doc_ids, doc_count)).astype(np.uint32)


def indices_among(doc_ids: Array, members: Array, doc_count: int) -> Array:
    """The indices of the doc ids, which may be unsorted and repeated, that are members of a set."""
    return np.flatnonzero(_table(members, doc_count).take(doc_ids))


def indices_of(subset: Array, doc_ids: Array, doc_count: int) -> Array:
    """The indices in `doc_ids` of the members of its subset."""
    if len(subset) == len(doc_ids):
        return np.arange(len(doc_ids))
    if len(subset) * SEARCH_RATIO < len(doc_ids):
        return np.searchsorted(doc_ids, subset)
    return np.flatnonzero(_table(subset, doc_count).take(doc_ids))


def lookup(doc_ids: Array, members: Array, values: Array, doc_count: int, default: int) -> Array:
    """[doc_ids] the value of each document; `values` are those of `members`, other documents have the default."""
    if len(members) == len(doc_ids) and (members is doc_ids or np.array_equal(members, doc_ids)):
        return values
    if len(doc_ids) * SEARCH_RATIO < len(members):
        indices, present = binary_search(doc_ids, members)
        return np.where(present, values.take(indices, mode="clip"), values.dtype.type(default))
    table = np.full(doc_count, default, values.dtype)
    table[members.astype(np.intp)] = values
    return table.take(doc_ids)


def largest(doc_ids: Array, members: Array, values: Array, doc_count: int) -> Array:
    """[doc_ids] the largest value of each document, or 0; `values` are those of `members`, which may be repeated."""
    table = np.zeros(doc_count)
    np.maximum.at(table, members.astype(np.intp, copy=False), values)
    return table.take(doc_ids)


def _table(doc_ids: Array, doc_count: int) -> Array:
    table = np.zeros(doc_count, bool)
    table[doc_ids.astype(np.intp)] = True
    return table
