"""Merges sorted tables of strings (terms, words, keyword values, file names), and the keyword columns of segments."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from search.arrays import Array, Strings, narrowed, run_lengths, run_starts, spread
from search.index.merge_inputs import MergeInput
from search.snapshot.keyword_column import KeywordColumn

_ORDINAL = np.dtype(np.uint32)


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


def merge_keywords(inputs: Sequence[MergeInput], facet: str, order: Array) -> KeywordColumn:
    """The column of all kept documents, in this order.  Values and sets without a document are dropped."""
    columns = [each.segment.keywords[facet] for each in inputs]
    sets = [each.column(column.sets) for each, column in zip(inputs, columns, strict=True)]
    used = [np.flatnonzero(np.bincount(numbers)) for numbers in sets]
    lengths = [run_lengths(column.set_starts)[numbers] for column, numbers in zip(columns, used, strict=True)]
    ordinals = [
        column.set_values[spread(column.set_starts[numbers].astype(np.int64), length)]
        for column, numbers, length in zip(columns, used, lengths, strict=True)
    ]
    values, ordinals = merge_used_strings([column.values for column in columns], ordinals)
    numbers_of: dict[bytes, int] = {}
    new_sets = []
    for column, numbers, old, length, new in zip(columns, used, sets, lengths, ordinals, strict=True):
        as_bytes = Strings(new.astype(_ORDINAL).view(np.uint8), run_starts(length) * _ORDINAL.itemsize)
        renumbered = np.zeros(len(column.set_starts), np.int64)
        renumbered[numbers] = [numbers_of.setdefault(key, len(numbers_of)) for key in as_bytes.raws()]
        new_sets.append(renumbered[old])
    return KeywordColumn(
        values,
        narrowed(np.concatenate(new_sets)[order]),
        narrowed(np.cumsum([0, *map(len, numbers_of)]) // _ORDINAL.itemsize),
        narrowed(np.frombuffer(b"".join(numbers_of), _ORDINAL)),
    )
