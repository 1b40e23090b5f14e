"""Searches one snapshot, and caches the results."""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import repeat
from typing import Final

import numpy as np
from msgspec.structs import replace

from search.arrays import Array
from search.article import Article
from search.errors import Mistake, RequestInvalid
from search.query.nodes import Node
from search.request import WITHOUT_EFFECT_ON_EXPORT, SearchRequest
from search.results import (
    Completion,
    Export,
    FacetResults,
    Hit,
    SearchResults,
    SignificantWord,
    SimilarArticles,
    Statistics,
)
from search.schema import SCHEMA
from search.searcher.collector import Collector
from search.searcher.coverage import covering_doc_ids
from search.searcher.evaluator import Evaluator
from search.searcher.facets import ValueFilter
from search.searcher.filters import FilteredDocs
from search.searcher.following_words import FollowingWords
from search.searcher.index_reader import IndexReader
from search.searcher.listed_values import with_values_split
from search.searcher.more_like_this import similar_articles
from search.searcher.planned_search import facet_planned, listed, order_in_force, search_planned
from search.searcher.query_plan import plan_query
from search.searcher.result_cache import ResultCache, json_size
from search.searcher.rising import rising_trends
from search.searcher.significant_words import SignificantWords
from search.searcher.story_collapse import other_doc_ids, related_ids
from search.searcher.timeline import Timelines
from search.searcher.unknown_values import unknown_value_warnings
from search.snapshot.snapshot import Snapshot
from search.suggest.completion import Completer, Documents

_CACHED_RUNS: Final = 64
_CACHED_TRENDS: Final = 16
"""Rising trends take as long as many searches."""
WITHOUT_EFFECT: Final = {
    name: SearchRequest.model_fields[name].default for name in (*WITHOUT_EFFECT_ON_EXPORT, "fields")
}
"""The parameters of a search that make no difference to its full matches."""


class Searcher:
    """Searches one snapshot and caches the results.  Everything it holds is immutable, so threads share it."""

    def __init__(self, reader: IndexReader, cache: ResultCache) -> None:
        self.reader = reader
        self._cache = cache
        self._cached_for = object()  # not `self`: the cache must not keep a replaced snapshot open
        self._timelines = Timelines(reader)
        self._words = SignificantWords(reader)
        documents = Documents(
            named_values=partial(_named_values, reader),
            count=lambda node: len(Evaluator(reader).doc_ids(node)),
            titles=partial(_titles, reader),
            following=lru_cache(_CACHED_RUNS)(partial(FollowingWords, reader)),  # one run for many letters,
        )
        self._completer = Completer(reader.snapshot.dictionary, documents)
        # A cache must not refer to the searcher: a reference cycle would keep a replaced snapshot open.
        self.rising = lru_cache(_CACHED_TRENDS)(partial(rising_trends, reader))

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:
        key = (self._cached_for, "search", count_partial)
        return self._cache.result(key, request, lambda: _search(self.reader, self._timelines, request, count_partial))

    def significant_words(self, request: SearchRequest, limit: int) -> tuple[SignificantWord, ...]:
        key = (self._cached_for, "words", limit)
        return self._cache.result(key, request, lambda: _significant_words(self.reader, self._words, request, limit))

    def facet(
        self,
        field: str,
        request: SearchRequest,
        containing: str = "",
        prefix: str = "",
        page: int = 1,
        count_partial: bool = False,
    ) -> FacetResults:
        if field not in self.reader.keywords:
            raise RequestInvalid([Mistake.not_one_of("field", field, tuple(self.reader.keywords))])
        request = with_values_split(self.reader, request)
        plan, values = plan_query(self.reader, request), ValueFilter(containing, prefix)
        results = facet_planned(self.reader, plan, field, request, values, page, count_partial)
        return replace(results, warnings=results.warnings + unknown_value_warnings(self.reader, request))

    def export(self, request: SearchRequest, start: int = 0) -> Export:
        if start < 0:
            raise RequestInvalid([Mistake("start", "must be at least 0", "too_small", limit=0)])
        request = with_values_split(self.reader, request)
        doc_ids = self._full_matches(request.model_copy(update=WITHOUT_EFFECT))
        articles = _articles(self.reader.snapshot, doc_ids[start:])
        return Export(self.reader.info, len(doc_ids), articles, request, unknown_value_warnings(self.reader, request))

    def _full_matches(self, request: SearchRequest) -> Array:
        """[N] as `_full_matches` below; clients read an export in many pages."""
        key = (self._cached_for, "export")
        return self._cache.result(key, request, lambda: _full_matches(self.reader, request), _array_size)

    def article(self, id: str) -> Article | None:
        doc_id = self._doc_id(id)
        return None if doc_id is None else self.reader.article(doc_id)

    def article_with_story(self, id: str) -> Hit | None:
        reader, doc_id = self.reader, self._doc_id(id)
        if doc_id is None:
            return None
        article = reader.article(doc_id)
        also = tuple(map(reader.article, other_doc_ids(reader, doc_id).tolist()))
        return Hit(article, also=also, related_ids=related_ids(reader, article))

    def coverage(self, id: str) -> tuple[Hit, ...] | None:
        reader, doc_id = self.reader, self._doc_id(id)
        if doc_id is None:
            return None
        articles = map(reader.article, covering_doc_ids(reader, doc_id).tolist())
        return tuple(Hit(article, related_ids=related_ids(reader, article)) for article in articles)

    def similar(self, id: str, limit: int) -> SimilarArticles | None:
        doc_id = self._doc_id(id)
        return None if doc_id is None else similar_articles(self.reader, doc_id, limit)

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        return self._completer.complete(text, limit)

    def statistics(self) -> Statistics:
        reader, dated = self.reader, self.reader.dated
        return Statistics(
            index=reader.info,
            terms=len(reader.segment.terms),
            topics=len(reader.keywords["topic"].values),
            providers=len(reader.keywords["provider"].values),
            undated=reader.doc_count - dated,
            first_published_at=reader.published_at(dated - 1) if dated else None,
            last_published_at=reader.published_at(0) if dated else None,
            checked_at=reader.info.built_at,
        )

    def _doc_id(self, id: str) -> int | None:
        return self.reader.snapshot.files.document(id)


