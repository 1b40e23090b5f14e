"""Reads an open snapshot for searches: its columns, and values derived from them once."""

import hashlib
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache, partial
from typing import Final, NamedTuple

import numpy as np

from search.analysis.synonym_map import NO_SYNONYMS, SynonymMap
from search.arrays import Array, Strings
from search.boost_limits import AHEAD_SECONDS, MAX_HEAT
from search.periods import midnight
from search.results import RECENT_DAYS, IndexInfo
from search.schema import TEXT_FIELDS
from search.searcher.keyword_counts import KeywordCounts
from search.searcher.lookups import Lookups
from search.settings import Ranking
from search.snapshot.segment import FIELD_COUNT, UNDATED, Segment
from search.snapshot.snapshot import Snapshot
from search.suggest.spelling_correction import CorrectedQuery, SpellingCorrector

_DAY_SECONDS: Final = 86_400
_CACHED_ARTICLES: Final = 4096
_CACHED_BYTES: Final = 8 * 2**20
"""Decoded articles: another page, order or filter of a search shows many of the same articles."""
_DECODED: Final = 8
"""How many times more memory an article takes than its compressed line."""
_CACHED_CORRECTIONS: Final = 16


class Span(NamedTuple):
    """The first and the last time of some articles."""

    oldest: datetime
    newest: datetime


