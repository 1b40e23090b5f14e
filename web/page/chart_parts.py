"""What the charts have in common: the measures, the names of periods, and the labels of the axis."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from search import Interval, TimelineBucket, period_name
from web.page.formatting import capitalized, grouped, percentage
from web.page.text_width import text_width
from web.trend_parameters import Measure

_SUBJECTS: Final[dict[Measure, str]] = {"count": "Articles", "share": "Share of the archive"}
_MAX_TICKS: Final = 5
NARROW_BARS: Final = 288  # pixels: the width of a timeline in a window of 320 pixels
NARROW_LINES: Final = 116  # and of a plot of lines, next to its labels
_LETTER: Final = 7.7  # pixels
_GAP: Final = 6  # pixels
_LAST_TICK: Final = 90  # percent of the width: a label further right has no room
_MONTHS_BY_NAME: Final = 14  # an axis of more months is labelled with years


class Tick(NamedTuple):
    """A label of the axis, at `x` percent; `wide_only` if it would touch another label in a narrow chart."""

    x: float
    label: str
    wide_only: bool = False


def subject(measure: Measure, interval: Interval) -> str:
    """`Articles by month`, `Share of the archive by day`."""
    return f"{_SUBJECTS[measure]} by {interval}"


def measured_text(value: float, measure: Measure) -> str:
    """`1,234`, `3.1%`."""
    return percentage(value, 1) if measure == "share" else grouped(int(value))


def bucket_name(bucket: TimelineBucket, interval: Interval) -> str:
    """`May 2024`, `May 2024, incomplete`."""
    name = capitalized(period_name(bucket.start, interval))
    return f"{name}, incomplete" if bucket.partial else name


def incomplete_notes(buckets: Sequence[TimelineBucket], interval: Interval) -> Iterator[str]:
    """`May 2024 is incomplete`, for each of the periods that is."""
    for bucket in buckets:
        if bucket.partial:
            yield f"{capitalized(period_name(bucket.start, interval))} is incomplete"


def axis_ticks(buckets: Sequence[TimelineBucket], interval: Interval, narrow: int = NARROW_BARS) -> Iterator[Tick]:
    """At most `_MAX_TICKS` labels at equal distances, each with its year or after one of the same year.

    `narrow`: the width of the narrowest chart, in pixels."""
    number, year, end = len(buckets), 0, 0.0
    by_year = interval == "month" and number > _MONTHS_BY_NAME
    candidates = [i for i, bucket in enumerate(buckets) if not by_year or bucket.start.month == 1]
    for i in candidates[:: -(-len(candidates) // _MAX_TICKS) or 1]:
        x = round(100 * i / number, 2)
        if x <= _LAST_TICK:
            start = buckets[i].start
            label = str(start.year) if by_year else _tick_label(start, interval, start.year != year)
            left = x / 100 * narrow
            yield Tick(x, label, wide_only=left < end)
            if left >= end:
                year, end = start.year, left + _LETTER * text_width(label) + _GAP


def _tick_label(start: date, interval: Interval, new_year: bool) -> str:
    """`2024`, `May 2024`, `3 May 2024`, `10 May`."""
    match interval:
        case "year":
            return f"{start:%Y}"
        case "month":
            return f"{start:%b %Y}"
        case _:
            return f"{start.day} {start:%b %Y}" if new_year else f"{start.day} {start:%b}"
