"""Translates the filters of a request: dates, ids, URLs, and the whole values of facets."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from search.opensearch.query_dsl import Query, any_query
from search.request import SearchRequest

LOOKUP_FIELDS = {"id": "id", "url": "links"}


_NEVER: Final[Query] = {"term": {"url_key": "none"}}
"""Matches no article, which OpenSearch does not know in advance.

A shard without an article in a range of dates would leave out the whole query, and its statistics of terms: a filter by
date would change scores."""


class Filters(NamedTuple):
    """The filters of a request as queries.

    `common`: dates, ids, URLs and exclusions.  `by_facet`: the values to include, of each facet with any.  `kept`: the
    facets whose counts their own filter limits, too: those of which an article must have all values."""

    common: tuple[Query, ...]
    by_facet: dict[str, Query]
    kept: frozenset[str]

    def counted_by(self, facet: str) -> list[Query]:
        """The filters of included values that limit the counts of a facet: all but its own."""
        return [query for name, query in self.by_facet.items() if name != facet or name in self.kept]


def filters_of(request: SearchRequest) -> Filters:
    by_facet = {name: _included(request, name, values) for name, values in request.filters.items()}
    kept = frozenset(name for name in by_facet if request.needs_all(name))
    return Filters(tuple(_common(request)), by_facet, kept)


def published_between(since: datetime | None, until: datetime | None) -> Query:
    """Published from `since` to before `until`.  Times are whole seconds: a fraction is rounded up."""
    limits = {"gte": since, "lt": until}
    within = {"range": {"published": {key: math.ceil(limit.timestamp()) for key, limit in limits.items() if limit}}}
    return any_query([within, _NEVER])


def facet_field(facet: str) -> str:
    return f"facet_{facet}"


def with_any_value(facet: str, values: Sequence[str]) -> Query:
    return {"terms": {facet_field(facet): list(values)}}


def _included(request: SearchRequest, facet: str, values: Sequence[str]) -> Query:
    if request.needs_all(facet):
        return {"bool": {"filter": [with_any_value(facet, (value,)) for value in values]}}
    return with_any_value(facet, values)


def _common(request: SearchRequest) -> Iterator[Query]:
    if request.since is not None or request.until is not None:
        yield published_between(request.since, request.until)
    for field, values in request.lookups.items():
        yield {"terms": {LOOKUP_FIELDS[field]: list(values)}}
    for facet, values in request.excluded.items():
        yield {"bool": {"must_not": [with_any_value(facet, values)]}}
