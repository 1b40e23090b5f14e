"""Where words stand in some of the articles that have them."""

import numpy as np

from search.query.index import SearchableIndex
from search.query.sets import positions
from search.snapshot.arrays import Array


def runs(index: SearchableIndex, term: int, documents: Array) -> tuple[Array, Array]:
    """Where in `places` the term's places begin in each of `documents`, which all have it, and how many there are."""
    segment, postings = index.segment, index.postings(term)
    counts = segment.posting_places[postings]
    begins = np.cumsum(counts, dtype=np.int64) - counts + int(segment.place_starts[term])
    at = positions(documents, segment.posting_documents[postings], index.documents)
    return begins.take(at), counts.take(at)
