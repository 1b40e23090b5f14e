"""Facets: how many of the filtered documents have each value of a field."""

from typing import Final, NamedTuple

import numpy as np

from search.analysis.folding import fold_words
from search.arrays import Array, top_indices
from search.request import SearchRequest
from search.results import Bucket, Facet
from search.searcher.filters import FilteredDocs
from search.searcher.index_reader import IndexReader
from search.searcher.keyword_counts import KeywordCounts, begins_a_word


class ValueFilter(NamedTuple):
    """Which values of a facet to list: those that contain a text, and that have a word with a prefix.

    `containing` also lists all selected values, `prefix` does not."""

    containing: str = ""
    prefix: str = ""


ALL_VALUES: Final = ValueFilter()


class FacetPage(NamedTuple):
    """A facet with the values of one page, and the number of values on all pages."""

    facet: Facet
    listed: int


def count_facet(reader: IndexReader, facet: str, filtered: FilteredDocs, request: SearchRequest) -> Facet:
    """The first page of the facet's values."""
    return facet_page(reader, facet, filtered, request).facet


def facet_page(
    reader: IndexReader,
    facet: str,
    filtered: FilteredDocs,
    request: SearchRequest,
    wanted: ValueFilter = ALL_VALUES,
    page: int = 1,
) -> FacetPage:
    """The selected values first, also those with no document, then the others; both by count, then by value.

    A page has `facet_size` values, the first one also all selected values.  `total_values` counts the wanted values
    that documents have.  Raises KeyError for an unknown facet."""
    column = reader.keywords[facet]
    counts, missing = column.count(filtered.counted_by(facet))
    return page_of_values(column, facet, counts, missing, request, wanted, page)


def page_of_values(
    column: KeywordCounts,
    facet: str,
    counts: Array,
    missing: int,
    request: SearchRequest,
    wanted: ValueFilter,
    page: int,
) -> FacetPage:
    """The page of a facet of which each value of the column has so many documents, and `missing` have no value."""
    selected = {value: column.ordinal(value) for value in _selected(request, facet, wanted)}
    buckets = [Bucket(value, 0 if i is None else int(counts[i]), selected=True) for value, i in selected.items()]
    buckets.sort(key=lambda bucket: (-bucket.count, bucket.value.encode()))
    counts = _counts_of_wanted(counts, column, wanted)
    present = np.flatnonzero(counts)
    start = max((page - 1) * request.facet_size, len(buckets)) if page > 1 else 0
    end = max(page * request.facet_size, len(buckets))
    values = buckets
    if end > len(buckets):
        # The values are sorted, so equal counts keep their order.
        top = present[top_indices(counts[present], end)].tolist()
        others = [Bucket(column.values[i], int(counts[i])) for i in top if column.values[i] not in selected]
        values = buckets + others[: end - len(buckets)]
    listed = len(buckets) + len(present) - sum(i is not None and bool(counts[i]) for i in selected.values())
    return FacetPage(Facet(facet, len(present), missing, tuple(values[start:end])), listed)


def _selected(request: SearchRequest, facet: str, wanted: ValueFilter) -> list[str]:
    """The selected values to list."""
    selected: tuple[str, ...] = getattr(request, facet)
    prefix = fold_words(wanted.prefix)
    return [value for value in dict.fromkeys(selected) if begins_a_word(prefix, fold_words(value))]


def _counts_of_wanted(counts: Array, column: KeywordCounts, wanted: ValueFilter) -> Array:
    """The counts, with 0 for values that are not wanted."""
    if wanted.containing:
        counts = np.where(column.containing(wanted.containing), counts, 0)
    if wanted.prefix:
        counts = np.where(column.beginning(wanted.prefix), counts, 0)
    return counts
