"""What the charts have in common: the measures, the names of periods, and the labels of the axis."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from search import Interval, TimelineBucket, period_name
from web.page.formatting import capitalized, grouped, percentage
from web.trend_parameters import Measure

_SUBJECTS: Final[dict[Measure, str]] = {"count": "Articles", "share": "Share of the archive"}
_MAX_TICKS: Final = 5
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
    """`May 2024 is incomplete`, for each of the periods that is."""
    for bucket in buckets:
        if bucket.partial:
            yield f"{capitalized(period_name(bucket.start, interval))} is incomplete"


def axis_ticks(buckets: Sequence[TimelineBucket], interval: Interval) -> Iterator[Tick]:
    """At most `_MAX_TICKS` labels at equal distances, each with its year or after one of the same year."""
    number, year = len(buckets), 0
    by_year = interval == "month" and number > _MONTHS_BY_NAME
    candidates = [i for i, bucket in enumerate(buckets) if not by_year or bucket.start.month == 1]
    for i in candidates[:: -(-len(candidates) // _MAX_TICKS) or 1]:
        x = round(100 * i / number, 2)
        if x <= _LAST_TICK:
            start = buckets[i].start
            yield Tick(x, str(start.year) if by_year else _tick_label(start, interval, start.year != year))
            year = start.year


def _tick_label(start: date, interval: Interval, new_year: bool) -> str:
    """`2024`, `May 2024`, `3 May 2024`, `10 May`.  Months always have their year: narrow windows hide some labels."""
    match interval:
        case "year":
            return f"{start:%Y}"
        case "month":
            return f"{start:%b %Y}"
        case _:
            return f"{start.day} {start:%b %Y}" if new_year else f"{start.day} {start:%b}"
