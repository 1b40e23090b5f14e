"""Counts facets by aggregations.  The counts are exact across shards."""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np

from search.arrays import Array
from search.opensearch.filters import Filters, facet_field, filters_of
from search.opensearch.query_dsl import Query
from search.request import SearchRequest
from search.results import Bucket, Facet

ALL_ON_EACH_SHARD: Final = 65_535
"""How many values a shard reports.  With fewer values than this in the archive, no count misses a shard."""

MOST_LISTED: Final = 1_000
"""Up to so many different values are counted one by one, more by HyperLogLog++."""

_NO_VALUES: Final[Mapping[str, Any]] = {"buckets": []}

MOST_EXACT: Final = 40_000
"""The highest precision threshold of HyperLogLog++: fewer different values are counted almost exactly."""


def aggregations(request: SearchRequest, filters: Filters, long: Collection[str] = ()) -> dict[str, Any]:
    """The aggregations that count the facets of a request.  `long`: facets with more than `MOST_LISTED` values."""
    return {facet: _aggregation(facet, request, filters, facet in long) for facet in request.facets}


def facet_of(facet: str, request: SearchRequest, answer: dict[str, Any]) -> Facet:
    """The facet in the answer to its aggregation: selected values first, also without articles, then by count, which is
    the order of the answer."""
    counts = counts_in(answer["values"]) | counts_in(answer.get("selected", _NO_VALUES))
    selected = [Bucket(value, counts.pop(value, 0), selected=True) for value in dict.fromkeys(getattr(request, facet))]
    buckets = sorted(selected, key=_rank)
    buckets += [Bucket(*each) for each in islice(counts.items(), max(0, request.facet_size - len(buckets)))]
    return Facet(facet, _different_values(answer), answer["missing"]["doc_count"], tuple(buckets))


def all_values(facet: str, request: SearchRequest) -> dict[str, Any]:
    """The aggregation that counts every value of a facet."""
    field, filters = facet_field(facet), filters_of(request)
    return {
        "filter": {"bool": {"filter": filters.counted_by(facet)}},
        "aggs": {"values": every_value(field), "missing": {"missing": {"field": field}}},
    }


def counted_values(values: Sequence[str], answer: dict[str, Any]) -> tuple[Array, int]:
    """[values] the number of articles with each value, and of those with none, in the answer to `all_values`."""
    counts = counts_in(answer["values"])
    return np.array([counts.get(value, 0) for value in values], np.int64), answer["missing"]["doc_count"]


def every_value(field: str) -> Query:
    """The aggregation that counts every value of a field; above `ALL_ON_EACH_SHARD`, the most frequent ones."""
    return _terms(field, ALL_ON_EACH_SHARD)


def counts_in(answer: Mapping[str, Any]) -> dict[Any, int]:
    """Value → the number of articles with it, in the answer to an aggregation by values."""
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}


def _aggregation(facet: str, request: SearchRequest, filters: Filters, is_long: bool) -> dict[str, Any]:
    field, selected = facet_field(facet), list(getattr(request, facet))
    counted = {
        "values": _terms(field, max(request.facet_size + len(selected), MOST_LISTED)),
        "missing": {"missing": {"field": field}},
    }
    if is_long:
        counted["different"] = {"cardinality": {"field": field, "precision_threshold": MOST_EXACT}}
        if selected:
            counted["selected"] = _terms(field, len(selected), include=selected)
    return {"filter": {"bool": {"filter": filters.counted_by(facet)}}, "aggs": counted}


def _terms(field: str, size: int, **others: Sequence[str]) -> Query:
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": field, "size": size, "shard_size": ALL_ON_EACH_SHARD, "order": order, **others}}


def _different_values(answer: dict[str, Any]) -> int:
    listed, more = len(answer["values"]["buckets"]), answer["values"]["sum_other_doc_count"]
    different: int = answer["different"]["value"] if more else listed
    return different


def _rank(bucket: Bucket) -> tuple[int, bytes]:
    return -bucket.count, bucket.value.encode()