def _search(
    reader: IndexReader, timelines: Timelines, request: SearchRequest, count_partial: bool = False
) -> SearchResults:
    request = with_values_split(reader, request)
    results = search_planned(reader, timelines, plan_query(reader, request), request, count_partial)
    return replace(results, warnings=results.warnings + unknown_value_warnings(reader, request))


def _full_matches(reader: IndexReader, request: SearchRequest) -> Array:
    """[N] the documents that a search with `match="all"` lists, in order."""
    plan = plan_query(reader, request)
    order = order_in_force(plan.root, request)
    filtered = FilteredDocs(reader, listed(plan, order), request)
    return Collector(plan.evaluator, plan.root, filtered.matched, order).doc_ids()


def _array_size(array: Array | RequestInvalid) -> int:
    return json_size(array) if isinstance(array, RequestInvalid) else array.nbytes


def _articles(snapshot: Snapshot, doc_ids: Array) -> Iterator[Article]:
    """The documents as articles.  Reads past the cache, which has no room for all articles."""
    for doc_id in doc_ids:
        yield snapshot.article(int(doc_id))


def _significant_words(
    reader: IndexReader, words: SignificantWords, request: SearchRequest, limit: int
) -> tuple[SignificantWord, ...]:
    request = with_values_split(reader, request)
    plan = plan_query(reader, request)
    matched = listed(plan, order_in_force(plan.root, request))
    return words.of(FilteredDocs(reader, matched, request, count_partial=True).counted, limit)


def _titles(reader: IndexReader, node: Node, count: int) -> Iterator[str]:
    """The titles of the newest documents that match the node."""
    return (reader.article(doc_id).title for doc_id in Evaluator(reader).doc_ids(node)[:count].tolist())


def _named_values(reader: IndexReader) -> Iterator[tuple[str, str, int]]:
    """The facet, value and number of documents of every value that completions suggest."""
    doc_ids = np.arange(reader.doc_count, dtype=np.uint32)
    for facet in SCHEMA.facets.values():
        if facet.suggested:
            column = reader.keywords[facet.name]
            counts, _ = column.count(doc_ids)
            yield from zip(repeat(facet.name), column.values, counts.tolist(), strict=False)
