"""Filters: dates, ids, URLs, and the whole values of facets."""

from collections.abc import Sequence
from functools import reduce
from operator import and_

import numpy as np

from search.arrays import Array
from search.request import SearchRequest
from search.searcher.doc_sets import indices_of, intersection
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs


class FilteredDocs:
    """The matched documents that pass a request's filters, and for each facet the documents that it counts.

    A facet ignores its own filter: the counts of its other values say what selecting them as well would add.  With
    `<facet>_op=all` it keeps its filter, and the counts say what would be left.  Exclusions always hold."""

    def __init__(
        self, reader: IndexReader, matched: MatchedDocs, request: SearchRequest, count_partial: bool = False
    ) -> None:
        """`count_partial`: partial matches are counted if the query has no full match, before filters."""
        candidates = matched.where(_in_time(reader, matched.doc_ids, request))
        for field, values in request.lookups.items():
            candidates = candidates.where(_looked_up(reader, candidates.doc_ids, field, values))
        for facet, values in request.excluded.items():
            candidates = candidates.where(~reader.keywords[facet].matches(candidates.doc_ids, values))
        self._candidates = candidates
        self._counts_full = matched.full_matches > 0 or not count_partial
        self._passing = {
            facet: reader.keywords[facet].matches(candidates.doc_ids, values, request.needs_all(facet))
            for facet, values in request.filters.items()
        }
        self._kept_by_own_facet = frozenset(facet for facet in self._passing if request.needs_all(facet))
        self.matched = candidates.where(self._passing_all())

    @property
    def counted(self) -> Array:
        """The ids of the documents that are counted."""
        return self._counted(self.matched)

    def counted_by(self, facet: str) -> Array:
        """The ids of the documents that a facet counts."""
        if facet in self._passing and facet not in self._kept_by_own_facet:
            return self._counted(self._candidates.where(self._passing_all(except_for=facet)))
        return self.counted

    def _counted(self, matched: MatchedDocs) -> Array:
        return matched.full().doc_ids if self._counts_full else matched.doc_ids

    def _passing_all(self, except_for: str | None = None) -> Array | slice:
        """Selects the candidates that pass every facet's filter."""
        masks = [mask for facet, mask in self._passing.items() if facet != except_for]
        return reduce(and_, masks) if masks else slice(None)


def _looked_up(reader: IndexReader, doc_ids: Array, field: str, values: Sequence[str]) -> Array:
    """The indices of the ascending ids whose documents have one of the identifying values."""
    found = intersection(reader.lookups.find(field, values).doc_ids, doc_ids, reader.doc_count)
    return indices_of(found, doc_ids, reader.doc_count)


def _in_time(reader: IndexReader, doc_ids: Array, request: SearchRequest) -> slice:
    """The range of the ascending ids whose documents were published within the request's dates."""
    if request.since is None and request.until is None:
        return slice(None)
    window = np.array(reader.window(request.since, request.until), doc_ids.dtype)
    return slice(*np.searchsorted(doc_ids, window).tolist())
