"""Formats numbers, times and highlights for readers; the templates use these functions as filters."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from markupsafe import Markup

from search import Fragment, period_name, quantity
from web.templating import escaped

UNITS = ((60, "second"), (60, "minute"), (24, "hour"), (30, "day"), (12, "month"))


def grouped(number: int) -> str:
    """`1,234`."""
    return f"{number:,}"


def percentage(part: float, whole: float) -> str:
    """`42%`, `4.2%`, `<0.1%`, `0%`: only nothing is 0%, and only all is 100%."""
    percent = 100 * part / whole if whole else 0.0
    if 0 < percent < 0.1:
        return "<0.1%"
    if 99.5 <= percent < 100:
        return ">99%"
    return f"{percent:.1f}%" if 0 < percent < 9.95 else f"{percent:.0f}%"


def capitalized(text: str) -> str:
    """The text with a capital first letter; the others stay."""
    return text[:1].upper() + text[1:]


def marked(fragments: Iterable[Fragment], tag: str = "mark") -> Markup:
    """The fragments as HTML, each hit in an element; hits next to each other share one."""
    texts = [f"<{tag}>{escaped(each.text)}</{tag}>" if each.hit else escaped(each.text) for each in fragments]
    return Markup(re.sub(rf"</{tag}>([\s-]*)<{tag}>", r"\1", "".join(texts)))  # noqa: S704  # escaped


def ago(moment: datetime, now: datetime) -> str:
    """The age of a time in its largest whole unit: `3 minutes ago`; `just now` if less than a minute."""
    return f"{_largest_unit(now - moment)} ago" if now - moment >= timedelta(minutes=1) else "just now"


def later(moment: datetime, first: datetime) -> str:
    """The time between two moments: `45 hours later`; in days if it is two days or more, or a whole day."""
    return f"{_largest_unit(moment - first, least=2)} later"


def _largest_unit(span: timedelta, least: int = 1) -> str:
    """The span in the largest unit of which it has at least so many, or a whole number: `45 seconds`, `3 hours`."""
    amount = int(span / timedelta(seconds=1))
    for size, noun in UNITS:
        if amount < least * size and (amount % size or not amount):
            return quantity(amount, noun)
        amount //= size
    return quantity(amount, "year")


def long_date(moment: date) -> str:
    """`3 January 2024`."""
    return period_name(moment, "day")


def short_date(moment: date) -> str:
    """`3 Jan 2024`, for lines that have little room."""
    return f"{moment.day} {moment:%b} {moment.year}"


def time_element(moment: datetime) -> Markup:
    """The date of a time, in a `<time>` element."""
    return _time_element(moment, long_date(moment))


def short_time_element(moment: datetime) -> Markup:
    """The short date of a time, in a `<time>` element."""
    return _time_element(moment, short_date(moment))


def _time_element(moment: datetime, text: str) -> Markup:
    return Markup(f'<time datetime="{moment.isoformat()}">{text}</time>')  # noqa: S704  # digits and names


def long_time(moment: datetime) -> str:
    """`3 January 2024, 14:05 UTC`, or the time's own zone."""
    return f"{long_date(moment)}, {moment:%H:%M} {moment.tzname() or 'UTC'}"


def long_date_or_time(moment: date) -> str:
    """A date as `long_date`, a time as `long_time`."""
    return long_time(moment) if isinstance(moment, datetime) else long_date(moment)


def is_date(text: str) -> bool:
    """Whether a text is a bare date, which a date input accepts."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None
