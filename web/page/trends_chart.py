"""Computes the chart of trends: lines that are labelled at their ends, axes and a table."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import ceil, floor, log10
from statistics import fmean
from typing import Final, NamedTuple

from search import Trend, Trends
from web.page.chart_parts import NARROW_LINES, Tick, axis_ticks, bucket_name, incomplete_notes, measured_text, subject
from web.trend_parameters import Measure, measured

MARKERS: Final = ("●", "■", "▲", "◆", "✚", "✖")
"""One for each line, because colours alone do not tell lines apart."""

_WIDTH: Final = 1000  # of the drawing, in its own units
_HEIGHT: Final = 100
_LINE_HEIGHT: Final = 7.0  # percent of the height: a line of a label
_ONE_LINE: Final = 15  # characters of a label that fit on one line of it on a phone
_MARKED_POINTS: Final = 31  # lines of more points have a marker at their label only
_MAX_STEPS: Final = 5  # of the vertical scale
_DIGIT: Final = 8  # pixels, the width of a character of the vertical scale in a wide font


class Marker(NamedTuple):
    """The place of a marker in percent."""

    x: float
    y: float


class Line(NamedTuple):
    """A trend.  `points` are in the drawing's units, `end_y` and `label_y` are in percent: the end of the line, and the
    middle of its label."""

    name: str
    marker: str
    points: str
    markers: Sequence[Marker]
    end_y: float
    label_y: float
    total: int
    outside: int


class Row(NamedTuple):
    """A period in the table, with a text for each trend."""

    name: str
    values: Sequence[str]


class ScaleLabel(NamedTuple):
    """A label of the vertical scale, in percent from the top."""

    y: float
    label: str


class TrendsChart(NamedTuple):
    """Trends as lines and as a table.  There are no lines unless there are several periods.

    `scale_width` is in pixels."""

    caption: str
    scale: Sequence[ScaleLabel]
    scale_width: int
    lines: Sequence[Line]
    ticks: Sequence[Tick]
    rows: Sequence[Row]
    notes: Sequence[str]


def trends_chart(compared: Trends, measure: Measure) -> TrendsChart:
    """The chart of trends that have the same periods."""
    trends, interval = compared.trends, compared.interval
    buckets = trends[0].buckets if trends else ()
    values = scale_values(max((measured(b, measure) for trend in trends for b in trend.buckets), default=0.0), measure)
    scale = [ScaleLabel(round(100 - 100 * value / values[-1], 2), _scale_text(value, measure)) for value in values]
    drawn = [_line(i, trend, measure, values[-1]) for i, trend in enumerate(trends)] if len(buckets) > 1 else []
    return TrendsChart(
        caption=subject(measure, interval),
        scale=scale,
        scale_width=_DIGIT * (1 + max(len(each.label) for each in scale)),
        lines=_with_distant_labels(drawn) if drawn else [],
        ticks=[_at_point(tick, len(buckets)) for tick in axis_ticks(buckets, interval, NARROW_LINES)] if drawn else [],
        rows=[
            Row(
                bucket_name(bucket, interval),
                [measured_text(measured(trend.buckets[i], measure), measure) for trend in trends],
            )
            for i, bucket in enumerate(buckets)
        ],
        notes=[*incomplete_notes(buckets, interval)],
    )


def scale_values(most: float, measure: Measure) -> list[float]:
    """The values of a scale from 0 to the first of them that is not below `most`: at most six, at steps of 1, 2, 2.5 or
    5 times a power of ten.  Of all such scales the lowest one, with the most values.  Counts have whole values."""
    if not most:
        return [0, 1]
    power = floor(log10(most))
    steps = [digit * 10.0**exponent for exponent in (power - 1, power) for digit in (1, 2, 2.5, 5)]
    # A rounded quotient: 0.3 / 0.1 is a little less than 3.
    scales = [(ceil(round(most / step, 6)), step) for step in steps if measure == "share" or step.is_integer()]
    number, step = min(
        (scale for scale in scales if scale[0] <= _MAX_STEPS),
        key=lambda scale: (round(scale[0] * scale[1], 9), -scale[0]),
    )
    return [round(i * step, 9) for i in range(number + 1)]


def _scale_text(value: float, measure: Measure) -> str:
    """`1,250`, `2.5%`, `10%`: exact, because these values are round."""
    return f"{100 * value:g}%" if measure == "share" else measured_text(value, measure)


def _line(number: int, trend: Trend, measure: Measure, top: float) -> Line:
    last = len(trend.buckets) - 1
    places = [
        Marker(round(100 * i / last, 2), round(100 - 100 * measured(bucket, measure) / top, 2))
        for i, bucket in enumerate(trend.buckets)
    ]
    return Line(
        name=trend.value,
        marker=MARKERS[number],
        points=" ".join(f"{place.x * _WIDTH / 100:g},{place.y * _HEIGHT / 100:g}" for place in places),
        markers=places[:-1] if last < _MARKED_POINTS else [],
        end_y=places[-1].y,
        label_y=places[-1].y,
        total=trend.total,
        outside=trend.outside,
    )


def _at_point(tick: Tick, count: int) -> Tick:
    """The label below the point of its period; the first and the last points are at the edges."""
    return tick._replace(x=round(tick.x * count / (count - 1), 2))


def _with_distant_labels(lines: Sequence[Line]) -> list[Line]:
    """The lines with their labels moved apart, as near to the ends of the lines as possible."""
    order = sorted(range(len(lines)), key=lambda i: lines[i].end_y)
    heights = [_LINE_HEIGHT * (1 if len(lines[i].name) <= _ONE_LINE else 2) for i in order]
    distances = [0.0, *((above + below) / 2 for above, below in pairwise(heights))]
    offsets = [*accumulate(distances)]
    # Without their distances, the places only must not decrease.
    free = _not_decreasing([lines[i].end_y - offset for i, offset in zip(order, offsets, strict=True)])
    highest = 100 - offsets[-1]
    places = [min(max(place, 0.0), highest) + offset for place, offset in zip(free, offsets, strict=True)]
    moved = dict(zip(order, places, strict=True))
    return [line._replace(label_y=round(moved[i], 2)) for i, line in enumerate(lines)]


def _not_decreasing(values: Sequence[float]) -> Iterator[float]:
    """The numbers that do not decrease with the least squares of differences from these: means of neighbours."""
    groups: list[list[float]] = []
    for value in values:
        groups.append([value])
        while len(groups) > 1 and fmean(groups[-2]) > fmean(groups[-1]):
            last = groups.pop()
            groups[-1] += last
    for group in groups:
        yield from [fmean(group)] * len(group)
