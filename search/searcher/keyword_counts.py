"""Counts and filters by the keyword column of one facet."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from search.analysis.folding import fold_words
from search.arrays import Array, run_lengths, run_starts, spread
from search.searcher.doc_sets import values_at
from search.snapshot.keyword_column import KeywordColumn


def begins_a_word(prefix: str, text: str) -> bool:
    """Whether the prefix is at the start of the text or follows a character that is no letter or digit."""
    at = text.find(prefix)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(prefix, at + 1)
    return at >= 0


class KeywordCounts:
    """A keyword column with its values decoded, ready to count and filter."""

    def __init__(self, column: KeywordColumn) -> None:
        self.values: list[str] = list(column.values)
        self._column = column
        self._set_sizes = run_lengths(column.set_starts)
        self._set_of_member = np.repeat(np.arange(len(self._set_sizes)), self._set_sizes)
        self._empty_sets = np.flatnonzero(self._set_sizes == 0)
        self._single_valued = not len(self._set_sizes) or int(self._set_sizes.max()) <= 1
        self._sets_by_value = self._set_of_member.take(np.argsort(column.set_values, kind="stable"))
        self._value_starts = run_starts(np.bincount(column.set_values, minlength=len(self.values)))
        self._set_of_value = np.empty(len(self.values), np.intp)  # its only set, if documents have one value
        self._set_of_value[column.set_values] = self._set_of_member

    def __contains__(self, value: str) -> bool:
        return self.ordinal(value) is not None

    def ordinal(self, value: str) -> int | None:
        """The index of the value in `values`; None if no document has it."""
        return self._column.values.find(value)

    def count(self, doc_ids: Array) -> tuple[Array, int]:
        """How many of the documents have each value, and how many have none.

        Sets of values are counted first: there are fewer sets than documents, except in small results."""
        sets = values_at(self._column.sets, doc_ids)
        if len(doc_ids) < len(self._set_sizes) and not self._single_valued:
            return self._count_few(sets)
        times = np.bincount(sets, minlength=len(self._set_sizes))
        if self._single_valued:
            counts = times.take(self._set_of_value)
        else:
            of_values = np.append(0, times.take(self._sets_by_value).cumsum())
            counts = np.diff(of_values.take(self._value_starts))
        return counts, int(times.take(self._empty_sets).sum())

    def _count_few(self, sets: Array) -> tuple[Array, int]:
        """As `count`, from the members of each document's set."""
        sizes = self._set_sizes.take(sets)
        members = spread(self._column.set_starts.take(sets), sizes)
        counts = np.bincount(self._column.set_values.take(members), minlength=len(self.values))
        return counts, int(np.count_nonzero(sizes == 0))

    def containing(self, text: str) -> Array:
        """[values] which values contain the text, both folded."""
        folded = fold_words(text)
        return np.fromiter((folded in value for value in self._folded_values), bool, len(self.values))

    def beginning(self, prefix: str) -> Array:
        """[values] which values have a word that begins with the prefix, both folded."""
        folded = fold_words(prefix)
        return np.fromiter((begins_a_word(folded, value) for value in self._folded_values), bool, len(self.values))

    @cached_property
    def _folded_values(self) -> list[str]:
        return [*map(fold_words, self.values)]

    def matches(self, doc_ids: Array, values: Sequence[str], all_of: bool = False) -> Array:
        """Which of the documents have any of the values, or all of them."""
        combine = np.logical_and if all_of else np.logical_or
        sets = combine.reduce([self._sets_with(value) for value in values])
        matches: Array = sets.take(values_at(self._column.sets, doc_ids))
        return matches

    def _sets_with(self, value: str) -> Array:
        """[Z] which sets have this value."""
        sets = np.zeros(len(self._set_sizes), bool)
        ordinal = self._column.values.find(value)
        if ordinal is not None:
            sets[self._set_of_member[self._column.set_values == ordinal]] = True
        return sets
