"""Calendar periods: days, ISO weeks, months and years, in UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Final, Literal

Interval = Literal["day", "week", "month", "year"]
INTERVALS: Final[tuple[Interval, ...]] = ("day", "week", "month", "year")

MAX_PERIODS: Final = 4000
"""More periods than this are never listed, but for years: a coarser interval is used."""

_MONTHS: Final = (
    "", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_FITTING: Final[dict[Interval, int]] = {"day": 62, "week": 27, "month": 72}
"""The number of periods of each interval that one chart can show.  A year is shown by month, a month by day."""


def utc_text(moment: datetime) -> str:
    """The time in ISO 8601, as JSON has it: `2026-01-31T09:30:00Z`."""
    return moment.isoformat().replace("+00:00", "Z")


def fitting_interval(first: date, last: date) -> Interval:
    """The interval that shows these days best: the finest that gives a readable number of periods."""
    return next((each for each in _FITTING if period_count(first, last, each) <= _FITTING[each]), "year")


def listable_interval(first: date, last: date, interval: Interval) -> Interval:
    """The interval, or the next coarser one that divides these days into at most `MAX_PERIODS`."""
    allowed = INTERVALS[INTERVALS.index(interval) : -1]
    return next((each for each in allowed if period_count(first, last, each) <= MAX_PERIODS), "year")


def period_count(first: date, last: date, interval: Interval) -> int:
    """The number of periods that these days touch."""
    match interval:
        case "day":
            return last.toordinal() - first.toordinal() + 1
        case "week":
            return (period_start(last, "week") - period_start(first, "week")).days // 7 + 1
        case "month":
            return 12 * (last.year - first.year) + last.month - first.month + 1
        case "year":
            return last.year - first.year + 1


def period_starts(first: date, last: date, interval: Interval) -> list[date]:
    """The first day of each period that these days touch."""
    return list(takewhile(lambda start: start <= last, _starts_from(period_start(first, interval), interval)))


def period_start(day: date, interval: Interval) -> date:
    """The first day of the period that has this day."""
    match interval:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)


def period_end(start: date, interval: Interval) -> date:
    """The last day of the period that starts on this day."""
    following = _following(start, interval)
    return date.max if following is None else following - timedelta(days=1)


def midnight(day: date) -> datetime:
    """The first moment of the day."""
    return datetime.combine(day, time.min, UTC)


def period_name(start: date, interval: Interval) -> str:
    """`3 May 2024`, `week of 29 April 2024`, `May 2024`, `2024`."""
    match interval:
        case "day":
            return f"{start.day} {_MONTHS[start.month]} {start.year}"
        case "week":
            return f"week of {start.day} {_MONTHS[start.month]} {start.year}"
        case "month":
            return f"{_MONTHS[start.month]} {start.year}"
        case "year":
            return str(start.year)


def _starts_from(start: date | None, interval: Interval) -> Iterator[date]:
    while start is not None:
        yield start
        start = _following(start, interval)


def _following(start: date, interval: Interval) -> date | None:
    """The first day of the next period, or None at the end of the calendar."""
    try:
        match interval:
            case "day":
                return start + timedelta(days=1)
            case "week":
                return start + timedelta(days=7)
            case "month":
                return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
            case "year":
                return start.replace(year=start.year + 1)
    except (OverflowError, ValueError):
        return None
