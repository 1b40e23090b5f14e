"""Reads a snapshot of a cluster for searches: asks for articles and counts, and keeps what is the same for all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import numpy as np
from opensearchpy import OpenSearch

from search.analysis.synonym_map import SynonymMap
from search.arrays import Array, Strings
from search.boost_limits import AHEAD_SECONDS
from search.opensearch.cluster_manifest import ClusterManifest
from search.opensearch.cluster_store import ClusterStore
from search.opensearch.day_counts import DAY_SECONDS, HISTOGRAM, DayCounts, PublicationDays
from search.opensearch.facets import MOST_LISTED, counts_in, every_value
from search.opensearch.filters import LOOKUP_FIELDS, facet_field
from search.opensearch.found_article import FoundArticle
from search.opensearch.multi_search import multi_search
from search.opensearch.query_dsl import Query, Translator
from search.opensearch.search_body import ARTICLE, NEWEST_FIRST, counting
from search.opensearch.term_statistics import STATISTICS, TermStatistics
from search.periods import midnight
from search.results import IndexInfo
from search.schema import SCHEMA, TEXT_FIELDS
from search.searcher.index_reader import Span, content_key, inverse_document_frequency, utc_today
from search.searcher.keyword_counts import KeywordCounts
from search.searcher.lookups import Found
from search.settings import Ranking
from search.snapshot.keyword_column import KeywordColumn
from search.snapshot.word_dictionary import DICTIONARY, WordDictionary
from search.suggest.spelling_correction import CorrectedQuery, SpellingCorrector

_CACHED: Final = 16
_PART: Final = 1000
"""Articles that are read at a time."""


class SnapshotFiles(NamedTuple):
    """What every process keeps of a snapshot of a cluster."""

    manifest: ClusterManifest
    dictionary: WordDictionary
    statistics: TermStatistics

    @classmethod
    def of(cls, store: ClusterStore, manifest: ClusterManifest) -> "SnapshotFiles":
        """Downloads the files of a snapshot.  Raises `SnapshotDamaged` or `EngineUnavailable`."""
        with TemporaryDirectory(prefix="article-search-") as folder:  # what is mapped outlasts its name
            store.download(manifest, Path(folder), DICTIONARY, STATISTICS)
            return cls(manifest, WordDictionary.load(Path(folder)), TermStatistics.load(Path(folder)))


class ClusterReader:
    """A snapshot of a cluster with its ranking and synonyms, on one day (UTC).  Immutable, so threads share it.

    If `pinned`, the day is that on which the snapshot was built: its results then stay the same."""

    def __init__(
        self,
        client: OpenSearch,
        index: str,
        files: SnapshotFiles,
        ranking: Ranking,
        synonym_map: SynonymMap,
        today: date | None = None,
        modified_at: datetime | None = None,
        pinned: bool = False,
    ) -> None:
        manifest = files.manifest
        self._client = client
        self._index = index
        self.manifest = manifest
        self.dictionary = files.dictionary
        self.statistics = files.statistics
        self.ranking = ranking
        self.synonym_map = synonym_map
        self.modified_at = modified_at or manifest.built_at
        self.today = manifest.built_at.date() if pinned else today or utc_today()
        self.ahead = int(midnight(self.today).timestamp()) + AHEAD_SECONDS
        self.lookups = _Lookups(self)
        self.translator = Translator(ranking, self)
        parts = (manifest.content, manifest.format, manifest.analyzer, ranking, synonym_map.fingerprint, self.today)
        self.info = IndexInfo(
            manifest.snapshot, manifest.built_at, manifest.articles, content_key(parts), self.modified_at, pinned
        )
        self.prefix_idf = lru_cache(_CACHED)(self._prefix_idf)

    # What a query needs to be interpreted

    @property
    def words(self) -> Strings:
        return self.dictionary.words

    @cached_property
    def spelling_corrector(self) -> SpellingCorrector:
        return SpellingCorrector(self.dictionary, self.synonym_map, self.statistics.doc_frequency)

    @cached_property
    def corrections(self) -> Callable[[str], Sequence[CorrectedQuery]]:
        return lru_cache(_CACHED)(self.spelling_corrector.corrections)

    # Questions

    def ask(self, *bodies: Mapping[str, Any], scored: bool = False) -> list[dict[str, Any]]:
        """The answers to several searches, in one request.  None is partial."""
        return multi_search(self._client, self._index, bodies, scored)

    def count(self, *queries: Query) -> int:
        """The number of articles that match all the queries."""
        (answer,) = self.ask(counting(*queries))
        return total_of(answer)

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """The number of articles that match each of the queries."""
        if not queries:
            return []
        filters = {str(number): query for number, query in enumerate(queries)}
        (answer,) = self.ask({"size": 0, "aggs": {"counts": {"filters": {"filters": filters}}}})
        buckets = answer["aggregations"]["counts"]["buckets"]
        return [buckets[str(number)]["doc_count"] for number in range(len(queries))]

    def newest(self, *queries: Query, size: int) -> list[FoundArticle]:
        """The newest articles that match all the queries."""
        (answer,) = self.ask(
            {"query": {"bool": {"filter": list(queries)}}, "size": size, "sort": NEWEST_FIRST, **ARTICLE}
        )
        return found_articles(answer)

    def all_in_order(self, query: Query, order: Sequence[Query], scored: bool = False) -> Iterator[FoundArticle]:
        """All articles that match the query, read in parts.  The index never changes, so none is missed or doubled."""
        body = {"query": query, "size": _PART, "sort": list(order), "track_scores": scored, **ARTICLE}
        while True:
            (answer,) = self.ask(body, scored=scored)
            yield from found_articles(answer)
            hits = answer["hits"]["hits"]
            if len(hits) < _PART:
                return
            body = {**body, "search_after": hits[-1]["sort"]}

    # What is the same for all searches

    @cached_property
    def value_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Facet → value → the number of articles with it."""
        aggregations = {facet: every_value(facet_field(facet)) for facet in SCHEMA.facets}
        (answer,) = self.ask({"size": 0, "aggs": aggregations})
        return {facet: counts_in(answer["aggregations"][facet]) for facet in SCHEMA.facets}

    @cached_property
    def long_facets(self) -> frozenset[str]:
        """The facets with more values than the answer to a search lists."""
        return frozenset(facet for facet, counts in self.value_counts.items() if len(counts) > MOST_LISTED)

    @cached_property
    def keywords(self) -> Mapping[str, KeywordCounts]:
        """The values of each facet."""
        return {
            facet: KeywordCounts(KeywordColumn.of([(value,) for value in values]))
            for facet, values in self.value_counts.items()
        }

    @cached_property
    def publication_days(self) -> PublicationDays:
        return PublicationDays(self._days, self.today, self.ahead)

    @property
    def span(self) -> Span | None:
        return self.publication_days.span

    @property
    def has_dates_ahead(self) -> bool:
        return int(self._days.before(np.array(self.ahead))) < self._days.total

    @property
    def dated(self) -> int:
        """The number of articles with a date."""
        return self._days.total

    def published_before(self, moments: Array) -> Array:
        """How many dated articles were published before each moment, in seconds since 1970."""
        starts = moments // DAY_SECONDS * DAY_SECONDS
        before = self._days.before(starts)
        within = np.flatnonzero(moments > starts)
        parts = [{"range": {"published": {"gte": int(starts[i]), "lt": int(moments[i])}}} for i in within]
        if parts:
            before[within] += self.counts(parts)
        return before

    def share_with_heat(self, heat: int) -> float:
        """The share of articles with at least this heat."""
        heats, counts = self._heats
        return float(counts[heats >= heat].sum() / self.manifest.articles)

    def idf_of(self, doc_frequency: int) -> float:
        """The inverse document frequency of what so many articles have."""
        return inverse_document_frequency(self.manifest.articles, doc_frequency)

    def term_idf(self, text: str) -> list[float]:
        """The inverse document frequency of a term in each field."""
        return list(map(self.idf_of, self.statistics.doc_frequencies(text)))

    def terms_with(self, prefix: str, field: int, size: int) -> Sequence[tuple[str, int]]:
        """The most frequent terms with the prefix in a field, and the number of articles that have each there."""
        return self.statistics.most_frequent(prefix, field, size)

    def _prefix_idf(self, prefix: str) -> Sequence[float]:
        """The inverse document frequency of all terms with the prefix in each field."""
        counts = self.counts([{"prefix": {field: {"value": prefix}}} for field in TEXT_FIELDS])
        return list(map(self.idf_of, counts))

    @cached_property
    def _heats(self) -> tuple[Array, Array]:
        """The different values of heat, and how many articles have each."""
        (answer,) = self.ask({"size": 0, "aggs": {"heats": every_value("heat")}})
        counts = counts_in(answer["aggregations"]["heats"])
        return np.array([*counts]), np.array([*counts.values()])

    @cached_property
    def _days(self) -> DayCounts:
        (answer,) = self.ask({"size": 0, "aggs": {"days": HISTOGRAM}})
        return DayCounts.of(answer["aggregations"]["days"])


class _Lookups:
    """Finds out which ids and URLs no article has."""

    def __init__(self, reader: ClusterReader) -> None:
        self._reader = reader

    def find(self, field: str, values: Sequence[str]) -> Found:
        """The values that no article has.  `doc_ids` is empty: a cluster has none."""
        counts = self._reader.counts([{"term": {LOOKUP_FIELDS[field]: {"value": value}}} for value in values])
        unknown = tuple(value for value, count in zip(values, counts, strict=True) if not count)
        return Found(np.zeros(0, np.uint32), unknown)


def total_of(answer: Mapping[str, Any]) -> int:
    """The exact number of articles that a search found."""
    total: int = answer["hits"]["total"]["value"]
    return total


def found_articles(answer: Mapping[str, Any]) -> list[FoundArticle]:
    """The articles in an answer, in order."""
    return list(map(FoundArticle.of, answer["hits"]["hits"]))
