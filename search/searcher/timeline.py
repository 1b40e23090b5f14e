"""The timeline: how many of the filtered documents were published in each period."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from search.arrays import Array
from search.periods import Interval, fitting_interval, listable_interval, period_end, period_start, period_starts
from search.request import IntervalChoice, SearchRequest
from search.results import Timeline, TimelineBucket
from search.searcher.index_reader import IndexReader, Span

_CACHED: Final = 8
"""Each has up to 400 KB: the days of ten years."""
_DAY_SECONDS: Final = 86_400
_EPOCH: Final = date(1970, 1, 1).toordinal()


class Timelines:
    """Counts the documents of searches by period.  The periods of many searches are the same, so they are cached."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._periods = lru_cache(_CACHED)(partial(_periods, reader))

    def of(self, doc_ids: Array, request: SearchRequest) -> Timeline:
        """The documents by period, from the first period that has one to the last.

        A selected range of dates is shown as a whole, as far as the archive reaches.  Documents after the last period,
        whose dates are in the future and so must be wrong, count as undated."""
        today, limits = self._reader.today, (request.since, request.until)
        days = _days(self._reader, doc_ids, *limits)
        if days is None:
            return Timeline(timeline_interval(today, today, request.timeline), (), len(doc_ids))
        interval = timeline_interval(*days, request.timeline)
        first, last = (period_start(day, interval) for day in days)  # the same for many searches
        periods = self._periods(first, last, interval, *limits)
        ends = doc_ids.searchsorted(periods.bounds.astype(doc_ids.dtype)).tolist()
        counts = [before - after for before, after in pairwise(ends)]
        buckets = map(TimelineBucket, periods.starts, counts, periods.totals, periods.partial)
        return Timeline(periods.interval, tuple(buckets), len(doc_ids) - (ends[0] - ends[-1]))


class _Periods(NamedTuple):
    """The periods of a timeline.

    `bounds`: the first document that is older than the start of each period, and than the end of the last.
    `totals`: the number of documents of each period.  `partial`: whether it is not over, or reaches beyond a limit."""

    interval: Interval
    starts: Sequence[date]
    bounds: Array
    totals: Sequence[int]
    partial: Sequence[bool]


def _days(
    reader: IndexReader, doc_ids: Array, since: datetime | None, until: datetime | None
) -> tuple[date, date] | None:
    """The first and the last day to show of a search that found these documents."""
    begin, end = doc_ids.searchsorted(np.array((reader.ahead, reader.dated), doc_ids.dtype)).tolist()
    matched = None
    if begin < end:
        matched = Span(reader.published_at(int(doc_ids[end - 1])), reader.published_at(int(doc_ids[begin])))
    return shown_days(reader.span, matched, since, until)


def shown_days(
    archive: Span | None, matched: Span | None, since: datetime | None, until: datetime | None
) -> tuple[date, date] | None:
    """The first and the last day to show; None if neither articles with right dates nor the request give them.

    `archive`, `matched`: the oldest and the newest right date of all articles, and of those that were found."""
    if archive is None or (matched is None and (since is None or until is None)):
        return None
    shown = matched or archive  # limits replace both ends if nothing matched
    first = shown.oldest if since is None else max(since, archive.oldest)
    last = shown.newest if until is None else min(until - timedelta.resolution, archive.newest)
    days = first.date(), last.date()
    return days if days[0] <= days[1] else None


def timeline_interval(first: date, last: date, wanted: IntervalChoice) -> Interval:
    match wanted:
        case "none" | "auto":
            return fitting_interval(first, last)
        case _:
            return listable_interval(first, last, wanted)


def _periods(
    reader: IndexReader, first: date, last: date, interval: Interval, since: datetime | None, until: datetime | None
) -> _Periods:
    """The periods that these days touch."""
    moments = period_moments(first, last, interval, since, until, reader.today)
    # Newer documents have lower doc ids, so each period ends with the first document before it.
    bounds = reader.dated - reader.published_ascending.searchsorted(moments.limited)
    totals = np.diff(reader.published_before(moments.limited)).tolist()
    return _Periods(interval, moments.starts, bounds, totals, moments.partial)


class PeriodMoments(NamedTuple):
    """Consecutive periods: their first days; when each begins and the last ends, in seconds since 1970, within the
    limits of a request; whether each is not over, or reaches beyond a limit."""

    starts: Sequence[date]
    limited: Array
    partial: Sequence[bool]


def period_moments(
    first: date, last: date, interval: Interval, since: datetime | None, until: datetime | None, today: date
) -> PeriodMoments:
    """The periods that these days touch."""
    starts = period_starts(first, last, interval)
    after_last = _seconds(period_end(starts[-1], interval)) + _DAY_SECONDS
    moments = np.array([*map(_seconds, starts), after_last], np.int64)
    limited = _within(moments, since, until)
    partial = (moments[1:] > _seconds(today)) | (np.diff(limited) < np.diff(moments))
    return PeriodMoments(starts, limited, partial.tolist())


def _within(moments: Array, since: datetime | None, until: datetime | None) -> Array:
    """The moments, none before `since` and none after `until`."""
    if since is not None:
        moments = np.maximum(moments, math.ceil(since.timestamp()))
    if until is not None:
        moments = np.minimum(moments, math.ceil(until.timestamp()))
    return moments


def _seconds(day: date) -> int:
    """The start of the day, in seconds since 1970 UTC."""
    return (day.toordinal() - _EPOCH) * _DAY_SECONDS
