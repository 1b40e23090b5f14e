"""How many articles were published on each day, by a histogram; and timelines of them."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, Self

import numpy as np

from search.arrays import Array
from search.periods import midnight
from search.request import SearchRequest
from search.results import RECENT_DAYS, Recent, Timeline, TimelineBucket
from search.searcher.index_reader import Span, recent_starts
from search.searcher.timeline import period_moments, shown_days, timeline_interval

DAY_SECONDS: Final = 86_400

HISTOGRAM: Final[dict[str, Any]] = {
    "histogram": {"field": "published", "interval": DAY_SECONDS, "min_doc_count": 1, "order": {"_key": "asc"}}
}


class DayCounts:
    """The dated articles of a set by the day on which they were published (UTC)."""

    def __init__(self, days: Array, counts: Array) -> None:
        """`days`: the starts of the days in seconds since 1970, ascending."""
        self._days = days
        self._sums = np.append(0, np.cumsum(counts))

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """The counts in the answer to a `HISTOGRAM`."""
        buckets = answer["buckets"]
        days = np.array([bucket["key"] for bucket in buckets], np.int64)
        return cls(days, np.array([bucket["doc_count"] for bucket in buckets], np.int64))

    @property
    def total(self) -> int:
        return int(self._sums[-1])

    def before(self, moments: Array) -> Array:
        """How many articles were published on days that begin before each moment, in seconds since 1970."""
        return self._sums.take(self._days.searchsorted(moments))

    def span(self, ahead: int) -> Span | None:
        """The oldest and the newest day before `ahead`, from which on dates are wrong; None if there is none."""
        right = self._days[: self._days.searchsorted(ahead)].tolist()
        return Span(*(datetime.fromtimestamp(day, UTC) for day in (right[0], right[-1]))) if right else None


class PublicationDays:
    """The publication days of an archive, by which timelines of searches are made."""

    def __init__(self, days: DayCounts, today: date, ahead: int) -> None:
        self._days = days
        self._today = today
        self._ahead = ahead
        self.span = days.span(ahead)

    def timeline(
        self, found: DayCounts, total: int, published_before: Callable[[Array], Array], request: SearchRequest
    ) -> Timeline:
        """The timeline of a search that found these articles, `total` with the undated ones, within its dates.

        `published_before`: how many articles of the archive were published before each moment."""
        limits = request.since, request.until
        days = shown_days(self.span, found.span(self._ahead), *limits)
        if days is None:
            return Timeline(timeline_interval(self._today, self._today, request.timeline), (), total)
        interval = timeline_interval(*days, request.timeline)
        periods = period_moments(*days, interval, *limits, self._today)
        moments = np.array(periods.limited, np.int64)
        moments[0] -= moments[0] % DAY_SECONDS  # articles count at the start of their day, which can be before `since`
        counts = np.diff(found.before(moments))
        totals = np.diff(published_before(periods.limited))
        buckets = map(TimelineBucket, periods.starts, counts.tolist(), totals.tolist(), periods.partial)
        return Timeline(interval, tuple(buckets), total - int(counts.sum()))

    def recent(self, found: DayCounts) -> tuple[Recent, ...]:
        """For each of `RECENT_DAYS`, how many articles a search from that day on finds."""
        starts = recent_starts(self.span)
        before = found.before(np.array([int(midnight(start).timestamp()) for start in starts], np.int64))
        return tuple(map(Recent, RECENT_DAYS, starts, (found.total - before).tolist()))
