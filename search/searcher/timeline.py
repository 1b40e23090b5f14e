"""The timeline: how many of the filtered documents were published in each period."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from search.arrays import Array
from search.periods import Interval, fitting_interval, listable_interval, period_end, period_starts
from search.request import IntervalChoice, SearchRequest
from search.results import Timeline, TimelineBucket
from search.searcher.index_reader import IndexReader

_DAY_SECONDS: Final = 86_400
_EPOCH: Final = date(1970, 1, 1).toordinal()


def count_timeline(reader: IndexReader, doc_ids: Array, request: SearchRequest) -> Timeline:
    """The documents by period, from the first period that has one to the last.

    A selected range of dates is shown as a whole, as far as the archive reaches.  Documents after the last period,
    whose dates are in the future and so must be wrong, count as undated."""
    days = _days(reader, doc_ids, request)
    if days is None:
        return Timeline(_interval(reader.today, reader.today, request.timeline), (), len(doc_ids))
    interval, starts, moments = _periods(*days, request.timeline)
    limited = _within(request, moments)
    # Newer documents have lower doc ids, so each period ends with the first document before it.
    bounds = reader.dated - reader.published_ascending.searchsorted(limited)
    counts = -np.diff(doc_ids.searchsorted(bounds.astype(doc_ids.dtype)))
    partial = (moments[1:] > _seconds(reader.today)) | (np.diff(limited) < np.diff(moments))
    buckets = map(TimelineBucket, starts, counts.tolist(), (-np.diff(bounds)).tolist(), partial.tolist())
    return Timeline(interval, tuple(buckets), len(doc_ids) - int(counts.sum()))


def _days(reader: IndexReader, doc_ids: Array, request: SearchRequest) -> tuple[date, date] | None:
    """The first and the last day to show; None if neither documents with right dates nor the request give them."""
    begin, end = doc_ids.searchsorted(np.array((reader.ahead, reader.dated), doc_ids.dtype)).tolist()
    since, until = request.since, request.until
    if reader.ahead == reader.dated or (begin == end and (since is None or until is None)):
        return None
    if since is None:
        first = reader.published_at(int(doc_ids[end - 1]))
    else:
        first = max(since, reader.published_at(reader.dated - 1))
    if until is None:
        last = reader.published_at(int(doc_ids[begin]))
    else:
        last = min(until - timedelta.resolution, reader.published_at(reader.ahead))
    days = first.date(), last.date()
    return days if days[0] <= days[1] else None


def _interval(first: date, last: date, wanted: IntervalChoice) -> Interval:
    match wanted:
        case "none" | "auto":
            return fitting_interval(first, last)
        case _:
            return listable_interval(first, last, wanted)


@lru_cache(maxsize=64)  # the dates of many searches reach from the first to the last article of the archive
def _periods(first: date, last: date, wanted: IntervalChoice) -> tuple[Interval, Sequence[date], Array]:
    """The interval; the first day of each period; the moment at which each starts, and that at which the last ends."""
    interval = _interval(first, last, wanted)
    starts = period_starts(first, last, interval)
    last_day = period_end(starts[-1], interval)
    return interval, starts, np.array([*map(_seconds, starts), _seconds(last_day) + _DAY_SECONDS], np.int64)


def _within(request: SearchRequest, moments: Array) -> Array:
    """The moments, none before `from` and none after `to`."""
    if request.since is not None:
        moments = np.maximum(moments, math.ceil(request.since.timestamp()))
    if request.until is not None:
        moments = np.minimum(moments, math.ceil(request.until.timestamp()))
    return moments


def _seconds(day: date) -> int:
    """The start of the day, in seconds since 1970 UTC."""
    return (day.toordinal() - _EPOCH) * _DAY_SECONDS
