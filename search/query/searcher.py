"""A request to its results, from one snapshot: parse, evaluate, filter, order, count, mark."""

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np

from search.article import Article
from search.query.evaluator import Evaluation
from search.query.facets import Filtered
from search.query.index import SearchableIndex
from search.query.marks import marks_of
from search.query.order import page_of
from search.query.parser import parse
from search.query.syntax import Node, ParsedQuery
from search.request import FacetField, SearchRequest
from search.results import Bucket, Completion, Facet, Hit, SearchResults, Statistics
from search.snapshot.arrays import Array
from search.text.highlight import highlight


class Searcher:
    """Answers from one snapshot.  Everything it holds is immutable, so threads share it; its cache dies with it."""

    def __init__(self, index: SearchableIndex, cached_results: int) -> None:
        self.index = index
        self.search = lru_cache(maxsize=cached_results)(self._search) if cached_results else self._search

    def _search(self, request: SearchRequest) -> SearchResults:
        query = parse(request.q)
        evaluation, filtered = self._evaluated(query, request)
        hits = self._hits(query.root, evaluation, filtered.documents, request)
        facets = (filtered.topic_facet(), filtered.provider_facet())
        return SearchResults(len(filtered.documents), hits, facets, self.index.info, query.warnings)

    def facet(self, field: FacetField, request: SearchRequest) -> Facet:
        _, filtered = self._evaluated(parse(request.q), request)
        return filtered.topic_facet() if field == "topic" else filtered.provider_facet()

    def article(self, id: str) -> Article | None:
        document = self.index.snapshot.files.document(id)
        return None if document is None else self.index.article(document)

    def _evaluated(self, query: ParsedQuery, request: SearchRequest) -> tuple[Evaluation, Filtered]:
        evaluation = Evaluation(self.index, *self.index.window(request.since, request.until))
        return evaluation, Filtered(self.index, evaluation.documents(query.root), request)

    def _hits(self, root: Node, evaluation: Evaluation, documents: Array, request: SearchRequest) -> tuple[Hit, ...]:
        if not request.per_page or request.offset >= len(documents):
            return ()
        scored = bool(request.q) and request.order == "relevance"
        scores = evaluation.scores(root, documents) if scored else None
        page = page_of(self.index, documents, scores, request.order, request.offset, request.per_page)
        articles = [self.index.article(document) for document in documents[page].tolist()]
        values: Sequence[float | None] = scores[page].tolist() if scores is not None else [None] * len(articles)
        if "highlights" not in request.fields:
            return tuple(Hit(article, score) for article, score in zip(articles, values, strict=True))
        marks = marks_of(root)
        return tuple(
            Hit(
                article,
                score,
                {
                    "title": highlight(article.title, marks.title),
                    "excerpt": highlight(article.excerpt, marks.excerpt),
                },
            )
            for article, score in zip(articles, values, strict=True)
        )

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        """Topics and providers with a word that begins as the last word does, the commonest first."""
        head, _, last = text.rpartition(" ")
        start = last.casefold()
        if not start:
            return ()
        found = [
            Completion(f"{head} {bucket.value}".strip(), bucket.count, "topic")
            for bucket in self._names
            if any(word.startswith(start) for word in bucket.value.casefold().split())
        ]
        return found[:limit]

    @cached_property
    def _names(self) -> list[Bucket]:
        everything = Filtered(
            self.index, np.arange(self.index.documents, dtype=np.uint32), SearchRequest(facet_size=1000)
        )
        buckets = [*everything.topic_facet().values, *everything.provider_facet().values]
        return sorted(buckets, key=lambda bucket: -bucket.count)

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
