"""The body of the request that answers a search: the query, filters, facets, order and page."""

from collections.abc import Sequence
from typing import Any, Final

from search.opensearch.facets import aggregations
from search.opensearch.filters import filters_of
from search.opensearch.query_dsl import Query
from search.request import SearchRequest
from search.schema import Sort

_NEWEST: Final = [{"published": {"order": "desc", "missing": "_last"}}, {"id": {"order": "asc"}}]
_ORDERS: Final[dict[Sort, list[Query]]] = {
    "relevance": [{"_score": {"order": "desc"}}, *_NEWEST],
    "newest": _NEWEST,
    "oldest": [{"published": {"order": "asc", "missing": "_last"}}, _NEWEST[1]],
    "heat": [{"heat": {"order": "desc", "missing": "_last"}}, *_NEWEST],
}
"""Every order keeps that of the newest articles for ties."""

_WRONG_DATES: Final = "doc['published'].size() == 0 ? 2 : doc['published'].value >= params.ahead ? 1 : 0"
"""Sorts articles with right dates first, then those dated too far ahead, then undated ones."""


def search_body(request: SearchRequest, query: Query, order: Sort, ahead: int | None = None) -> dict[str, Any]:
    """One page of the articles that match the query, with facets.

    Facets ignore filters of their own, so these are applied to the hits only (`post_filter`).  `ahead`: the time from
    which dates are wrong, in seconds since 1970; None if no article has such a date."""
    filters = filters_of(request)
    scored = order == "relevance"
    return {
        "query": _within(query, filters.common, scored),
        "post_filter": {"bool": {"filter": list(filters.by_facet.values())}},
        "aggs": aggregations(request, filters),
        "sort": _sort(order, ahead),
        "track_scores": scored,
        "track_total_hits": True,
        "from": request.offset,
        "size": request.per_page,
        "_source": ["article"],
    }


def _sort(order: Sort, ahead: int | None) -> list[Query]:
    if order != "newest" or ahead is None:
        return _ORDERS[order]
    script = {"source": _WRONG_DATES, "params": {"ahead": ahead}}
    return [{"_script": {"type": "number", "script": script, "order": "asc"}}, *_NEWEST]


def _within(query: Query, filters: Sequence[Query], scored: bool) -> Query:
    if scored:
        return {"bool": {"must": [query], "filter": filters}}
    return {"bool": {"filter": [query, *filters]}}
