"""Merges sorted tables of strings: term dictionaries, word dictionaries, keyword values, names of stored files."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from search.snapshot.arrays import Array, Strings


def merge_strings(tables: Sequence[Strings]) -> tuple[Strings, list[Array]]:
    """All strings in one sorted table, and for each input table the new ordinal of each of its strings.

    Fast if the first table has nearly all strings, as in an update."""
    first, *others = [table.raws() for table in tables]
    known = dict(zip(first, range(len(first)), strict=True))
    new = sorted(set().union(*others).difference(known))
    known.update(zip(new, range(len(first), len(first) + len(new)), strict=True))
    strings, inserted = tables[0].with_inserted(new, [bisect_left(first, text) for text in new])
    ordinals = np.concatenate((np.flatnonzero(~inserted), np.flatnonzero(inserted)))
    known_as = [np.fromiter(map(known.__getitem__, table), np.int64, len(table)) for table in others]
    return strings, [ordinals[: len(first)], *(ordinals[indexes] for indexes in known_as)]


def merge_used_strings(tables: Sequence[Strings], ordinals: Sequence[Array]) -> tuple[Strings, list[Array]]:
    """As `merge_strings`, but only of strings that occur in `ordinals`; returns those as ordinals of the new table."""
    used = [np.bincount(o, minlength=len(t)) > 0 for t, o in zip(tables, ordinals, strict=True)]
    strings, new_ordinals = merge_strings([table.where(mask) for table, mask in zip(tables, used, strict=True)])
    renumbered = []
    for mask, new, old in zip(used, new_ordinals, ordinals, strict=True):
        ordinal_of = np.zeros(len(mask), np.int64)
        ordinal_of[mask] = new
        renumbered.append(ordinal_of[old])
    return strings, renumbered
