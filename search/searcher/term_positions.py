"""Where terms stand in some of the articles that have them."""

from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np

from search.searcher.doc_sets import positions
from search.searcher.index_reader import IndexReader
from search.snapshot.arrays import Array, looked_for, spread

_NOWHERE = (np.zeros(0, np.int64),) * 3


class TermPositions:
    """The places of one term, by document."""

    def __init__(self, index: IndexReader, term: int) -> None:
        segment, postings = index.segment, index.postings(term)
        self._size = index.documents
        self._first = int(segment.position_starts[term])
        self._documents = segment.posting_docs[postings]
        self._counts = segment.position_counts[postings]

    @cached_property
    def _ends(self) -> Array:
        """Where the places in each of the term's documents end, from its own first place."""
        return self._counts.cumsum(dtype=np.int64)

    def runs(self, documents: Array) -> tuple[Array, Array]:
        """Where in `Segment.places` the places in each of `documents`, which all have the term, begin, and how many
        there are."""
        return self._runs(positions(documents, self._documents, self._size))

    def among(self, documents: Array) -> tuple[Array, Array, Array]:
        """Which of `documents`, by their positions, have the term, and the `runs` of those."""
        at, there = looked_for(documents, self._documents)
        having = np.flatnonzero(there)
        return having, *self._runs(at.take(having))

    def _runs(self, at: Array) -> tuple[Array, Array]:
        counts = self._counts.take(at)
        return self._ends.take(at) - counts + self._first, counts


class DocumentPositions:
    """Every place of some terms in some documents, term by term, and of each in the order of documents and places."""

    def __init__(self, index: IndexReader, terms: Mapping[int, TermPositions], documents: Array) -> None:
        found = [places.among(documents) for places in terms.values()]
        having, begins, counts = map(np.concatenate, zip(_NOWHERE, *found, strict=True))
        where = spread(begins, counts)
        ends = accumulate((int(counts.sum()) for _, _, counts in found), initial=0)
        self.documents = len(documents)
        self.runs = {term: slice(*bounds) for term, bounds in zip(terms, pairwise(ends), strict=True)}
        """of each term, where its places stand below"""
        self.at = having.repeat(counts)
        """in which of the documents, by its position, each place is"""
        self.positions = index.segment.positions.take(where)
        """as in `Segment.places`"""
        self.forms = index.segment.position_forms.take(where)
        """as in `Segment.position_forms`"""
