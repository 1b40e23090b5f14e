"""Computes the timeline's chart: bars that link to their periods, an axis, links to wider ranges, a table."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple
from urllib.parse import quote

from search import Interval, SearchRequest, Timeline, TimelineBucket, midnight, period_end, quantity
from web.links import Link, SearchUrls, parameter_text
from web.page.chart_parts import (
    Tick,
    axis_ticks,
    bucket_name,
    incomplete_notes,
    measured_text,
    subject,
)
from web.page.date_ranges import in_period, range_text, wider_ranges
from web.page.formatting import percentage
from web.parameters import parse
from web.trend_parameters import Measure, measured

MEASURE: Final = "measure"
"""The page's parameter."""

_TOGGLES: Final[dict[Measure, str]] = {"count": "Show shares", "share": "Show numbers"}

LEAST_HEIGHT: Final = 4  # percent; a bar of one article among many must be visible


class Bar(NamedTuple):
    """A period that has articles, with the search for them.  The left edge, the top and the height are in percent."""

    link: str
    name: str
    x: str
    y: str
    height: str
    partial: bool
    current: bool


class Row(NamedTuple):
    """A period in the table; `link` is None if it has no articles."""

    name: str
    link: str | None
    articles: int
    share: str


class TimelineChart(NamedTuple):
    """A timeline as a chart and a table.  There are no bars unless there are several periods.

    `starts`, `counts`, `last` and `range_link` let a script select a range: the first moment and the articles of each
    period, the last moment of all, and the search for the articles from `0001-01-01` to `9999-12-31`."""

    subject: str
    caption: str
    slot_width: float
    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    rows: Sequence[Row]
    notes: Sequence[str]
    toggle: Link
    wider: Sequence[Link]
    starts: str
    counts: str
    last: str
    range_link: str


def timeline_chart(
    urls: SearchUrls, timeline: Timeline, measure: Measure, other_url: str, current: date | None = None
) -> TimelineChart:
    """The chart of a search; `urls` keep the measure, `other_url` is that of the page by the other one, `current` a day
    to mark."""
    buckets = timeline.buckets if len(timeline.buckets) > 1 else ()
    periods = _Periods(urls, timeline.interval, buckets, measure)
    return TimelineChart(
        subject=subject(measure, timeline.interval),
        caption=f"{subject(measure, timeline.interval)}{range_text(urls.request)}",
        slot_width=round(periods.slot_width, 3),
        bars=[*periods.bars(current)],
        ticks=[*axis_ticks(buckets, timeline.interval)],
        rows=[*periods.rows()],
        notes=[*periods.highest(), *_notes(timeline, buckets)],
        toggle=Link(_TOGGLES[measure], other_url),
        wider=[Link(name, urls.changed(**days)) for name, days in wider_ranges(urls.request)],
        starts=" ".join(periods.first_moments),
        counts=" ".join(str(bucket.count) for bucket in buckets),
        last=periods.last_moments[-1] if buckets else "",
        range_link=periods.range_link,
    )


def requested_measure(query: bytes) -> Measure:
    """The measure that the page's query string asks for; anything but `share` means the number of articles."""
    values = parse(query, names=(MEASURE,)).values
    return "share" if values.get(MEASURE) == "share" else "count"


def other_measure(measure: Measure) -> Measure:
    return "share" if measure == "count" else "count"


def measure_parameter(measure: Measure) -> str:
    """`measure=share`; empty for the default."""
    return "" if measure == "count" else f"{MEASURE}={measure}"


class _Periods:
    """The periods of a chart, with the searches for their articles."""

    def __init__(
        self, urls: SearchUrls, interval: Interval, buckets: Sequence[TimelineBucket], measure: Measure
    ) -> None:
        self._buckets = buckets
        self._interval = interval
        self._measure = measure
        self._names = [bucket_name(bucket, interval) for bucket in buckets]
        self.slot_width = 100 / max(1, len(buckets))
        self.most = max((measured(bucket, measure) for bucket in buckets), default=0.0)
        last_days = [period_end(bucket.start, interval) for bucket in buckets]
        self.first_moments = [bucket.start.isoformat() for bucket in buckets]
        self.last_moments = [day.isoformat() for day in last_days]
        if buckets:
            self._limit(urls.request, buckets[0].start, last_days[-1])
        self.range_link = urls.changed(from_=date.min, to=date.max)
        # The links differ in their dates only: encoding each would take a millisecond.
        before, _, rest = self.range_link.partition(f"from={date.min}")
        between, _, after = rest.partition(f"to={date.max}")
        self._link_parts = f"{before}from=", f"{between}to=", after

    def bars(self, current: date | None) -> Iterator[Bar]:
        day = "" if current is None else current.isoformat()
        for i, bucket in enumerate(self._buckets):
            if bucket.count:
                height = max(LEAST_HEIGHT, 100 * measured(bucket, self._measure) / self.most)
                yield Bar(
                    self._link(i),
                    f"{self._names[i]}: {self._text(bucket)}",
                    x=f"{i * self.slot_width:.2f}",
                    y=f"{100 - height:.1f}",
                    height=f"{height:.1f}",
                    partial=bucket.partial,
                    current=self.first_moments[i] <= day <= self.last_moments[i],
                )

    def highest(self) -> Iterator[str]:
        """`Most: 7 in May 2024`, `Most: 7 in each of 3 months`: the scale of the bars."""
        starts = [bucket.start for bucket in self._buckets if measured(bucket, self._measure) == self.most]
        if self.most:
            each = in_period(starts[0], self._interval)
            where = each if len(starts) == 1 else f"in each of {quantity(len(starts), self._interval)}"
            yield f"Most: {measured_text(self.most, self._measure)} {where}"

    def rows(self) -> Iterator[Row]:
        for i, bucket in enumerate(self._buckets):
            link = self._link(i) if bucket.count else None
            yield Row(self._names[i], link, bucket.count, percentage(bucket.count, bucket.total))

    def _limit(self, request: SearchRequest, first: date, last: date) -> None:
        """Starts the first and ends the last period with the selected range."""
        if request.from_ is not None and request.since is not None and request.since > midnight(first):
            self.first_moments[0] = quote(parameter_text(request.from_), safe=":")
        if request.to is not None and request.until is not None and request.until.timestamp() < _end(last):
            self.last_moments[-1] = quote(parameter_text(request.to), safe=":")

    def _link(self, index: int) -> str:
        before, between, after = self._link_parts
        return f"{before}{self.first_moments[index]}{between}{self.last_moments[index]}{after}"

    def _text(self, bucket: TimelineBucket) -> str:
        articles = quantity(bucket.count, "article")
        if self._measure == "count":
            return articles
        return f"{percentage(bucket.count, bucket.total)} of the archive, {articles}"


def _end(day: date) -> float:
    """The end of the day, in seconds since 1970; a time could not express that of the last day of the calendar."""
    return midnight(day).timestamp() + 86_400


def _notes(timeline: Timeline, buckets: Sequence[TimelineBucket]) -> Iterator[str]:
    yield from incomplete_notes(buckets, timeline.interval)
    if timeline.undated:
        yield f"{quantity(timeline.undated, 'article')} {'has' if timeline.undated == 1 else 'have'} no valid date"
