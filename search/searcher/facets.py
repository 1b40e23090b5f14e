"""Facets: how many of the filtered documents have each value of a field."""

import numpy as np

from search.arrays import top_indices
from search.request import SearchRequest
from search.results import Bucket, Facet
from search.searcher.filters import FilteredDocs
from search.searcher.index_reader import IndexReader


def count_facet(
    reader: IndexReader, facet: str, filtered: FilteredDocs, request: SearchRequest, containing: str = ""
) -> Facet:
    """The selected values first, also those with no document, then the others; both by count, then by value.

    At most `facet_size` values, unless more are selected.  With `containing`, `total_values` and the values that are
    not selected are those that contain it.  Raises KeyError for an unknown facet."""
    column = reader.keywords[facet]
    counts, missing = column.count(filtered.counted_by(facet))
    selected = getattr(request, facet)
    count_of = dict(zip(column.values, counts.tolist(), strict=True)) if selected else {}
    buckets = [Bucket(value, count_of.get(value, 0), selected=True) for value in dict.fromkeys(selected)]
    buckets.sort(key=lambda bucket: (-bucket.count, bucket.value.encode()))
    if containing:
        counts = np.where(column.containing(containing), counts, 0)
    if request.facet_size > len(buckets):
        present = np.flatnonzero(counts)
        # The values are sorted, so equal counts keep their order.
        top = present[top_indices(counts[present], request.facet_size)].tolist()
        others = [Bucket(column.values[i], int(counts[i])) for i in top if column.values[i] not in selected]
        buckets += others[: request.facet_size - len(buckets)]
    return Facet(facet, int(np.count_nonzero(counts)), missing, tuple(buckets))
