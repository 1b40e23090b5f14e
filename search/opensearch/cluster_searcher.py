"""Searches one snapshot of a cluster, and caches the results."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import islice
from typing import Final

from search.article import Article
from search.errors import Mistake, RequestInvalid
from search.opensearch import cluster_search
from search.opensearch.cluster_analysis import rising_trends, significant_words, similar_articles
from search.opensearch.cluster_following import ClusterFollowing
from search.opensearch.cluster_reader import ClusterReader
from search.opensearch.found_article import FoundArticle
from search.opensearch.stories import coverage, with_others, with_related_ids
from search.query.nodes import Node
from search.request import SearchRequest
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
from search.searcher.facets import ValueFilter
from search.searcher.result_cache import ResultCache
from search.searcher.searcher import WITHOUT_EFFECT
from search.searcher.unknown_values import unknown_value_warnings
from search.suggest.completion import Completer, Documents

_CACHED_RUNS: Final = 64
_CACHED_TRENDS: Final = 16


class ClusterSearcher:
    """Searches one snapshot and caches the results.  Everything it holds is immutable, so threads share it."""

    def __init__(self, reader: ClusterReader, cache: ResultCache) -> None:
        self.reader = reader
        self._cache = cache
        self._cached_for = object()  # not `self`: the cache must not keep a replaced snapshot
        documents = Documents(
            named_values=partial(_named_values, reader),
            count=lambda node: reader.count(reader.translator.query(node)),
            titles=partial(_titles, reader),
            following=lru_cache(_CACHED_RUNS)(partial(ClusterFollowing, reader)),
        )
        self._completer = Completer(reader.dictionary, documents)
        self.rising = lru_cache(_CACHED_TRENDS)(partial(rising_trends, reader))

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:
        key = (self._cached_for, "search", count_partial)
        return self._cache.result(key, request, lambda: cluster_search.search(self.reader, request, count_partial))

    def significant_words(self, request: SearchRequest, limit: int) -> tuple[SignificantWord, ...]:
        key = (self._cached_for, "words", limit)
        return self._cache.result(key, request, lambda: significant_words(self.reader, request, limit))

    def facet(
        self,
        field: str,
        request: SearchRequest,
        containing: str = "",
        prefix: str = "",
        page: int = 1,
        count_partial: bool = False,
    ) -> FacetResults:
        values = ValueFilter(containing, prefix)
        return cluster_search.facet(self.reader, field, request, values, page, count_partial)

    def export(self, request: SearchRequest, start: int = 0) -> Export:
        if start < 0:
            raise RequestInvalid([Mistake("start", "must be at least 0", "too_small", limit=0)])
        total, found, request = cluster_search.full_matches(self.reader, request.model_copy(update=WITHOUT_EFFECT))
        warnings = unknown_value_warnings(self.reader, request)
        articles = (each.article for each in islice(found, start, None))
        return Export(self.reader.info, total, articles, request, warnings)

    def article(self, id: str) -> Article | None:
        found = self._find(id)
        return found and found.article

    def article_with_story(self, id: str) -> Hit | None:
        found = self._find(id)
        if found is None:
            return None
        (hit,) = with_others(self.reader, [Hit(found.article)], {id: found.story}, ())
        (hit,) = with_related_ids(self.reader, [hit])
        return hit

    def coverage(self, id: str) -> tuple[Hit, ...] | None:
        found = self._find(id)
        if found is None:
            return None
        return with_related_ids(self.reader, [Hit(each.article) for each in coverage(self.reader, found)])

    def similar(self, id: str, limit: int) -> SimilarArticles | None:
        found = self._find(id)
        return None if found is None else similar_articles(self.reader, found, limit)

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        return self._completer.complete(text, limit)

    def statistics(self) -> Statistics:
        reader = self.reader
        dates = {name: {name: {"field": "published"}} for name in ("min", "max")}
        (answer,) = reader.ask({"size": 0, "aggs": dates})
        first, last = (answer["aggregations"][name]["value"] for name in ("min", "max"))
        return Statistics(
            index=reader.info,
            terms=reader.manifest.terms,
            topics=len(reader.keywords["topic"].values),
            providers=len(reader.keywords["provider"].values),
            undated=reader.manifest.articles - reader.dated,
            first_published_at=_moment(first),
            last_published_at=_moment(last),
            checked_at=reader.info.built_at,
        )

    def _find(self, id: str) -> FoundArticle | None:
        return next(iter(self.reader.newest({"term": {"id": {"value": id}}}, size=1)), None)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _titles(reader: ClusterReader, node: Node, count: int) -> Iterator[str]:
    """The titles of the newest articles that match the node."""
    return (each.article.title for each in reader.newest(reader.translator.query(node), size=count))


def _named_values(reader: ClusterReader) -> Iterator[tuple[str, str, int]]:
    """The facet, value and number of articles of every value that completions suggest."""
    for facet in SCHEMA.facets.values():
        if facet.suggested:
            for value, count in reader.value_counts[facet.name].items():
                yield facet.name, value, count
