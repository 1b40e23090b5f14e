"""Finds the topics and the phrases of titles that are more frequent in a period than in the one before."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from search.analysis.analyzer import tokens
from search.analysis.function_words import FUNCTION_WORDS
from search.arrays import Array, top_indices
from search.periods import Interval, midnight, period_end, period_start
from search.results import RisingTrends, RisingValue
from search.searcher.index_reader import IndexReader, Span
from search.searcher.log_likelihood import LIKELY, log_likelihood

_MIN_ARTICLES: Final = 3
_DAY: Final = timedelta(days=1)


class _Pair(NamedTuple):
    """Two terms that are adjacent in a title, and how it writes them."""

    terms: tuple[str, str]
    text: str


def rising_trends(reader: IndexReader, interval: Interval, limit: int) -> RisingTrends | None:
    """The topics and phrases that rise to the last complete period; None if the archive has no two periods."""
    period = last_complete_period(reader.span, reader.today, interval)
    previous = None if period is None else previous_period(period, interval)
    if period is None or previous is None:
        return None
    after, before = _doc_ids(reader, period, interval), _doc_ids(reader, previous, interval)
    sizes = len(after), len(before)
    return RisingTrends(
        interval=interval,
        start=period,
        articles=len(after),
        articles_before=len(before),
        topics=rising_values(*_topic_counts(reader, after, before), sizes, limit),
        phrases=rising_values(*phrase_counts(_titles(reader, after), _titles(reader, before)), sizes, limit),
    )


def last_complete_period(span: Span | None, today: date, interval: Interval) -> date | None:
    """The last period that is over, as timelines mark it, up to that of the newest article."""
    if span is None:
        return None
    start = period_start(min(span.newest.date(), today), interval)
    return start if period_end(start, interval) < today else previous_period(start, interval)


def previous_period(start: date, interval: Interval) -> date | None:
    """The period before the one that starts on this day, or None at the beginning of the calendar."""
    return None if start == date.min else period_start(start - _DAY, interval)


def period_limits(start: date, interval: Interval) -> tuple[datetime, datetime]:
    """When the period that starts on this day begins, and its last moment."""
    return midnight(start), datetime.combine(period_end(start, interval), time.max, UTC)


def _doc_ids(reader: IndexReader, start: date, interval: Interval) -> Array:
    return np.arange(*reader.window(*period_limits(start, interval)), dtype=np.uint32)


def _titles(reader: IndexReader, doc_ids: Array) -> Iterator[str]:
    return (reader.article(doc_id).title for doc_id in doc_ids.tolist())


def _topic_counts(reader: IndexReader, after: Array, before: Array) -> tuple[Sequence[str], Array, Array]:
    """The topics, and the number of articles that have each, in the period and in the one before."""
    topics = reader.keywords["topic"]
    return topics.values, topics.count(after)[0], topics.count(before)[0]


def phrase_counts(after: Iterable[str], before: Iterable[str]) -> tuple[Sequence[str], Array, Array]:
    """The pairs of words of the period's titles, as most titles write them, and how many titles have each."""
    spellings: dict[tuple[str, str], Counter[str]] = {}
    for title in after:
        for pair in {pair.terms: pair for pair in _pairs(title)}.values():
            spellings.setdefault(pair.terms, Counter())[pair.text] += 1
    frequent = {terms: each for terms, each in spellings.items() if each.total() >= _MIN_ARTICLES}
    counts_before = Counter(
        terms for title in before for terms in {pair.terms for pair in _pairs(title)} if terms in frequent
    )
    return (
        [max(each, key=lambda text: (each[text], text)) for each in frequent.values()],
        np.array([each.total() for each in frequent.values()], np.int64),
        np.array([counts_before[terms] for terms in frequent], np.int64),
    )


def _pairs(title: str) -> Iterator[_Pair]:
    """The pairs of adjacent words of a title, without function words."""
    words = [token for token in tokens(title) if not token.joined]
    for first, second in pairwise(words):
        if first.position + 1 == second.position and not FUNCTION_WORDS & {first.form, second.form}:
            yield _Pair((first.term, second.term), title[first.start : second.end])


def rising_values(
    values: Sequence[str], after: Array, before: Array, sizes: tuple[int, int], limit: int
) -> tuple[RisingValue, ...]:
    """The values whose share of the articles has risen more than chance explains, most significant first."""
    size, size_before = sizes
    if not size or not size_before:
        return ()
    scores = log_likelihood(after, size, before, size_before)
    rising = np.flatnonzero((scores > LIKELY) & (after >= _MIN_ARTICLES))
    return tuple(
        RisingValue(
            values[i],
            before=int(before[i]),
            after=int(after[i]),
            growth=float(after[i] * size_before / (before[i] * size)) if before[i] else None,
        )
        for i in rising[top_indices(scores[rising], limit)].tolist()
    )
