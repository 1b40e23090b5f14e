"""Searches one snapshot: plans the query, filters, sorts, counts facets and makes hits."""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial

import numpy as np

from search.article import Article
from search.query.query_words import is_scored
from search.request import FacetField, SearchRequest, Sort
from search.results import Completion, FacetResults, Relaxed, SearchResults, Statistics
from search.searcher.collector import Collector
from search.searcher.evaluator import Evaluator
from search.searcher.facets import Filtered, provider_counts, topic_counts
from search.searcher.hits import hits
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs
from search.searcher.query_plan import QueryPlan, plan_query
from search.searcher.story_collapse import collapsed
from search.suggest.completion import Completer, Named


class Searcher:
    """Searches one snapshot and caches the results.  Everything it holds is immutable, so threads share it."""

    def __init__(self, index: IndexReader, cached_results: int) -> None:
        self.index = index
        self._completer = Completer(
            index.snapshot.dictionary,
            named_values=partial(_named_values, index),
            doc_ids=lambda node: Evaluator(index).doc_ids(node),
            title=lambda doc_id: index.article(doc_id).title,
        )
        self.search = lru_cache(maxsize=cached_results)(self._search) if cached_results else self._search

    def _search(self, request: SearchRequest) -> SearchResults:
        plan = plan_query(self.index, request)
        filtered = Filtered(self.index, plan.matched, request)
        order = _order(plan, request)
        listed = filtered.found
        collector = Collector(plan.evaluator, plan.root, listed, order)
        if request.collapse == "story":
            listed = collapsed(self.index, listed, collector)
            collector = Collector(plan.evaluator, plan.root, listed, order)
        page = collector.page(request.offset, request.per_page)
        return SearchResults(
            total=filtered.found.full_matches,
            hits=hits(self.index, plan, collector, page, request),
            facets=(filtered.topic_facet(), filtered.provider_facet()),
            index=self.index.info,
            warnings=plan.warnings,
            relaxed=_relaxed(filtered.found),
            correction=plan.correction,
            stories=len(listed.doc_ids) if request.collapse == "story" else None,
            order=order,
        )

    def facet(self, field: FacetField, request: SearchRequest) -> FacetResults:
        plan = plan_query(self.index, request)
        filtered = Filtered(self.index, plan.matched, request)
        facet = filtered.topic_facet() if field == "topic" else filtered.provider_facet()
        return FacetResults(facet, _relaxed(filtered.found), plan.correction)

    def article(self, id: str) -> Article | None:
        doc_id = self.index.snapshot.files.document(id)
        return None if doc_id is None else self.index.article(doc_id)

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        return self._completer.complete(text, limit)

    def statistics(self) -> Statistics:
        index = self.index
        dated = index.dated
        return Statistics(
            index=index.info,
            terms=len(index.segment.terms),
            topics=len(index.topics),
            providers=len(index.providers),
            undated=index.doc_count - dated,
            first_published_at=index.published_at(dated - 1) if dated else None,
            last_published_at=index.published_at(0) if dated else None,
        )


def _order(plan: QueryPlan, request: SearchRequest) -> Sort:
    return "newest" if request.order == "relevance" and not is_scored(plan.root) else request.order


def _relaxed(matched: MatchedDocs) -> Relaxed | None:
    partial_matches = len(matched.doc_ids) - matched.full_matches
    return Relaxed(partial_matches, matched.max_missing) if matched.max_missing else None


def _named_values(index: IndexReader) -> Iterator[tuple[Named, str, int]]:
    """Every topic and provider with its number of articles."""
    doc_ids = np.arange(index.doc_count, dtype=np.uint32)
    topics, _ = topic_counts(index, doc_ids)
    providers, _ = provider_counts(index, doc_ids)
    yield from (("topic", name, count) for name, count in zip(index.topics, topics.tolist(), strict=True))
    yield from (("provider", name, count) for name, count in zip(index.providers, providers.tolist(), strict=True))
