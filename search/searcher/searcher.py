"""A request to its results, from one snapshot: understand, filter, order, count, present."""

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
    """Answers from one snapshot.  Everything it holds is immutable, so threads share it; its cache dies with it."""

    def __init__(self, index: IndexReader, cached_results: int) -> None:
        self.index = index
        self._completer = Completer(
            index.snapshot.dictionary,
            named_values=partial(_named_values, index),
            doc_ids=lambda node: Evaluator(index).documents(node),
            title=lambda doc_id: index.article(doc_id).title,
        )
        self.search = lru_cache(maxsize=cached_results)(self._search) if cached_results else self._search

    def _search(self, request: SearchRequest) -> SearchResults:
        query = plan_query(self.index, request)
        filtered = FilteredDocs(self.index, query.found, request)
        order = _order(query, request)
        listing = Collector(query.evaluation, query.root, filtered.matched, order)
        if request.collapse == "story":
            once = collapsed(self.index, filtered.matched, listing)
            listing = Collector(query.evaluation, query.root, once, order)
        page = listing.page(request.offset, request.per_page)
        return SearchResults(
            total=filtered.matched.strict,
            hits=hits(self.index, query, listing, page, request),
            facets=tuple(count_facet(self.index, facet, filtered, request) for facet in request.facets),
            index=self.index.info,
            warnings=query.warnings,
            relaxed=_relaxed(filtered.matched),
            correction=query.correction,
            stories=len(once.documents) if request.collapse == "story" else None,
            order=order,
        )

    def facet(self, field: str, request: SearchRequest) -> FacetResults:
        if field not in self.index.keywords:
            raise RequestInvalid([Mistake("field", f"must be one of {', '.join(self.index.keywords)}")])
        query = plan_query(self.index, request)
        filtered = FilteredDocs(self.index, query.found, request)
        facet = count_facet(self.index, field, filtered, request)
        return FacetResults(facet, _relaxed(filtered.matched), query.correction)

    def article(self, id: str) -> Article | None:
        document = self.index.snapshot.files.document(id)
        return None if document is None else self.index.article(document)

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
            undated=index.documents - dated,
            first_published_at=index.published_at(dated - 1) if dated else None,
            last_published_at=index.published_at(0) if dated else None,
        )


def _order(query: QueryPlan, request: SearchRequest) -> Sort:
    return "newest" if request.order == "relevance" and not is_scored(query.root) else request.order


def _relaxed(found: MatchedDocs) -> Relaxed | None:
    return Relaxed(len(found.documents) - found.strict, found.missing_at_most) if found.missing_at_most else None


def _named_values(index: IndexReader) -> Iterator[tuple[str, str, int]]:
    """The facet, value and number of documents of every value that completions suggest."""
    doc_ids = np.arange(index.documents, dtype=np.uint32)
    for facet in SCHEMA.facets.values():
        if facet.suggested:
            column = index.keywords[facet.name]
            counts, _ = column.count(doc_ids)
            yield from zip(repeat(facet.name), column.values, counts.tolist(), strict=False)
