"""Reads the dates of requests: ISO 8601, or a number of days, weeks, months or years before today."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Final

from search.errors import Mistake
from search.request_mistakes import refusal

_YEAR: Final = re.compile(r"(\d{4})", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_WEEK: Final = re.compile(r"(\d{4})-?W(\d\d)", re.ASCII)
_TIME_WITHOUT_SECONDS: Final = re.compile(r"[^Tt ]+[Tt ](?:\d\d|\d\d:?(\d\d))(?:Z|[+-][\d:]+)?", re.ASCII)
_RELATIVE: Final = re.compile(r"(\d{1,5})([hdwmy])", re.ASCII | re.IGNORECASE)
_LOST_PLUS: Final = re.compile(r"(\S+[Tt]\S+) (\d\d(?::?\d\d)?)", re.ASCII)

_EXAMPLES: Final = "2026-01-31, 2026-01, 2026-W05, 2026-01-31T09:30:00Z or 7d"


def read_moment(value: object, last: bool) -> date:
    """The first or last moment of a year, month, week, day, hour, minute or second; a date if it is a day or more.

    `7d` is the day that was seven days before today, UTC; likewise w, m and y; `3h` is an hour."""
    if isinstance(value, date):
        return value
    text = value.strip() if isinstance(value, str) else ""
    try:
        return _ago(text, last) or _day(text, last) or _time(text, last)
    except (ValueError, OverflowError):
        raise refusal(Mistake("", _not_a_date(text), "not_a_date")) from None


def is_relative(text: str) -> bool:
    """Whether the date depends on the time at which it is read."""
    return _RELATIVE.fullmatch(text.strip()) is not None


def utc_now() -> datetime:
    return datetime.now(UTC)


def _not_a_date(text: str) -> str:
    if match := _LOST_PLUS.fullmatch(text):
        return f"has a space before its offset from UTC: + in a URL must be written %2B, as in {match[1]}%2B{match[2]}"
    return f"is not a date such as {_EXAMPLES}"


def _day(text: str, last: bool) -> date | None:
    """The first or last day of a year, month, week or day, or None if the text is none of these."""
    if match := _YEAR.fullmatch(text):
        return date(int(match[1]), 12, 31) if last else date(int(match[1]), 1, 1)
    if match := _MONTH.fullmatch(text):
        year, month = int(match[1]), int(match[2])
        first = date(year, month, 1)
        return first.replace(day=monthrange(year, month)[1]) if last else first
    if match := _WEEK.fullmatch(text):
        return date.fromisocalendar(int(match[1]), int(match[2]), 7 if last else 1)
    try:
        return date.fromisoformat(text)  # also in the form 20260131
    except ValueError:
        return None


def _time(text: str, last: bool) -> datetime:
    """The time, or the last second of an hour or minute.  Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if last and (match := _TIME_WITHOUT_SECONDS.fullmatch(text)):
        moment += timedelta(minutes=0 if match[1] else 59, seconds=59)
    return moment


def _ago(text: str, last: bool) -> date | None:
    """The day, or a moment of the hour, that is so long ago, UTC.  None for other texts.  Raises OverflowError."""
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return None
    number, now = int(match[1]), utc_now()
    match match[2].lower():
        case "h":
            hour = (now - timedelta(hours=number)).replace(minute=0, second=0, microsecond=0)
            return hour + timedelta(minutes=59, seconds=59) if last else hour
        case "d":
            return now.date() - timedelta(days=number)
        case "w":
            return now.date() - timedelta(weeks=number)
        case "m":
            return _months_before(now.date(), number)
        case _:
            return _months_before(now.date(), 12 * number)


def _months_before(day: date, number: int) -> date:
    """The same day of an earlier month, or the last day of that month if it is shorter.  Raises ValueError."""
    year, month = divmod(12 * day.year + day.month - 1 - number, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
