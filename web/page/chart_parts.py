"""What the charts have in common: the measures, the names of periods, and the labels of the axis."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from search import Interval, TimelineBucket, period_name
from web.page.formatting import capitalized, grouped, percentage
from web.trend_parameters import Measure

MEASURE_NAMES: Final[dict[Measure, str]] = {"count": "Numbers of articles", "share": "Shares of the archive"}

_SUBJECTS: Final[dict[Measure, str]] = {"count": "Articles", "share": "Share of the archive"}
_MAX_TICKS: Final = 6
_LAST_TICK: Final = 90  # percent of the width: a label further right has no room
_MONTHS_BY_NAME: Final = 14  # an axis of more months is labelled with years


class Tick(NamedTuple):
    """A label of the axis, at `x` percent."""

    x: float
    label: str


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
    """`May 2024 incomplete`, for each of the periods that is."""
    for bucket in buckets:
        if bucket.partial:
            yield f"{capitalized(period_name(bucket.start, interval))} incomplete"


def axis_ticks(buckets: Sequence[TimelineBucket], interval: Interval) -> Iterator[Tick]:
    """At most `_MAX_TICKS` labels at equal distances."""
    number = len(buckets)
    by_year = interval == "month" and number > _MONTHS_BY_NAME
    candidates = [i for i, bucket in enumerate(buckets) if not by_year or bucket.start.month == 1]
    for i in candidates[:: -(-len(candidates) // _MAX_TICKS) or 1]:
        x = round(100 * i / number, 2)
        if x <= _LAST_TICK:
            yield Tick(x, _tick_label(buckets[i], interval, by_year))


def _tick_label(bucket: TimelineBucket, interval: Interval, by_year: bool) -> str:
    start = bucket.start
    if interval == "year" or by_year:
        return str(start.year)
    return f"{start:%b}" if interval == "month" else f"{start.day} {start:%b}"
