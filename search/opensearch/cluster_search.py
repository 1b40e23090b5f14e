"""Answers a search over a cluster.

Few full matches with room for partial ones are fetched as a whole, with the best partial matches: the code of the
embedded engine then orders, filters and counts them.  Otherwise the cluster does, and that code makes the hits.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from msgspec.structs import replace

from search.errors import Mistake, RequestInvalid
from search.opensearch.boosts import boosted
from search.opensearch.cluster_matches import ClusterMatches
from search.opensearch.cluster_reader import ClusterReader, found_articles, total_of
from search.opensearch.day_counts import HISTOGRAM, DayCounts
from search.opensearch.facets import all_values, counted_values, facet_of
from search.opensearch.filters import filters_of
from search.opensearch.found_article import FoundArticle
from search.opensearch.page_reader import PageReader
from search.opensearch.query_dsl import Query, phrase_in_any_field
from search.opensearch.search_body import count_body, filtered_query, search_body, sort_of
from search.opensearch.stories import with_others, with_related_ids
from search.query.nodes import Node
from search.query.parser import parse
from search.query.query_words import literal_phrase, optional_words
from search.query.synonym_expansion import expand_synonyms
from search.request import SearchRequest, Sort
from search.results import FacetResults, Hit, SearchResults
from search.searcher.collector import Collector, Page
from search.searcher.evaluator import Evaluator
from search.searcher.facets import ValueFilter, page_of_values
from search.searcher.hits import hits as hits_of
from search.searcher.listed_values import with_values_split
from search.searcher.minimum_match import MAX_FULL_MATCHES, MatchedDocs, match_documents
from search.searcher.planned_search import default_order, facet_planned, order_in_force, search_planned
from search.searcher.query_plan import QueryPlan
from search.searcher.timeline import Timelines
from search.searcher.unknown_values import unknown_value_warnings
from search.suggest.interpretation import Interpretation, interpret

LITERAL: Final = 4096.0
"""Is added to the scores of articles with the query word for word: more than any other score."""


class FetchedMatches(NamedTuple):
    """All matches, full and partial ones, as a plan of the embedded engine."""

    reader: PageReader
    plan: QueryPlan


class ClusterPlan(NamedTuple):
    """The request as it was read, the query to answer, and the order in force.

    `fetched`: its matches, if partial ones may be among them."""

    request: SearchRequest
    read: Interpretation
    order: Sort
    fetched: FetchedMatches | None


def plan(reader: ClusterReader, request: SearchRequest, matches: ClusterMatches | None = None) -> ClusterPlan:
    """Interprets the request, which has its lists of values split, and fetches its matches if partial ones may be
    among them."""
    matches = matches or ClusterMatches(reader)
    read = interpret(reader, matches, request)
    order = order_in_force(read.root, request)
    if not _may_be_partial(read.root, request) or (full := matches.count(read.root)) > MAX_FULL_MATCHES:
        return ClusterPlan(request, read, order, None)
    found = [*(matches.full(read.root, full) if full else ()), *matches.partial(read.root)]
    fetched = PageReader(reader, found, read.root)
    evaluator = Evaluator(fetched)
    matched = match_documents(evaluator, read.root, full_only=False)
    planned = QueryPlan(read.root, matched, evaluator, read.warnings, read.correction, read.prefix)
    return ClusterPlan(request, read, order, FetchedMatches(fetched, planned))


def search(reader: ClusterReader, request: SearchRequest, count_partial: bool) -> SearchResults:
    """One page of a search."""
    request = with_values_split(reader, request)
    matches = ClusterMatches(reader)
    early = _asked_early(reader, matches, request)
    planned = plan(reader, request, matches)
    if planned.fetched:
        fetched, query_plan = planned.fetched
        results = search_planned(fetched, Timelines(fetched), query_plan, request, count_partial)
        stories: Mapping[str, str] = fetched.stories
    else:
        answers = early.get(planned.read.root) or reader.ask(*_bodies(reader, planned), scored=_is_scored(planned))
        results, stories = _results(reader, planned, answers)
    return replace(
        results,
        hits=_completed(reader, results.hits, stories, request),
        warnings=results.warnings + unknown_value_warnings(reader, request),
    )


def _asked_early(
    reader: ClusterReader, matches: ClusterMatches, request: SearchRequest
) -> Mapping[Node, Sequence[dict[str, Any]]]:
    """The query as typed → the answers to it.

    They are asked for with the number of its matches before filters, on which it depends whether it is answered as
    typed, and without partial matches.  If there are few matches, these answers cost little."""
    root = expand_synonyms(parse(request.q).root, reader.synonym_map)
    typed = ClusterPlan(request, Interpretation(root), order_in_force(root, request), None)
    bodies, filters = list(_bodies(reader, typed)), filters_of(request)
    counting = [matches.counting(root)] if filters.common or filters.by_facet else []
    answers = reader.ask(*bodies, *counting, scored=_is_scored(typed))
    matches.note(root, answers[-1] if counting else answers[0])
    return {root: answers[: len(bodies)]}


def _may_be_partial(root: Node, request: SearchRequest) -> bool:
    """Whether partial matches may be among the results of a query, if it has few full ones."""
    by_relevance = order_in_force(root, request) == "relevance"
    return by_relevance and request.match != "all" and bool(optional_words(root))


def _is_scored(planned: ClusterPlan) -> bool:
    return planned.order == "relevance"


def facet(
    reader: ClusterReader, field: str, request: SearchRequest, values: ValueFilter, page: int, count_partial: bool
) -> FacetResults:
    """One page of a facet."""
    if field not in reader.keywords:
        raise RequestInvalid([Mistake.not_one_of("field", field, tuple(reader.keywords))])
    request = with_values_split(reader, request)
    planned = plan(reader, request)
    if planned.fetched:
        results = facet_planned(*planned.fetched, field, request, values, page, count_partial)
    else:
        results = _facet_in_cluster(reader, planned, field, values, page)
    return replace(results, warnings=results.warnings + unknown_value_warnings(reader, request))


def full_matches(reader: ClusterReader, request: SearchRequest) -> tuple[int, Iterator[FoundArticle], SearchRequest]:
    """The number of full matches, all of them in order, and the request as it was read."""
    planned = plan(reader, with_values_split(reader, request.model_copy(update={"match": "all"})))
    query = filtered_query(planned.request, ranked_query(reader, planned), planned.order)
    order = sort_of(planned.order, reader.ahead if reader.has_dates_ahead else None)
    articles = reader.all_in_order(query, order, scored=planned.order == "relevance")
    return reader.count(query), articles, planned.request


def counted_query(reader: ClusterReader, planned: ClusterPlan) -> Query:
    """The query that finds the articles which a search counts, also partial matches if there are no full ones."""
    if not planned.fetched:
        return filtered_query(planned.request, reader.translator.query(planned.read.root), "newest")
    fetched, query_plan = planned.fetched
    matched = query_plan.matched
    counted = matched.full() if matched.full_matches else matched
    ids = [fetched.article(doc_id).id for doc_id in counted.doc_ids.tolist()]
    return filtered_query(planned.request, {"terms": {"id": ids}}, "newest")


def ranked_query(reader: ClusterReader, planned: ClusterPlan) -> Query:
    """The query with its scores, if these matter: those of articles that have it word for word are the highest."""
    query = reader.translator.query(planned.read.root)
    if planned.order != "relevance":
        return query
    query = boosted(query, planned.read.root, reader.ranking, reader.today)
    phrase = literal_phrase(planned.read.root)
    if phrase is None:
        return query
    literal = {"constant_score": {"filter": phrase_in_any_field(phrase.terms, phrase.offsets), "boost": LITERAL}}
    return {"bool": {"must": [query], "should": [literal]}}


def _bodies(reader: ClusterReader, planned: ClusterPlan) -> Iterator[dict[str, Any]]:
    """The questions of a search: its page and facets, and for a timeline its days, within its dates and without."""
    request = planned.request
    ahead = reader.ahead if reader.has_dates_ahead else None
    yield search_body(request, ranked_query(reader, planned), planned.order, ahead, reader.long_facets)
    if request.timeline != "none":
        plain = reader.translator.query(planned.read.root)
        undated = request.model_copy(update={"from_": None, "to": None})
        yield from (count_body(each, plain, {"days": HISTOGRAM}) for each in (request, undated))


def _results(
    reader: ClusterReader, planned: ClusterPlan, answers: Sequence[dict[str, Any]]
) -> tuple[SearchResults, Mapping[str, str]]:
    """The results from the answers to `_bodies`, and id → story of each hit."""
    request, read, answer = planned.request, planned.read, answers[0]
    days = [DayCounts.of(each["aggregations"]["days"]) for each in answers[1:]]
    total, found = total_of(answer), found_articles(answer)
    results = SearchResults(
        total=total,
        hits=_hits(reader, planned, found),
        facets=tuple(facet_of(name, request, answer["aggregations"][name]) for name in request.facets),
        index=reader.info,
        warnings=read.warnings,
        correction=read.correction,
        stories=answer["aggregations"]["stories"]["stories"]["value"] if request.collapse == "story" else None,
        order=planned.order,
        default_order=default_order(read.root),
        timeline=reader.publication_days.timeline(days[0], total, reader.published_before, request) if days else None,
        recent=reader.publication_days.recent(days[1]) if days else (),
        prefix=read.prefix,
        request=request,
    )
    return results, {each.article.id: each.story for each in found}


def _hits(reader: ClusterReader, planned: ClusterPlan, found: Sequence[FoundArticle]) -> tuple[Hit, ...]:
    """The hits of a page of full matches."""
    if not found:
        return ()
    root = planned.read.root
    page_reader = PageReader(reader, found, root)
    evaluator = Evaluator(page_reader)
    matched = MatchedDocs(np.arange(len(found), dtype=np.uint32))
    query_plan = QueryPlan(root, matched, evaluator, (), None)
    scored = _is_scored(planned)
    page = Page(
        page_reader.doc_ids_of([each.article.id for each in found]),
        [each.score % LITERAL if scored and each.score is not None else None for each in found],
        [0] * len(found),
    )
    collector = Collector(evaluator, root, matched, planned.order)
    return hits_of(page_reader, query_plan, collector, page, planned.request)


def _completed(
    reader: ClusterReader, hits: Sequence[Hit], stories: Mapping[str, str], request: SearchRequest
) -> tuple[Hit, ...]:
    """The hits with what other articles of the archive add to them."""
    if request.collapse == "story":
        filters = filters_of(request)
        hits = with_others(reader, hits, stories, [*filters.common, *filters.by_facet.values()])
    if "related" in request.fields:
        hits = with_related_ids(reader, hits)
    return tuple(hits)


def _facet_in_cluster(
    reader: ClusterReader, planned: ClusterPlan, field: str, values: ValueFilter, page: int
) -> FacetResults:
    request, read = planned.request, planned.read
    query = reader.translator.query(read.root)
    answer, every = reader.ask(
        {**search_body(request, query, "newest"), "aggs": {field: all_values(field, request)}, "size": 0, "from": 0},
        count_body(request, query, {}),
    )
    counts, missing = counted_values(reader.keywords[field].values, answer["aggregations"][field])
    found = page_of_values(reader.keywords[field], field, counts, missing, request, values, page)
    return FacetResults(
        found.facet,
        reader.info,
        found.listed,
        correction=read.correction,
        order=planned.order,
        default_order=default_order(read.root),
        prefix=read.prefix,
        total=total_of(every),
        request=request,
        warnings=read.warnings,
    )
