"""A snapshot made ready for searching: its columns and what is worth having at hand beside them."""

import hashlib
import math
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

import numpy as np

from search.analysis.synonym_map import NO_SYNONYMS, SynonymMap
from search.article import Article
from search.results import IndexInfo
from search.searcher.keyword_counts import KeywordCounts
from search.settings import Ranking
from search.snapshot.arrays import Array
from search.snapshot.segment import FIELD_COUNT, UNDATED
from search.snapshot.snapshot import Snapshot
from search.suggest.spelling_correction import SpellingCorrector

HOTTEST: Final = 200
"""From this heat on an article is as popular as can be; real archives have up to 190."""

_DAY: Final = 86_400


class IndexReader:
    """An open snapshot with the ranking and the synonyms it is searched with.  Immutable, hence shared by threads."""

    def __init__(self, snapshot: Snapshot, ranking: Ranking, synonym_map: SynonymMap = NO_SYNONYMS) -> None:
        self.snapshot = snapshot
        self.segment = snapshot.segment
        self.ranking = ranking
        self.synonym_map = synonym_map
        self.documents = len(snapshot.segment)
        self.saturation = _saturation(snapshot, ranking)
        self.no_posting = len(snapshot.segment.term_stats)
        self.keywords = {facet: KeywordCounts(column) for facet, column in snapshot.segment.keywords.items()}

    @cached_property
    def info(self) -> IndexInfo:
        """What is being searched."""
        manifest = self.snapshot.manifest
        # What an answer depends on: the articles, how they are analysed and ranked, and what else a query finds.
        parts = (
            f"{manifest.content} {manifest.format} {manifest.analyzer} {self.ranking} {self.synonym_map.fingerprint}"
        )
        content = hashlib.blake2b(parts.encode(), digest_size=12).hexdigest()
        return IndexInfo(self.snapshot.name, manifest.built_at, manifest.articles, content)

    @cached_property
    def dated(self) -> int:
        """How many documents have a date; those after have none."""
        return bisect_left(range(self.documents), True, key=lambda d: bool(self.segment.published[d] == UNDATED))

    @cached_property
    def prior(self) -> Array | None:
        """[N] by what a score is multiplied whatever the query, for being new and for being popular; None: by 1."""
        ranking = self.ranking
        if not (ranking.recency or ranking.heat):
            return None
        all_documents = slice(0, self.documents)
        prior: Array = (1 + ranking.recency * self.recency(all_documents)) * (
            1 + ranking.heat * self.popularity(all_documents)
        )
        return prior

    def recency(self, documents: Array | slice) -> Array:
        """How new documents are, from 1 for the newest to 0 for undated ones; see `relevance`."""
        published = self.segment.published[documents]
        newest = int(self.segment.published[0]) if self.documents else 0
        days = (newest - published.astype(np.float64)) / _DAY
        return np.where(published == UNDATED, 0.0, self.ranking.recency_days / (self.ranking.recency_days + days))

    def popularity(self, documents: Array | slice) -> Array:
        """How popular documents are, from 0, also where that is unknown, to 1."""
        popularity: Array = np.clip(self.segment.heat[documents], 0, HOTTEST) / HOTTEST
        return popularity

    @cached_property
    def spelling_corrector(self) -> SpellingCorrector:
        """Corrects queries to words of this index."""
        return SpellingCorrector(self.snapshot.dictionary, self.synonym_map, self.doc_frequency)

    @cached_property
    def shared(self) -> Array:
        """[N] whether the document's story has others, too."""
        story = self.segment.story
        return np.asarray(np.bincount(story, minlength=self.documents).take(story) > 1)

    def article(self, document: int) -> Article:
        """The stored article."""
        return self.snapshot.article(document)

    def postings(self, term: int) -> slice:
        """Where a term's postings stand."""
        starts = self.segment.posting_starts
        return slice(int(starts[term]), int(starts[term + 1]))

    def doc_frequency(self, text: str) -> int:
        """The number of documents with the term in any field."""
        term = self.segment.terms.find(text)
        if term is None:
            return 0
        postings = self.postings(term)
        return len(range(postings.start, postings.stop))

    def idf(self, term: int) -> tuple[float, ...]:
        """Whoosh's inverse document frequency of the term in each field, 0 where it does not occur."""
        return tuple(
            math.log(self.documents / (count + 1)) + 1 if count else 0.0
            for count in self.segment.doc_frequencies[term].tolist()
        )

    def window(self, since: datetime | None, until: datetime | None) -> tuple[int, int]:
        """The documents published from `since` until before `until`, a range because they stand newest first."""
        if since is None and until is None:
            return 0, self.documents
        published, dated = self.segment.published, range(self.dated)

        def before(moment: datetime) -> int:
            """The first document published before the moment."""
            seconds = _seconds(moment)
            return bisect_left(dated, True, key=lambda d: bool(published[d] < seconds))

        first = 0 if until is None else before(until)
        last = self.dated if since is None else before(since)
        return first, max(first, last)

    def published_at(self, document: int) -> datetime:
        """When a dated document was published."""
        return datetime.fromtimestamp(int(self.segment.published[document]), UTC)


def _seconds(moment: datetime) -> int:
    """Whole seconds since 1970, as articles' times are kept; a fraction begins after the second it lies in."""
    return math.ceil(moment.timestamp())


def _saturation(snapshot: Snapshot, ranking: Ranking) -> Sequence[Array]:
    """For each field, of every shape, the part of BM25 that does not depend on the term.

    That is tf · (K1 + 1) / (tf + K1 · ((1 − B) + B · length / average length)), with a 0 at the end for "no posting".
    The operations are Whoosh's, in Whoosh's order, so that the floats are too."""
    segment = snapshot.segment
    totals = segment.lengths.sum(axis=0, dtype=np.int64).tolist()
    columns = []
    for field, total in enumerate(totals):
        average = (total / len(segment) if len(segment) else 0) or 1
        frequency = segment.term_stats[:, field].astype(np.float64)
        length = segment.term_stats[:, FIELD_COUNT + field].astype(np.float64)
        norm = frequency + ranking.k1 * ((1 - ranking.b) + ranking.b * length / average)
        values = np.divide(frequency * (ranking.k1 + 1), norm, out=np.zeros(len(norm)), where=frequency > 0)
        columns.append(np.append(values, 0.0))
    return columns
