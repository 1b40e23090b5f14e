"""How close an article is to the query as it was typed: its words in the very form, side by side.

Both are factors from 1 to 1 + their weight, so that an article need only be looked at closely where that could bring it
among the best.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Final

import numpy as np

from search.analysis import FIELDS
from search.analysis.form_hash import form_hash
from search.query.nodes import Node
from search.query.query_words import adjacent_terms, included_words, plain_term
from search.searcher.index_reader import IndexReader
from search.searcher.term_positions import DocumentPositions, TermPositions
from search.snapshot.arrays import Array
from search.snapshot.segment import FIELD_COUNT

NEAR: Final = 3
"""Words this many positions apart, in either order, are half as close as in a row."""

_FIELD: Final = 1 << 17
"""More than a field has positions, and as many again: the end of one is not near the beginning of the next."""

Number = Callable[[str], int | None]


class MatchBoosts:
    """Looks at articles for one query."""

    def __init__(self, index: IndexReader, root: Node, number: Number) -> None:
        self._index = index
        self._number = number
        self.words = [w for w in included_words(root) if w.form is not None] if index.ranking.exact else []
        self.pairs = adjacent_terms(root) if index.ranking.proximity else []

    @property
    def most(self) -> float:
        """No factor is larger."""
        most = 1 + self._index.ranking.exact if self.words else 1.0
        return most * (1 + self._index.ranking.proximity) if self.pairs else most

    def factors(self, documents: Array) -> list[Array]:
        """For each of the documents, which ascend: the factor of exact words, then that of words side by side."""
        ranking = self._index.ranking
        weighted = zip((ranking.exact, ranking.proximity), self.shares(documents), strict=True)
        return [1 + weight * share for weight, share in weighted if share is not None]

    def shares(self, documents: Array) -> tuple[Array | None, Array | None]:
        """For each of the documents, which ascend: which share of the query's words it has as typed; and the mean over
        neighbouring words of how close it has them, 1 in a row, 1/2 near.  None where nothing is to be looked for."""
        standing = DocumentPositions(self._index, self._places, documents)
        return self._exact(standing) if self.words else None, self._near(standing) if self.pairs else None

    @cached_property
    def _typed(self) -> list[tuple[int, int, int | None]]:
        """Of each word that the archive has: its term, the mark of its form, and its field, if it must be in one."""
        found = []
        for word in self.words:
            term = plain_term(word)
            number = None if term is None else self._number(term.text)
            if number is not None and word.form is not None:
                found.append((number, form_hash(word.form), None if word.field is None else FIELDS.index(word.field)))
        return found

    @cached_property
    def _beside(self) -> list[tuple[int, int]]:
        """The terms of each of the pairs, of which the archive has both."""
        numbers = ((self._number(first.text), self._number(second.text)) for first, second in self.pairs)
        return [(first, second) for first, second in numbers if first is not None and second is not None]

    @cached_property
    def _places(self) -> dict[int, TermPositions]:
        """Of all terms of those."""
        terms = dict.fromkeys([term for term, _, _ in self._typed] + [term for pair in self._beside for term in pair])
        return {term: TermPositions(self._index, term) for term in terms}

    def _exact(self, standing: DocumentPositions) -> Array:
        count = np.zeros(standing.documents)
        for term, mark, field in self._typed:
            run = standing.runs[term]
            right = standing.forms[run] == mark
            if field is not None:
                right &= standing.positions[run] % FIELD_COUNT == field
            has = np.zeros(standing.documents, bool)
            has[standing.at[run][right]] = True
            count += has
        return count / len(self.words)

    def _near(self, standing: DocumentPositions) -> Array:
        if not self._beside:
            return np.zeros(standing.documents)
        all_, here, cell = self._aligned(standing)
        # At the same position stands the word itself, or what it is joined with: that is not beside it.
        ahead = all_.take(all_.searchsorted(here, "right"), mode="clip") - here
        behind = here - all_.take(all_.searchsorted(here) - 1, mode="clip")
        nearness = np.zeros(len(self._beside) * standing.documents)
        nearness[cell[((ahead > 0) & (ahead <= NEAR)) | ((behind > 0) & (behind <= NEAR))]] = 0.5
        nearness[cell[ahead == 1]] = 1.0
        total: Array = nearness.reshape(len(self._beside), -1).sum(axis=0)
        return total / len(self.pairs)

    def _aligned(self, standing: DocumentPositions) -> tuple[Array, Array, Array]:
        """A number for every place, ascending, that tells term, document, field and position; one for every place of
        the first term of each pair, moved to where the second one's would be at the same position; and for each of
        those which pair and document that is of, counted through."""
        place = standing.positions.astype(np.int64)
        numbers = (standing.at * FIELD_COUNT + place % FIELD_COUNT) * _FIELD + place // FIELD_COUNT
        row = {term: index * standing.documents * FIELD_COUNT * _FIELD for index, term in enumerate(standing.runs)}
        for term, run in standing.runs.items():
            numbers[run] += row[term]
        numbers.sort()  # which leaves each document's together, hence `at` as it is
        moved, cells = [], []
        for number, (first, second) in enumerate(self._beside):
            moved.append(numbers[standing.runs[first]] + (row[second] - row[first]))
            cells.append(standing.at[standing.runs[first]] + number * standing.documents)
        return numbers, np.concatenate(moved), np.concatenate(cells)
