"""Sets of documents as ascending arrays of numbers.

Each operation has two ways: a table over all documents, which costs the same for every element, and searching, which is
better for few among many.  So a query costs what its postings cost, not what the archive does.

Reading an array by numbers is written `array.take(numbers)` and writing goes through `numpy.intp` throughout: numpy's
own indexing takes twice as long for numbers of other types.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from search.snapshot.arrays import Array, looked_for, new_runs

_FEW: Final = 24
"""A set this many times smaller than the other is looked up in it by binary search."""

_SPARSE: Final = 48
"""Below one document in this many, a union is sorted rather than marked in a table."""


def column_of(column: Array, documents: Array) -> Array:
    """The column's entries for the documents; a view where these follow each other without a gap."""
    if len(documents) and int(documents[-1]) - int(documents[0]) + 1 == len(documents):
        return column[int(documents[0]) : int(documents[-1]) + 1]
    return column.take(documents)


def intersection(a: Array, b: Array, size: int) -> Array:
    """The documents of both; `size` is the number of all documents."""
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    if len(many) == size:
        return few
    if len(few) * _FEW < len(many):
        return few[looked_for(few, many)[1]]
    return many[_table(few, size).take(many)]


def difference(a: Array, b: Array, size: int) -> Array:
    """The documents of `a` that are not in `b`."""
    if not len(b):
        return a
    if len(a) * _FEW < len(b):
        return a[~looked_for(a, b)[1]]
    return a[~_table(b, size).take(a)]


def union(sets: Sequence[Array], size: int) -> Array:
    """The documents of any."""
    some = [s for s in sets if len(s)]
    if len(some) < 2:
        return some[0] if some else np.zeros(0, np.uint32)
    return distinct(np.concatenate(some), size)


def distinct(members: Array, size: int) -> Array:
    """The set of documents that are given in any order, perhaps more than once."""
    if len(members) * _SPARSE < size:
        ordered = np.sort(members)
        return ordered[new_runs(ordered)]
    return np.flatnonzero(_table(members, size)).astype(np.uint32)


def positions(subset: Array, of: Array, size: int) -> Array:
    """Where the members of `subset`, all of which are in `of`, stand in it."""
    if len(subset) == len(of):
        return np.arange(len(of))
    if len(subset) * _FEW < len(of):
        return np.searchsorted(of, subset)
    return np.flatnonzero(_table(subset, size).take(of))


def looked_up(values: Array, members: Array, documents: Array, size: int, default: int) -> Array:
    """For each of `documents`, the value of the member that it is, or `default` where it is none."""
    if len(members) == len(documents) and (members is documents or np.array_equal(members, documents)):
        return values
    if len(documents) * _FEW < len(members):
        at, there = looked_for(documents, members)
        return np.where(there, values.take(at, mode="clip"), values.dtype.type(default))
    table = np.full(size, default, values.dtype)
    table[members.astype(np.intp)] = values
    return table.take(documents)


def _table(members: Array, size: int) -> Array:
    table = np.zeros(size, bool)
    table[members.astype(np.intp)] = True
    return table
