"""Counts and filters by the keyword column of one facet."""

from collections.abc import Sequence

import numpy as np

from search.searcher.doc_sets import column_of
from search.snapshot.arrays import Array, run_lengths
from search.snapshot.keyword_column import KeywordColumn


class KeywordCounts:
    """A keyword column with its values decoded, ready to count and filter."""

    def __init__(self, column: KeywordColumn) -> None:
        self.values: list[str] = list(column.values)
        self._column = column
        self._set_sizes = run_lengths(column.set_starts)
        self._set_of_member = np.repeat(np.arange(len(self._set_sizes)), self._set_sizes)

    def count(self, doc_ids: Array) -> tuple[Array, int]:
        """How many of the documents have each value, and how many have none.

        Sets of values are counted first: there are fewer sets than documents, except in small results."""
        column = self._column
        sets = column_of(column.sets, doc_ids)
        if len(doc_ids) < len(column.set_values):
            sizes = self._set_sizes.take(sets)
            starts = column.set_starts.take(sets) - (np.cumsum(sizes) - sizes)
            members = np.arange(int(sizes.sum())) + np.repeat(starts, sizes)
            counts = np.bincount(column.set_values.take(members), minlength=len(self.values))
            return counts, int(np.count_nonzero(sizes == 0))
        times = np.bincount(sets, minlength=len(self._set_sizes))
        weights = times.take(self._set_of_member)
        counts = np.bincount(column.set_values, weights, len(self.values)).astype(np.int64)
        return counts, int(times[self._set_sizes == 0].sum())

    def matches(self, doc_ids: Array, values: Sequence[str], all_of: bool = False) -> Array:
        """Which of the documents have any of the values, or all of them."""
        if all_of:
            sets = np.logical_and.reduce([self._sets_with((value,)) for value in values])
        else:
            sets = self._sets_with(values)
        matches: Array = sets.take(column_of(self._column.sets, doc_ids))
        return matches

    def _sets_with(self, values: Sequence[str]) -> Array:
        """[Z] which sets have any of these values."""
        wanted = np.zeros(len(self.values), bool)
        wanted[[ordinal for value in values if (ordinal := self._column.values.find(value)) is not None]] = True
        sets = np.zeros(len(self._set_sizes), bool)
        sets[self._set_of_member[wanted[self._column.set_values]]] = True
        return sets
