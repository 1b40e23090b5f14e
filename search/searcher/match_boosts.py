"""Scores exact word forms and term proximity, as bounded boost factors.

Each factor is from 1 to 1 + its weight in `Ranking`.  So positions are read only for documents that these boosts can
bring among the top docs.
"""

from functools import cached_property
from typing import Final

import numpy as np

from search.analysis.form_hash import form_hash
from search.arrays import Array
from search.boost_limits import MAX_DISTANCE
from search.query.nodes import Node
from search.query.query_words import adjacent_terms, included_words, plain_term
from search.schema import TEXT_FIELDS
from search.searcher.matcher import Matcher
from search.searcher.term_positions import DocumentPositions, TermPositions
from search.snapshot.segment import FIELD_COUNT

BOOST_WORK: Final = 20
"""How much longer it takes to read the positions of a term in a document than to match a posting."""

FIELD_SPAN: Final = 1 << 17
"""Twice the positions of a field: the end of one field is not near the start of the next."""


class MatchBoosts:
    """Boosts for the words and adjacent terms of one query."""

    def __init__(self, matcher: Matcher, root: Node) -> None:
        self._matcher = matcher
        self._reader = reader = matcher.reader
        self._term_number = matcher.term_number
        self.words = [w for w in included_words(root) if w.form is not None] if reader.ranking.exact else []
        self.pairs = adjacent_terms(root) if reader.ranking.proximity else []

    @property
    def max_boost(self) -> float:
        """The product of the largest factors."""
        boost = 1 + self._reader.ranking.exact if self.words else 1.0
        return boost * (1 + self._reader.ranking.proximity) if self.pairs else boost

    def factors(self, doc_ids: Array) -> list[Array]:
        """[doc_ids] the exact-form factors, then the proximity factors, of a doc set."""
        ranking = self._reader.ranking
        weighted = zip((ranking.exact, ranking.proximity), self.signals(doc_ids), strict=True)
        return [1 + weight * signal for weight, signal in weighted if signal is not None]

    def signals(self, doc_ids: Array) -> tuple[Array | None, Array | None]:
        """[doc_ids] the share of the query's words in exact form, and the mean proximity of its adjacent terms.

        Proximity is 1 for terms adjacent in query order and 1/2 for terms near each other.  A signal is None if its
        weight is 0 or if the query has no words for it."""
        self._matcher.work.add("words", BOOST_WORK * len(doc_ids) * len(self._term_positions))
        positions = DocumentPositions(self._reader, self._term_positions, doc_ids)
        return self._exactness(positions) if self.words else None, self._proximity(positions) if self.pairs else None

    @cached_property
    def _known_forms(self) -> list[tuple[int, int, int | None]]:
        """The term, form hash and field of each word whose term the index has."""
        known = []
        for word in self.words:
            term = plain_term(word)
            number = None if term is None else self._term_number(term.text)
            if number is not None and word.form is not None:
                field = None if word.field is None else TEXT_FIELDS.index(word.field)
                known.append((number, form_hash(word.form), field))
        return known

    @cached_property
    def _known_pairs(self) -> list[tuple[int, int]]:
        """The pairs of adjacent terms that the index has both of."""
        numbers = ((self._term_number(first.text), self._term_number(second.text)) for first, second in self.pairs)
        return [(first, second) for first, second in numbers if first is not None and second is not None]

    @cached_property
    def _term_positions(self) -> dict[int, TermPositions]:
        forms, pairs = self._known_forms, self._known_pairs
        terms = dict.fromkeys([term for term, _, _ in forms] + [term for pair in pairs for term in pair])
        return {term: self._matcher.positions(term) for term in terms}

    def _exactness(self, positions: DocumentPositions) -> Array:
        count = np.zeros(positions.doc_count)
        for term, form, field in self._known_forms:
            of_term = positions.term_slices[term]
            exact = positions.forms[of_term] == form
            if field is not None:
                exact &= positions.positions[of_term] % FIELD_COUNT == field
            has_form = np.zeros(positions.doc_count, bool)
            has_form[positions.doc_indices[of_term][exact]] = True
            count += has_form
        return count / len(self.words)

    def _proximity(self, positions: DocumentPositions) -> Array:
        if not self._known_pairs:
            return np.zeros(positions.doc_count)
        keys, targets, cells = self._aligned_keys(positions)
        # A distance of 0 is the word itself or a token joined with it, which is not near it.
        after = keys.take(keys.searchsorted(targets, "right"), mode="clip") - targets
        before = targets - keys.take(keys.searchsorted(targets) - 1, mode="clip")
        proximity = np.zeros(len(self._known_pairs) * positions.doc_count)
        proximity[cells[((after > 0) & (after <= MAX_DISTANCE)) | ((before > 0) & (before <= MAX_DISTANCE))]] = 0.5
        proximity[cells[after == 1]] = 1.0
        total: Array = proximity.reshape(len(self._known_pairs), -1).sum(axis=0)
        return total / len(self.pairs)

    def _aligned_keys(self, positions: DocumentPositions) -> tuple[Array, Array, Array]:
        """Three arrays: keys, target keys, and the cell [pair, document] of each target key, flat.

        A key encodes term, document, field and position; all keys ascend.  A target key encodes the second term of a
        pair at a position of the first: its distance to the next key is the distance of the two terms."""
        encoded = positions.positions.astype(np.int64)
        keys = (positions.doc_indices * FIELD_COUNT + encoded % FIELD_COUNT) * FIELD_SPAN + encoded // FIELD_COUNT
        term_span = positions.doc_count * FIELD_COUNT * FIELD_SPAN
        term_starts = {term: i * term_span for i, term in enumerate(positions.term_slices)}
        for term, of_term in positions.term_slices.items():
            keys[of_term] += term_starts[term]
        keys.sort()  # within each document only, so `doc_indices` still correspond
        targets, cells = [], []
        for i, (first, second) in enumerate(self._known_pairs):
            targets.append(keys[positions.term_slices[first]] + (term_starts[second] - term_starts[first]))
            cells.append(positions.doc_indices[positions.term_slices[first]] + i * positions.doc_count)
        return keys, np.concatenate(targets), np.concatenate(cells)
