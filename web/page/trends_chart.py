"""Computes the chart of trends: lines that are labelled at their ends, an axis and a table."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from search import Trend, Trends
from web.page.chart_parts import Tick, axis_ticks, bucket_name, incomplete_notes, measured_text, subject
from web.trend_parameters import Measure, measured

MARKERS: Final = ("●", "■", "▲", "◆", "✚", "✖")
"""One for each line, because colours alone do not tell lines apart."""

_WIDTH: Final = 1000  # of the drawing, in its own units
_HEIGHT: Final = 100
_TOP: Final = 4  # room for markers above the highest point
_LABEL_DISTANCE: Final = 14  # percent of the height: two lines of text
_MARKED_POINTS: Final = 31  # lines of more points have a marker at their end only


class Marker(NamedTuple):
    """The place of a marker in percent."""

    x: float
    y: float


class Line(NamedTuple):
    """A trend.  `points` are in the drawing's units, `label_y` is in percent."""

    name: str
    marker: str
    points: str
    markers: Sequence[Marker]
    label_y: float
    total: int
    outside: int


class Row(NamedTuple):
    """A period in the table, with a text for each trend."""

    name: str
    values: Sequence[str]


class TrendsChart(NamedTuple):
    """Trends as lines and as a table.  There are no lines unless there are several periods."""

    caption: str
    highest: str
    lines: Sequence[Line]
    ticks: Sequence[Tick]
    rows: Sequence[Row]
    notes: Sequence[str]


def trends_chart(compared: Trends, measure: Measure) -> TrendsChart:
    """The chart of trends that have the same periods."""
    trends, interval = compared.trends, compared.interval
    buckets = trends[0].buckets if trends else ()
    most = max((measured(bucket, measure) for trend in trends for bucket in trend.buckets), default=0.0)
    drawn = [_line(i, trend, measure, most) for i, trend in enumerate(trends)] if len(buckets) > 1 else []
    return TrendsChart(
        caption=subject(measure, interval),
        highest=measured_text(most, measure),
        lines=_with_distant_labels(drawn),
        ticks=[_below_point(tick, len(buckets)) for tick in axis_ticks(buckets, interval)] if drawn else [],
        rows=[
            Row(
                bucket_name(bucket, interval),
                [measured_text(measured(trend.buckets[i], measure), measure) for trend in trends],
            )
            for i, bucket in enumerate(buckets)
        ],
        notes=[*incomplete_notes(buckets, interval)],
    )


def _line(number: int, trend: Trend, measure: Measure, most: float) -> Line:
    count = len(trend.buckets)
    places = [
        Marker(
            round(100 * (i + 0.5) / count, 2),
            round(100 - (100 - _TOP) * (measured(bucket, measure) / most if most else 0), 2),
        )
        for i, bucket in enumerate(trend.buckets)
    ]
    return Line(
        name=trend.value,
        marker=MARKERS[number],
        points=" ".join(f"{place.x * _WIDTH / 100:g},{place.y * _HEIGHT / 100:g}" for place in places),
        markers=places if count <= _MARKED_POINTS else places[-1:],
        label_y=places[-1].y,
        total=trend.total,
        outside=trend.outside,
    )


def _below_point(tick: Tick, count: int) -> Tick:
    """The label in the middle of its period, below the point."""
    return tick._replace(x=round(tick.x + 50 / count, 2))


def _with_distant_labels(lines: Sequence[Line]) -> list[Line]:
    """The lines with their labels moved apart, as near to the ends of the lines as possible."""
    order = sorted(range(len(lines)), key=lambda i: lines[i].label_y)
    places = [lines[i].label_y for i in order]
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + _LABEL_DISTANCE)
    limit = 100.0
    for i in reversed(range(len(places))):
        places[i] = min(places[i], limit)
        limit = places[i] - _LABEL_DISTANCE
    moved = dict(zip(order, places, strict=True))
    return [line._replace(label_y=round(moved[i], 2)) for i, line in enumerate(lines)]
