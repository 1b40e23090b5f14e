"""The body of the request that answers a search: the query, filters, facets, order and page."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from search.opensearch.facets import MOST_EXACT, aggregations
from search.opensearch.filters import Filters, filters_of
from search.opensearch.query_dsl import Query
from search.request import SearchRequest
from search.schema import Sort

NEWEST_FIRST: Final[list[Query]] = [
    {"published": {"order": "desc", "missing": "_last"}}, {"id": {"order": "asc"}}
]  # fmt: skip
BEST_FIRST: Final[list[Query]] = [{"_score": {"order": "desc"}}, *NEWEST_FIRST]
_ORDERS: Final[dict[Sort, list[Query]]] = {
    "relevance": BEST_FIRST,
    "newest": NEWEST_FIRST,
    "oldest": [{"published": {"order": "asc", "missing": "_last"}}, NEWEST_FIRST[1]],
    "heat": [{"heat": {"order": "desc", "missing": "_last"}}, *NEWEST_FIRST],
}
"""Every order keeps that of the newest articles for ties."""

_WRONG_DATES: Final = "doc['published'].size() == 0 ? 2 : doc['published'].value >= params.ahead ? 1 : 0"
"""Sorts articles with right dates first, then those dated too far ahead, then undated ones."""

ARTICLE: Final[Mapping[str, Any]] = {"_source": ["article"], "docvalue_fields": ["story"]}
"""What a search reads of each article: a `FoundArticle`."""


def search_body(
    request: SearchRequest, query: Query, order: Sort, ahead: int | None = None, long_facets: Collection[str] = ()
) -> dict[str, Any]:
    """One page of the articles that match the query, with facets.

    Facets ignore filters of their own, so these are applied to the hits only (`post_filter`).  `ahead`: the time from
    which dates are wrong, in seconds since 1970; None if no article has such a date.  `long_facets`: those with more
    than `MOST_LISTED` values."""
    filters = filters_of(request)
    scored = order == "relevance"
    body: dict[str, Any] = {
        "query": _within(query, filters.common, scored),
        "post_filter": _selected(filters),
        "aggs": aggregations(request, filters, long_facets),
        "sort": sort_of(order, ahead),
        "track_scores": scored,
        "track_total_hits": True,
        "from": request.offset,
        "size": request.per_page,
        **ARTICLE,
    }
    if request.collapse == "story":
        body["collapse"] = {"field": "story"}
        stories = {"cardinality": {"field": "story", "precision_threshold": MOST_EXACT}}
        body["aggs"]["stories"] = {"filter": _selected(filters), "aggs": {"stories": stories}}
    return body


def count_body(request: SearchRequest, query: Query, aggregations: dict[str, Any]) -> dict[str, Any]:
    """Counts the articles that match the query and pass all filters, with these aggregations."""
    return {**counting(filtered_query(request, query, "newest")), "aggs": aggregations}


def counting(*queries: Query) -> dict[str, Any]:
    """Counts the articles that match all the queries."""
    return {"query": {"bool": {"filter": list(queries)}}, "size": 0, "track_total_hits": True}


def filtered_query(request: SearchRequest, query: Query, order: Sort) -> Query:
    """The query with all filters of the request; scored if the order is by relevance."""
    filters = filters_of(request)
    return _within(query, [*filters.common, *filters.by_facet.values()], order == "relevance")


def _selected(filters: Filters) -> Query:
    return {"bool": {"filter": list(filters.by_facet.values())}}


def sort_of(order: Sort, ahead: int | None) -> list[Query]:
    """The order of articles.  `ahead`: as in `search_body`."""
    if order != "newest" or ahead is None:
        return _ORDERS[order]
    script = {"source": _WRONG_DATES, "params": {"ahead": ahead}}
    return [{"_script": {"type": "number", "script": script, "order": "asc"}}, *NEWEST_FIRST]


def _within(query: Query, filters: Sequence[Query], scored: bool) -> Query:
    if scored:
        return {"bool": {"must": [query], "filter": filters}}
    return {"bool": {"filter": [query, *filters]}}
