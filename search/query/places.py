"""Where a term stands in some of the articles that have it."""

from functools import cached_property

import numpy as np

from search.query.index import SearchableIndex
from search.query.sets import positions, within
from search.snapshot.arrays import Array, spread


class Places:
    """The places of one term, by document."""

    def __init__(self, index: SearchableIndex, term: int) -> None:
        segment, postings = index.segment, index.postings(term)
        self._size = index.documents
        self._first = int(segment.place_starts[term])
        self._documents = segment.posting_documents[postings]
        self._counts = segment.posting_places[postings]

    @cached_property
    def _begins(self) -> Array:
        return np.cumsum(self._counts, dtype=np.int64) - self._counts + self._first

    def runs(self, documents: Array) -> tuple[Array, Array]:
        """Where in `Segment.places` the places in each of `documents`, which all have the term, begin, and how many
        there are."""
        at = positions(documents, self._documents, self._size)
        return self._begins.take(at), self._counts.take(at)

    def among(self, documents: Array) -> tuple[Array, Array]:
        """For every place in any of `documents`: which of them that is in, and the index into `Segment.places`."""
        holding = within(documents, self._documents)
        begins, counts = self.runs(documents.take(holding))
        return np.repeat(holding, counts), spread(begins, counts)
