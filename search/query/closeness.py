"""How close an article is to the query as it was typed: its words in the very form, side by side.

Both are factors from 1 to 1 + their weight, so that an article need only be looked at closely where that could bring it
among the best.
"""

from collections.abc import Callable

import numpy as np

from search.query.index import SearchableIndex
from search.query.places import Places
from search.query.syntax import Node, Term, Word
from search.query.typed import neighbours, term_of, words
from search.snapshot.arrays import Array
from search.snapshot.segment import FIELD_COUNT
from search.text import FIELDS
from search.text.forms import form_mark

NEAR = 3
"""Words this many positions apart, in either order, are half as close as in a row."""

Number = Callable[[str], int | None]


class Closeness:
    """Looks at articles for one query."""

    def __init__(self, index: SearchableIndex, root: Node, number: Number) -> None:
        self._index = index
        self._number = number
        self._places: dict[int, Places] = {}
        self.words = [w for w in words(root) if w.form is not None] if index.ranking.exact else []
        self.pairs = neighbours(root) if index.ranking.proximity else []

    @property
    def most(self) -> float:
        """No factor is larger."""
        most = 1 + self._index.ranking.exact if self.words else 1.0
        return most * (1 + self._index.ranking.proximity) if self.pairs else most

    def factors(self, documents: Array) -> list[Array]:
        """For each of the documents, which ascend: the factor of exact words, then that of words side by side."""
        ranking, found = self._index.ranking, []
        if self.words:
            found.append(1 + ranking.exact * self.exact(documents))
        if self.pairs:
            found.append(1 + ranking.proximity * self.near(documents))
        return found

    def exact(self, documents: Array) -> Array:
        """Which share of the query's words each document has as typed."""
        count = np.zeros(len(documents))
        for word in self.words:
            count += self._as_typed(word, documents)
        return count / max(1, len(self.words))

    def near(self, documents: Array) -> Array:
        """The mean over the query's neighbouring words of how close each document has them: 1 in a row, 1/2 near."""
        total = np.zeros(len(documents))
        for first, second in self.pairs:
            total += self._nearness(first, second, documents)
        return total / max(1, len(self.pairs))

    def _as_typed(self, word: Word, documents: Array) -> Array:
        term = term_of(word)
        number = None if term is None else self._number(term.text)
        exact = np.zeros(len(documents), bool)
        if number is None or word.form is None:
            return exact
        at, places = self._among(number, documents)
        right = self._index.segment.place_forms.take(places) == form_mark(word.form)
        if word.field is not None:
            right &= self._index.segment.places.take(places) % FIELD_COUNT == FIELDS.index(word.field)
        exact[at[right]] = True
        return exact

    def _nearness(self, first: Term, second: Term, documents: Array) -> Array:
        numbers = self._number(first.text), self._number(second.text)
        nearness = np.zeros(len(documents))
        if numbers[0] is None or numbers[1] is None:
            return nearness
        at, here = self._positions(numbers[0], documents)
        _, there = self._positions(numbers[1], documents)
        if not len(here) or not len(there):
            return nearness
        after = np.searchsorted(there, here, side="right")
        ahead = there.take(np.minimum(after, len(there) - 1)) - here
        # At the same position stands the word itself, or what it is joined with: that is not beside it.
        before = np.searchsorted(there, here)
        behind = here - there.take(np.maximum(before, 1) - 1)
        near = ((ahead > 0) & (ahead <= NEAR)) | ((behind > 0) & (behind <= NEAR))
        np.maximum.at(nearness, at[near], 0.5)
        nearness[at[ahead == 1]] = 1.0
        return nearness

    def _among(self, term: int, documents: Array) -> tuple[Array, Array]:
        if term not in self._places:
            self._places[term] = Places(self._index, term)
        return self._places[term].among(documents)

    def _positions(self, term: int, documents: Array) -> tuple[Array, Array]:
        """For every place of the term in the documents: which document that is of, and an ascending number that tells
        document, field and position, with room between fields."""
        at, places = self._among(term, documents)
        place = self._index.segment.places.take(places).astype(np.int64)
        width = (int(np.iinfo(self._index.segment.places.dtype).max) // FIELD_COUNT) + 2 * NEAR + 1
        numbers = (at * FIELD_COUNT + place % FIELD_COUNT) * width + place // FIELD_COUNT
        order = np.argsort(numbers, kind="stable")
        return at[order], numbers[order]
