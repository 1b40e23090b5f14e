"""Searches one snapshot: plans the query, filters, sorts, counts facets and makes hits."""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import repeat

import numpy as np

from search.article import Article
from search.errors import Mistake, RequestInvalid
from search.query.query_words import is_scored
from search.request import SearchRequest, Sort
from search.results import Completion, FacetResults, Relaxed, SearchResults, Statistics
from search.schema import SCHEMA
from search.searcher.collector import Collector
from search.searcher.evaluator import Evaluator
from search.searcher.facets import count_facet
from search.searcher.filters import FilteredDocs
from search.searcher.hits import hits
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs
from search.searcher.query_plan import QueryPlan, plan_query
from search.searcher.story_collapse import collapsed
from search.suggest.completion import Completer


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
        filtered = FilteredDocs(self.index, plan.matched, request)
        order = _order(plan, request)
        listed = filtered.matched
        collector = Collector(plan.evaluator, plan.root, listed, order)
        if request.collapse == "story":
            listed = collapsed(self.index, listed, collector)
            collector = Collector(plan.evaluator, plan.root, listed, order)
        page = collector.page(request.offset, request.per_page)
        return SearchResults(
            total=filtered.matched.full_matches,
            hits=hits(self.index, plan, collector, page, request),
            facets=tuple(count_facet(self.index, facet, filtered, request) for facet in request.facets),
            index=self.index.info,
            warnings=plan.warnings,
            relaxed=_relaxed(filtered.matched),
            correction=plan.correction,
            stories=len(listed.doc_ids) if request.collapse == "story" else None,
            order=order,
        )

    def facet(self, field: str, request: SearchRequest) -> FacetResults:
        if field not in self.index.keywords:
            raise RequestInvalid([Mistake("field", f"must be one of {', '.join(self.index.keywords)}")])
        plan = plan_query(self.index, request)
        filtered = FilteredDocs(self.index, plan.matched, request)
        facet = count_facet(self.index, field, filtered, request)
        return FacetResults(facet, _relaxed(filtered.matched), plan.correction)

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
            topics=len(index.keywords["topic"].values),
            providers=len(index.keywords["provider"].values),
            undated=index.doc_count - dated,
            first_published_at=index.published_at(dated - 1) if dated else None,
            last_published_at=index.published_at(0) if dated else None,
        )


def _order(plan: QueryPlan, request: SearchRequest) -> Sort:
    return "newest" if request.order == "relevance" and not is_scored(plan.root) else request.order


def _relaxed(matched: MatchedDocs) -> Relaxed | None:
    partial_matches = len(matched.doc_ids) - matched.full_matches
    return Relaxed(partial_matches, matched.max_missing) if matched.max_missing else None


def _named_values(index: IndexReader) -> Iterator[tuple[str, str, int]]:
    """The facet, value and number of documents of every value that completions suggest."""
    doc_ids = np.arange(index.doc_count, dtype=np.uint32)
    for facet in SCHEMA.facets.values():
        if facet.suggested:
            column = index.keywords[facet.name]
            counts, _ = column.count(doc_ids)
            yield from zip(repeat(facet.name), column.values, counts.tolist(), strict=False)
