"""Merges a keyword column of several segments."""

from collections.abc import Sequence

import numpy as np

from search.index.merge_inputs import MergeInput
from search.index.string_merger import merge_used_strings
from search.snapshot.arrays import Array, Strings, narrowed, run_lengths, spread
from search.snapshot.keyword_column import KeywordColumn

_ORDINAL = np.dtype(np.uint32)


def merge_keywords(parts: Sequence[MergeInput], facet: str, order: Array) -> KeywordColumn:
    """The column of the kept documents of all parts, in this order.  Values and sets without a document are dropped."""
    columns = [part.segment.keywords[facet] for part in parts]
    sets = [part.column(column.sets) for part, column in zip(parts, columns, strict=True)]
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
        as_bytes = Strings(new.astype(_ORDINAL).view(np.uint8), np.append(0, np.cumsum(length)) * _ORDINAL.itemsize)
        renumbered = np.zeros(len(column.set_starts), np.int64)
        renumbered[numbers] = [numbers_of.setdefault(key, len(numbers_of)) for key in as_bytes.raws()]
        new_sets.append(renumbered[old])
    return KeywordColumn(
        values,
        narrowed(np.concatenate(new_sets)[order]),
        narrowed(np.cumsum([0, *map(len, numbers_of)]) // _ORDINAL.itemsize),
        narrowed(np.frombuffer(b"".join(numbers_of), _ORDINAL)),
    )
