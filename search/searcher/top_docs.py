"""Sorts documents by date or heat."""

import numpy as np

from search.request import Sort
from search.searcher.doc_sets import values_at
from search.searcher.index_reader import IndexReader
from search.snapshot.arrays import Array
from search.snapshot.segment import UNDATED
from search.snapshot.top_indices import top_indices


def sort_keys(reader: IndexReader, doc_ids: Array, sort: Sort) -> Array:
    """[doc_ids] the keys of any sort but relevance: largest first, ties by doc id."""
    if sort == "heat":
        # Unknown heat is the smallest 32-bit number, which has a negative in 64 bits only.
        return values_at(reader.segment.heat, doc_ids).astype(np.int64)
    if sort == "oldest":
        published = values_at(reader.segment.published, doc_ids)
        # Undated articles come last.  UNDATED has no negative number, UNDATED + 1 has.
        return np.where(published == UNDATED, UNDATED + 1, -published)
    return np.zeros(len(doc_ids), np.int64)


def page_of(reader: IndexReader, doc_ids: Array, sort: Sort, offset: int, count: int) -> Array:
    """At most `count` documents of a doc set in the order of `sort`, after the first `offset`."""
    if sort in {"heat", "oldest"}:
        return doc_ids[top_indices(sort_keys(reader, doc_ids, sort), offset + count)[offset:]]
    return doc_ids[offset : offset + count]
