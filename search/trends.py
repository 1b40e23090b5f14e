"""Compares topics, providers or queries over time, by searches of any engine."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from search.engine import Engine
from search.errors import Mistake, RequestInvalid
from search.periods import Interval, period_end
from search.request import IntervalChoice, SearchRequest
from search.results import IndexInfo, Timeline, TimelineBucket
from search.value import Value

By = Literal["topic", "provider", "query"]
"""What a trend counts: the articles of a topic, of a provider, or those that a query finds."""

MAX_TRENDS = 6
"""More lines could not be told apart."""

_COUNTS = {"per_page": 0, "facets": (), "match": "all", "typo": False}


class Trend(Value, msgspec.Struct, frozen=True, gc=False):
    """The articles of one topic, provider or query over time.

    `total` is the sum of the counts, and of the articles that are undated or outside the periods."""

    value: str
    total: int
    buckets: tuple[TimelineBucket, ...]

    @property
    def outside(self) -> int:
        """The number of articles in none of the periods."""
        return self.total - sum(bucket.count for bucket in self.buckets)


class Trends(Value, msgspec.Struct, frozen=True, gc=False):
    """Trends by the same periods, and the index that they are from.

    `total`: how many articles that has between the dates.  `warnings`: values that no article has, and how unusual
    syntax of queries was read."""

    interval: Annotated[Interval, Meta(description="The interval in use.")]
    trends: tuple[Trend, ...]
    index: IndexInfo
    total: int = 0
    warnings: tuple[str, ...] = ()


def compare_trends(
    engine: Engine,
    by: By,
    values: Sequence[str],
    interval: IntervalChoice = "auto",
    since: date | None = None,
    until: date | None = None,
    at: str | None = None,
) -> Trends:
    """The trend of each value, over all dates of the archive or those from `since` to `until`.

    `at` names a snapshot.  A value that lists topics or providers, with commas between them, has a trend for each.
    Raises `RequestInvalid` for more than `MAX_TRENDS` values."""
    values = [each for value in values for each in _listed(engine, by, value, at)]
    if len(values) > MAX_TRENDS:
        raise RequestInvalid([Mistake("value", f"must have at most {MAX_TRENDS} values", "too_many", limit=MAX_TRENDS)])
    within: dict[str, object] = {**_COUNTS, "from_": since, "to": until, "at": at}
    whole = engine.search(SearchRequest().model_copy(update={**within, "timeline": interval}))
    periods = whole.timeline or Timeline("day", (), 0)
    trends, warnings = [], dict[str, None]()
    for value in dict.fromkeys(values):
        request = trend_request(by, value).model_copy(update={**within, "timeline": periods.interval})
        found = engine.search(request)
        timeline = found.timeline
        if periods.buckets and found.total and not (timeline and timeline.buckets):
            timeline = engine.search(request.model_copy(update=_days(periods, since, until))).timeline
        trends.append(_trend(value, found.total, timeline, periods))
        warnings |= dict.fromkeys(found.warnings)
    return Trends(periods.interval, tuple(trends), whole.index, whole.total, tuple(warnings))


def trend_request(by: By, value: str) -> SearchRequest:
    """The search for the articles of a trend."""
    return SearchRequest(q=value) if by == "query" else SearchRequest.model_validate({by: [value]})


def _listed(engine: Engine, by: By, value: str, at: str | None) -> Sequence[str]:
    """The values that a value lists, in their order; else the value itself."""
    if by == "query" or "," not in value:
        return (value,)
    read = engine.search(trend_request(by, value).model_copy(update=_COUNTS | {"at": at})).request
    return sorted(getattr(read, by), key=value.find)


def _days(periods: Timeline, since: date | None, until: date | None) -> dict[str, date]:
    """The days of the periods.

    A search without right dates has no timeline, but a date later than today can lie in a period that is not over."""
    first, last = periods.buckets[0].start, periods.buckets[-1].start
    return {"from_": since or first, "to": until or period_end(last, periods.interval)}


def _trend(value: str, total: int, timeline: Timeline | None, periods: Timeline) -> Trend:
    """The trend by the same periods as those of the whole archive, which include those of any search."""
    counts = {bucket.start: bucket.count for bucket in timeline.buckets} if timeline else {}
    buckets = (
        TimelineBucket(bucket.start, counts.get(bucket.start, 0), bucket.total, bucket.partial)
        for bucket in periods.buckets
    )
    return Trend(value, total, tuple(buckets))
