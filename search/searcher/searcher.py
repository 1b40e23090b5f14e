"""A request to its results, from one snapshot: understand, filter, order, count, present."""

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
        filtered = Filtered(self.index, query.found, request)
        order = _order(query, request)
        listing = Collector(query.evaluation, query.root, filtered.found, order)
        if request.collapse == "story":
            once = collapsed(self.index, filtered.found, listing)
            listing = Collector(query.evaluation, query.root, once, order)
        page = listing.page(request.offset, request.per_page)
        return SearchResults(
            total=filtered.found.strict,
            hits=hits(self.index, query, listing, page, request),
            facets=(filtered.topic_facet(), filtered.provider_facet()),
            index=self.index.info,
            warnings=query.warnings,
            relaxed=_relaxed(filtered.found),
            correction=query.correction,
            stories=len(once.documents) if request.collapse == "story" else None,
            order=order,
        )

    def facet(self, field: FacetField, request: SearchRequest) -> FacetResults:
        query = plan_query(self.index, request)
        filtered = Filtered(self.index, query.found, request)
        facet = filtered.topic_facet() if field == "topic" else filtered.provider_facet()
        return FacetResults(facet, _relaxed(filtered.found), query.correction)

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
            topics=len(index.topics),
            providers=len(index.providers),
            undated=index.documents - dated,
            first_published_at=index.published_at(dated - 1) if dated else None,
            last_published_at=index.published_at(0) if dated else None,
        )


def _order(query: QueryPlan, request: SearchRequest) -> Sort:
    return "newest" if request.order == "relevance" and not is_scored(query.root) else request.order


def _relaxed(found: MatchedDocs) -> Relaxed | None:
    return Relaxed(len(found.documents) - found.strict, found.missing_at_most) if found.missing_at_most else None


def _named_values(index: IndexReader) -> Iterator[tuple[Named, str, int]]:
    """Every topic and provider with its number of articles."""
    documents = np.arange(index.documents, dtype=np.uint32)
    topics, _ = topic_counts(index, documents)
    providers, _ = provider_counts(index, documents)
    yield from (("topic", name, count) for name, count in zip(index.topics, topics.tolist(), strict=True))
    yield from (("provider", name, count) for name, count in zip(index.providers, providers.tolist(), strict=True))
