"""Term positions for a subset of documents."""

from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from search.arrays import Array, binary_search, spread
from search.searcher.doc_sets import indices_of
from search.searcher.index_reader import IndexReader

SUM_RATIO: Final = 24
"""With this many times fewer documents than postings, the runs between them are added instead of all runs."""

_NO_RUNS = (np.zeros(0, np.int64),) * 3


class TermPositions:
    """The positions of one term: a run of `Segment.positions` for each document."""

    def __init__(self, reader: IndexReader, term: int) -> None:
        segment, postings = reader.segment, reader.postings(term)
        self._doc_count = reader.doc_count
        self._first = int(segment.position_starts[term])
        self._doc_ids = segment.posting_docs[postings]
        self._counts = segment.position_counts[postings]

    @cached_property
    def _ends(self) -> Array:
        """The end of each document's run, relative to the term's first position."""
        return self._counts.cumsum(dtype=np.int64)

    def runs(self, doc_ids: Array) -> tuple[Array, Array]:
        """The start and the length of the run of each document; all the documents have the term."""
        return self._runs(indices_of(doc_ids, self._doc_ids, self._doc_count))

    def runs_among(self, doc_ids: Array) -> tuple[Array, Array, Array]:
        """The indices in `doc_ids` of the documents that have the term, and their `runs`."""
        postings, present = binary_search(doc_ids, self._doc_ids)
        indices = np.flatnonzero(present)
        return indices, *self._runs(postings.take(indices))

    def _runs(self, postings: Array) -> tuple[Array, Array]:
        counts = self._counts.take(postings)
        return self._ends_of(postings) - counts + self._first, counts

    def _ends_of(self, postings: Array) -> Array:
        """The ends of the runs of these postings, which ascend."""
        if len(postings) * SUM_RATIO > len(self._counts):
            return self._ends.take(postings)
        if not len(postings):
            return np.zeros(0, np.int64)
        starts = np.append(0, postings[:-1] + 1)
        return np.add.reduceat(self._counts[: postings[-1] + 1], starts, dtype=np.int64).cumsum()


class DocumentPositions:
    """All positions of some terms in some documents, sorted by term, document and position.

    `term_slices` are the terms' slices of the arrays.  `doc_indices` are indices in `doc_ids`; `positions` and `forms`
    are as in `Segment.positions` and `Segment.position_forms`."""

    def __init__(self, reader: IndexReader, terms: Mapping[int, TermPositions], doc_ids: Array) -> None:
        runs = [positions.runs_among(doc_ids) for positions in terms.values()]
        indices, starts, counts = map(np.concatenate, zip(_NO_RUNS, *runs, strict=True))
        selected = spread(starts, counts)
        ends = accumulate((int(counts.sum()) for _, _, counts in runs), initial=0)
        self.doc_count = len(doc_ids)
        self.term_slices = {term: slice(*bounds) for term, bounds in zip(terms, pairwise(ends), strict=True)}
        self.doc_indices = indices.repeat(counts)
        self.positions = reader.segment.positions.take(selected)
        self.forms = reader.segment.position_forms.take(selected)
