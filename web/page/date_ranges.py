"""Names a search's range of dates, and the wider ranges around it."""

from collections.abc import Iterator
from datetime import date, datetime

from search import INTERVALS, Interval, SearchRequest, period_end, period_name, period_start
from web.links import Changes
from web.page.formatting import long_date_or_time

ALL_DATES: Changes = {"from_": None, "to": None}
_PREPOSITIONS: dict[Interval, str] = {"day": "on", "week": "in the", "month": "in", "year": "in"}


def in_period(start: date, interval: Interval) -> str:
    """`on 3 May 2024`, `in the week of 29 April 2024`, `in May 2024`."""
    return f"{_PREPOSITIONS[interval]} {period_name(start, interval)}"


def range_text(request: SearchRequest) -> str:
    """` in May 2024`, ` on 3 May 2024`, ` from 3 May 2024 to 7 June 2024`; empty without a range."""
    first, last = request.from_, request.to
    if first is not None and last is not None and not isinstance(first, datetime):
        for interval in INTERVALS:
            if (first, last) == (period_start(first, interval), period_end(first, interval)):
                return f" {in_period(first, interval)}"
    ends = (("from", first), ("to", last))
    return "".join(f" {word} {long_date_or_time(moment)}" for word, moment in ends if moment is not None)


def wider_ranges(request: SearchRequest) -> Iterator[tuple[str, Changes]]:
    """The month and the year around the range, then all dates; nothing without a range."""
    if request.from_ is None and request.to is None:
        return
    first, last = _day(request.from_), _day(request.to)
    if first is not None and last is not None:
        for interval in INTERVALS[2:]:
            start = period_start(first, interval)
            end = period_end(start, interval)
            if last <= end and (request.from_, request.to) != (start, end):
                yield period_name(start, interval), {"from_": start, "to": end}
    yield "All dates", ALL_DATES


def _day(moment: date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment
