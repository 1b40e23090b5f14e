"""Figures and times as readers say them."""

import re
from datetime import date, datetime, timedelta

STEPS = ((60, "second"), (60, "minute"), (24, "hour"), (30, "day"), (12, "month"))


def counted(number: int, noun: str) -> str:
    """`1 article`, `1,234 articles`, `2 stories`."""
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{number:,} {noun}"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago a time was, in its largest whole unit: `3 minutes ago`; `just now` within a minute or ahead."""
    amount = int((now - moment) / timedelta(seconds=1))
    if amount < STEPS[0][0]:
        return "just now"
    for size, noun in STEPS:
        if amount < size:
            return f"{counted(amount, noun)} ago"
        amount //= size
    return f"{counted(amount, 'year')} ago"


def day(moment: date) -> str:
    """`3 January 2024`."""
    return f"{moment.day} {moment:%B %Y}"


def exact(moment: datetime) -> str:
    """`3 January 2024, 14:05 UTC`, or another zone if it is in one."""
    return f"{day(moment)}, {moment:%H:%M} {moment.tzname() or 'UTC'}"


def as_given(moment: date) -> str:
    """A date, or a time, as whoever searches gave it."""
    return exact(moment) if isinstance(moment, datetime) else day(moment)


def is_day(text: str) -> bool:
    """Whether this is a bare date, which a date input can hold."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None
