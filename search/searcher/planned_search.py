"""Answers a request whose query is planned: filters, sorts, counts facets and makes hits."""

from search.query.nodes import Node
from search.query.query_words import is_scored
from search.request import SearchRequest, Sort
from search.results import FacetResults, Relaxed, SearchResults
from search.searcher.collector import Collector
from search.searcher.facets import ValueFilter, count_facet, facet_page
from search.searcher.filters import FilteredDocs
from search.searcher.hits import hits
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs
from search.searcher.query_plan import QueryPlan
from search.searcher.recent import count_recent
from search.searcher.story_collapse import collapsed
from search.searcher.timeline import Timelines


def search_planned(
    reader: IndexReader, timelines: Timelines, plan: QueryPlan, request: SearchRequest, count_partial: bool
) -> SearchResults:
    """One page of the results of a plan.  `count_partial`: as in `search.engine.Engine.search`."""
    order = order_in_force(plan.root, request)
    matched = listed(plan, order)
    filtered = FilteredDocs(reader, matched, request, count_partial)
    on_pages = filtered.matched
    collector = Collector(plan.evaluator, plan.root, on_pages, order)
    if request.collapse == "story":
        on_pages = collapsed(reader, on_pages, collector)
        collector = Collector(plan.evaluator, plan.root, on_pages, order)
    page = collector.page(request.offset, request.per_page)
    return SearchResults(
        total=filtered.matched.full_matches,
        hits=hits(reader, plan, collector, page, request),
        facets=tuple(count_facet(reader, facet, filtered, request) for facet in request.facets),
        index=reader.info,
        warnings=plan.warnings,
        relaxed=_relaxed(filtered.matched),
        correction=plan.correction,
        stories=len(on_pages.doc_ids) if request.collapse == "story" else None,
        order=order,
        default_order=default_order(plan.root),
        timeline=timelines.of(filtered.counted, request) if request.timeline != "none" else None,
        recent=count_recent(reader, matched, filtered, request, count_partial) if request.timeline != "none" else (),
        prefix=plan.prefix,
        request=request,
    )


def facet_planned(
    reader: IndexReader,
    plan: QueryPlan,
    field: str,
    request: SearchRequest,
    values: ValueFilter,
    page: int,
    count_partial: bool,
) -> FacetResults:
    """One page of a facet of a plan."""
    order = order_in_force(plan.root, request)
    filtered = FilteredDocs(reader, listed(plan, order), request, count_partial)
    found = facet_page(reader, field, filtered, request, values, page)
    return FacetResults(
        found.facet,
        reader.info,
        found.listed,
        relaxed=_relaxed(filtered.matched),
        correction=plan.correction,
        order=order,
        default_order=default_order(plan.root),
        prefix=plan.prefix,
        total=filtered.matched.full_matches,
        request=request,
        warnings=plan.warnings,
    )


def order_in_force(root: Node, request: SearchRequest) -> Sort:
    """The sort order of a search for this query."""
    return default_order(root) if request.sort in {None, "relevance"} else request.sort


def default_order(root: Node) -> Sort:
    """The sort order if the request has none: relevance unless the query scores nothing."""
    return "relevance" if is_scored(root) else "newest"


def listed(plan: QueryPlan, order: Sort) -> MatchedDocs:
    """The matches before filters; partial matches have a place in the order of relevance only."""
    return plan.matched if order == "relevance" else plan.matched.full()


def _relaxed(matched: MatchedDocs) -> Relaxed | None:
    partial_matches = len(matched.doc_ids) - matched.full_matches
    return Relaxed(partial_matches, matched.most_missing) if partial_matches else None
