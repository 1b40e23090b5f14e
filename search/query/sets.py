"""Sets of documents as ascending arrays of numbers.

Each operation has two ways: a table over all documents, which costs the same for every element, and searching, which is better
for few among many.  So a query costs what its postings cost, not what the archive does.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from search.snapshot.arrays import Array

_FEW: Final = 24
"""A set this many times smaller than the other is looked up in it by binary search."""

_SPARSE: Final = 48
"""Below one document in this many, a union is sorted rather than marked in a table."""


def intersection(a: Array, b: Array, size: int) -> Array:
    """The documents of both; `size` is the number of all documents."""
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    if len(few) * _FEW < len(many):
        at = np.searchsorted(many, few)
        at[at == len(many)] = 0
        return few[many[at] == few] if len(many) else few[:0]
    return many[_table(few, size)[many]]


def difference(a: Array, b: Array, size: int) -> Array:
    """The documents of `a` that are not in `b`."""
    if not len(b):
        return a
    if len(a) * _FEW < len(b):
        at = np.searchsorted(b, a)
        at[at == len(b)] = 0
        return a[b[at] != a]
    return a[~_table(b, size)[a]]


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
        return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered
    return np.flatnonzero(_table(members, size)).astype(np.uint32)


def positions(subset: Array, of: Array, size: int) -> Array:
    """Where the members of `subset`, all of which are in `of`, stand in it."""
    if len(subset) == len(of):
        return np.arange(len(of))
    if len(subset) * _FEW < len(of):
        return np.searchsorted(of, subset)
    return np.flatnonzero(_table(subset, size)[of])


def _table(members: Array, size: int) -> Array:
    table = np.zeros(size, bool)
    table[members] = True
    return table
