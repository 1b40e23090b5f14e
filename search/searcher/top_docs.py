"""Sorts documents by date or heat."""

import numpy as np

from search.request import Sort
from search.searcher.doc_sets import column_of
from search.searcher.index_reader import IndexReader
from search.snapshot.arrays import Array
from search.snapshot.segment import UNDATED
from search.snapshot.top_indices import top_indices


def keys(index: IndexReader, documents: Array, sort: Sort) -> Array:
    """By what the documents are sorted, where that is not relevance: largest first, equal ones as they are numbered."""
    if sort == "heat":
        # Unknown heat is the smallest number there is; 64 bits let it be negated.
        return column_of(index.segment.heat, documents).astype(np.int64)
    if sort == "oldest":
        published = column_of(index.segment.published, documents)
        # Undated articles come last here, too; UNDATED has no negative, but its successor has.
        return np.where(published == UNDATED, UNDATED + 1, -published)
    return np.zeros(len(documents), np.int64)


def page_of(index: IndexReader, doc_ids: Array, sort: Sort, offset: int, count: int) -> Array:
    """At most `count` documents of a doc set in the order of `sort`, after the first `offset`."""
    if sort in {"heat", "oldest"}:
        return doc_ids[top_indices(keys(index, doc_ids, sort), offset + count)[offset:]]
    return doc_ids[offset : offset + count]