class IndexReader:
    """An open snapshot with its ranking and synonyms, on one day (UTC).  Immutable, so threads share it.

    If `pinned`, the day is that on which the snapshot was built: its results then stay the same."""

    def __init__(
        self,
        snapshot: Snapshot,
        ranking: Ranking,
        synonym_map: SynonymMap = NO_SYNONYMS,
        today: date | None = None,
        modified_at: datetime | None = None,
        pinned: bool = False,
        average_lengths: Sequence[float] | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.modified_at = modified_at or snapshot.manifest.built_at
        self.pinned = pinned
        self.today = snapshot.manifest.built_at.date() if pinned else today or utc_today()
        self.segment = snapshot.segment
        self.ranking = ranking
        self.synonym_map = synonym_map
        self.doc_count = len(snapshot.segment)
        self.field_weights: list[float] = [getattr(ranking, field) for field in TEXT_FIELDS]
        self.saturation = _saturation(snapshot.segment, ranking, average_lengths or mean_lengths(snapshot.segment))
        self.no_posting = len(snapshot.segment.term_stats)
        self.frequencies = _frequencies(snapshot.segment)
        self.field_sets = field_sets(self.frequencies.T)
        self.article = lru_cache(maxsize=_cached_articles(snapshot.segment))(snapshot.article)
        self.lookups = Lookups(snapshot)

    @cached_property
    def keywords(self) -> Mapping[str, KeywordCounts]:
        """The values of each facet."""
        return {facet: KeywordCounts(column) for facet, column in self.segment.keywords.items()}

    @cached_property
    def info(self) -> IndexInfo:
        manifest = self.snapshot.manifest
        # Everything that results depend on: articles, format, analyzer, ranking, synonyms and the day.
        parts = (
            manifest.content,
            manifest.format,
            manifest.analyzer,
            self.ranking,
            self.synonym_map.fingerprint,
            self.today,
        )
        content = content_key(parts)
        name, built_at, articles = self.snapshot.name, manifest.built_at, manifest.articles
        return IndexInfo(name, built_at, articles, content, self.modified_at, self.pinned)

    @cached_property
    def dated(self) -> int:
        """The number of documents with a date; they come before those without."""
        return bisect_left(range(self.doc_count), True, key=lambda d: bool(self.segment.published[d] == UNDATED))

    @cached_property
    def ahead(self) -> int:
        """The number of documents dated later than tomorrow, which are the first ones; their dates must be wrong."""
        return self.window(self._midnight + timedelta(seconds=AHEAD_SECONDS), None)[1]

    @cached_property
    def recent_ends(self) -> Sequence[tuple[date, int]]:
        """For each of `RECENT_DAYS`, its first day, and the first document before that day; empty without right dates.

        The days are counted back from the newest document that has a right date."""
        return [(start, self.window(midnight(start), None)[1]) for start in recent_starts(self.span)]

    @cached_property
    def span(self) -> Span | None:
        """The oldest and the newest right date; None if there is none."""
        if self.ahead == self.dated:
            return None
        return Span(self.published_at(self.dated - 1), self.published_at(self.ahead))

    def published_before(self, moments: Array) -> Array:
        """How many dated documents were published before each moment, in seconds since 1970."""
        before: Array = self.published_ascending.searchsorted(moments)
        return before

    @cached_property
    def published_ascending(self) -> Array:
        """The publication times of all dated documents, for binary search."""
        return self.segment.published[: self.dated][::-1].copy()

    @cached_property
    def doc_boosts(self) -> Array | None:
        """[N] the boosts for recency and heat, which do not depend on the query; None if both weights are 0."""
        ranking = self.ranking
        if not (ranking.recency or ranking.heat):
            return None
        all_docs = slice(0, self.doc_count)
        boosts: Array = (1 + ranking.recency * self.recency(all_docs)) * (1 + ranking.heat * self.popularity(all_docs))
        return boosts

    def recency(self, doc_ids: Array | slice) -> Array:
        """[doc_ids] from 1 for today's documents to 0 for undated ones; the formula is in `scorer.py`."""
        published = self.segment.published[doc_ids].astype(np.float64)
        midnight = self._midnight.timestamp()
        days = np.maximum(midnight - published, 0) / _DAY_SECONDS
        unknown = (published == UNDATED) | (published >= midnight + AHEAD_SECONDS)
        return np.where(unknown, 0.0, self.ranking.recency_days / (self.ranking.recency_days + days))

    def popularity(self, doc_ids: Array | slice) -> Array:
        """[doc_ids] the heat of each document, scaled to 0 to 1; 0 if it is unknown."""
        popularity: Array = np.clip(self.segment.heat[doc_ids], 0, MAX_HEAT) / MAX_HEAT
        return popularity

    @property
    def words(self) -> Strings:
        """All words in their folded forms, ascending."""
        return self.snapshot.dictionary.words

    def share_with_heat(self, heat: int) -> float:
        """The share of documents with at least this heat."""
        return float(np.count_nonzero(self.segment.heat >= heat) / self.doc_count)

    @cached_property
    def spelling_corrector(self) -> SpellingCorrector:
        return SpellingCorrector(self.snapshot.dictionary, self.synonym_map, partial(_doc_frequency, self.segment))

    @cached_property
    def corrections(self) -> Callable[[str], Sequence[CorrectedQuery]]:
        """As the method of the spelling corrector; a page without results searches for one text many times."""
        return lru_cache(_CACHED_CORRECTIONS)(self.spelling_corrector.corrections)

    @cached_property
    def clustered(self) -> Array:
        """[N] whether other documents tell the same story."""
        story = self.segment.story
        return np.asarray(np.bincount(story, minlength=self.doc_count).take(story) > 1)

    def postings(self, term: int) -> slice:
        """The term's slice of the columns of postings."""
        starts = self.segment.posting_starts
        return slice(int(starts[term]), int(starts[term + 1]))

    def prefix_postings(self, prefix: str) -> slice:
        """The postings of all terms with the prefix: consecutive, because terms are sorted."""
        terms, starts = self.segment.terms.prefixed(prefix), self.segment.posting_starts
        return slice(int(starts[terms.start]), int(starts[terms.stop]))

    def idf(self, term: int) -> tuple[float, ...]:
        """The inverse document frequency of the term in each field."""
        return tuple(map(self.idf_of, self.segment.doc_frequencies[term].tolist()))

    def term_idf(self, text: str) -> list[float]:
        """The inverse document frequency of a term in each field, also of one that no document has."""
        term = self.segment.terms.find(text)
        counts = [0] * FIELD_COUNT if term is None else self.segment.doc_frequencies[term].tolist()
        return [self.idf_of(count) for count in counts]

    def idf_of(self, doc_frequency: int) -> float:
        """The inverse document frequency of what so many documents have."""
        return inverse_document_frequency(self.doc_count, doc_frequency)

    def prefix_idf(self, prefix: str, doc_frequencies: Sequence[int]) -> list[float]:  # noqa: ARG002  # other readers
        """The inverse document frequency in each field of all terms with the prefix, which so many documents have."""
        return list(map(self.idf_of, doc_frequencies))

    def window(self, since: datetime | None, until: datetime | None) -> tuple[int, int]:
        """The range of doc ids published from `since` to before `until`; documents are sorted newest first."""
        published, dated = self.segment.published, range(self.dated)

        def before(moment: datetime) -> int:
            """The first document published before the moment.  Times are whole seconds: a fraction is rounded up."""
            seconds = math.ceil(moment.timestamp())
            return bisect_left(dated, True, key=lambda d: bool(published[d] < seconds))

        first = 0 if until is None else before(until)
        last = self.dated if since is None else before(since)
        return first, max(first, last)

    @property
    def _midnight(self) -> datetime:
        return midnight(self.today)

    def published_at(self, doc_id: int) -> datetime:
        """The time at which a dated document was published."""
        return datetime.fromtimestamp(int(self.segment.published[doc_id]), UTC)


def inverse_document_frequency(articles: int, doc_frequency: int) -> float:
    """That of what `doc_frequency` of the articles have, by Whoosh's formula."""
    return math.log(max(articles, 1) / (doc_frequency + 1)) + 1


def content_key(parts: Iterable[object]) -> str:
    """Changes with everything that results depend on, which are these parts."""
    return hashlib.blake2b(" ".join(map(str, parts)).encode(), digest_size=12).hexdigest()


def recent_starts(span: Span | None) -> Sequence[date]:
    """The first day of each of `RECENT_DAYS`, counted back from the newest right date; empty if there is none."""
    if span is None:
        return ()
    newest = span.newest.date().toordinal()
    return [date.fromordinal(max(1, newest - days + 1)) for days in RECENT_DAYS]


def utc_today() -> date:
    return datetime.now(UTC).date()


def _doc_frequency(segment: Segment, text: str) -> int:
    """The number of documents with the term in any field."""
    term = segment.terms.find(text)
    return 0 if term is None else int(segment.posting_starts[term + 1] - segment.posting_starts[term])


def field_set(names: Iterable[str]) -> int:
    """The fields with these names as a bit set."""
    return sum(1 << TEXT_FIELDS.index(name) for name in names)


def field_sets(by_field: Array) -> Array:
    """[n] the fields with a value other than 0, as a bit set; `by_field` is [4, n]."""
    sets: Array = np.packbits(by_field != 0, axis=0, bitorder="little")[0]
    return sets


def _cached_articles(segment: Segment) -> int:
    """How many articles of the average size fit the cache, at most `_CACHED_ARTICLES`."""
    average = _DECODED * float(segment.stored_length.mean()) if len(segment) else 0.0
    return min(_CACHED_ARTICLES, int(_CACHED_BYTES / max(average, 1.0)))


def _frequencies(segment: Segment) -> Array:
    """[S + 1, 4] the frequencies of the term stats; 0 at the end, for no posting."""
    return np.vstack([segment.term_stats[:, :FIELD_COUNT], np.zeros((1, FIELD_COUNT), segment.term_stats.dtype)])


def mean_lengths(segment: Segment) -> Sequence[float]:
    """The mean number of tokens of each field."""
    totals = segment.lengths.sum(axis=0, dtype=np.int64).tolist()
    return [total / len(segment) if len(segment) else 0 for total in totals]


def _saturation(segment: Segment, ranking: Ranking, average_lengths: Sequence[float]) -> Sequence[Array]:
    """For each field, [S + 1] the factor of BM25 that depends on term stats alone; 0 at the end, for no posting.

    It is tf · (K1 + 1) / (tf + K1 · ((1 − B) + B · length / average length)).  The floats equal Whoosh's, because the
    operations and their order do."""
    columns = []
    for field, average in enumerate(average_lengths):
        frequency = segment.term_stats[:, field].astype(np.float64)
        length = segment.term_stats[:, FIELD_COUNT + field].astype(np.float64)
        norm = frequency + ranking.k1 * ((1 - ranking.b) + ranking.b * length / (average or 1))
        values = np.divide(frequency * (ranking.k1 + 1), norm, out=np.zeros(len(norm)), where=frequency > 0)
        columns.append(np.append(values, 0.0))
    return columns
