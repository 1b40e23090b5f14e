"""Facets: how many of the filtered documents have each value of a field."""

from collections.abc import Sequence

import numpy as np

from search.request import SearchRequest
from search.results import Bucket, Facet
from search.searcher.filters import FilteredDocs
from search.searcher.index_reader import IndexReader
from search.snapshot.top_indices import top_indices


def count_facet(reader: IndexReader, facet: str, filtered: FilteredDocs, request: SearchRequest) -> Facet:
    """The selected values first, also those with no document, then the others; both by count, then by value.

    At most `facet_size` values, unless more are selected.  Raises KeyError for an unknown facet."""
    column = reader.keywords[facet]
    counts, missing = column.count(filtered.counted_by(facet))
    selected = request.filters.get(facet, ())
    buckets = _selected(selected, column.values, counts)
    if request.facet_size > len(buckets):
        present = np.flatnonzero(counts)
        # The values are sorted, so equal counts keep their order.
        for ordinal in present[top_indices(counts[present], request.facet_size)].tolist():
            if len(buckets) >= request.facet_size:
                break
            if column.values[ordinal] not in selected:
                buckets.append(Bucket(column.values[ordinal], int(counts[ordinal])))
    return Facet(facet, int(np.count_nonzero(counts)), missing, tuple(buckets))


def _selected(selected: Sequence[str], values: Sequence[str], counts: np.ndarray) -> list[Bucket]:
    ordinals = {value: ordinal for ordinal, value in enumerate(values)} if selected else {}
    buckets = [
        Bucket(value, int(counts[ordinals[value]]) if value in ordinals else 0, selected=True)
        for value in dict.fromkeys(selected)
    ]
    return sorted(buckets, key=lambda bucket: (-bucket.count, bucket.value.encode()))
