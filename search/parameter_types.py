"""The types of a request's parameters: how each is read from text, and its JSON schema."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from search.text import INVISIBLE, tidy

_CONTROL_SPACE = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_UNSEARCHABLE = re.compile("[\0-\x08\x0e-\x1b\x7f\ud800-\udfff]")

_YEAR = re.compile(r"(\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?W(\d\d)", re.ASCII)
_TIME_WITHOUT_SECONDS = re.compile(r"[^Tt ]+[Tt ](?:\d\d|\d\d:?(\d\d))(?:Z|[+-][\d:]+)?", re.ASCII)


def printable(value: object) -> object:
    """Reads control white space as a space, and refuses other control characters and lone surrogates.

    No indexed text contains them."""
    if not isinstance(value, str):
        return value
    if wrong := _UNSEARCHABLE.search(value):
        raise ValueError(f"has a character that cannot be searched (U+{ord(wrong[0]):04X})")
    return _CONTROL_SPACE.sub(" ", value)


def _filter_value(value: object) -> object:
    """Cleans a value as the archive reader cleans the values in the index."""
    value = printable(value)
    return tidy(value) if isinstance(value, str) else value


def _moment(value: object, last: bool) -> object:
    """Reads ISO 8601: the first or last moment of a year, month, week, day, hour, minute or second.

    A year, month, week or day gives a date.  Pydantic would read a bare date as midnight."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        return _day(text, last) or _time(text, last)
    except ValueError:
        message = "is not an ISO 8601 date such as 2026-01-31, 2026-01, 2026-W05 or 2026-01-31T09:30:00Z"
        raise ValueError(message) from None


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


def _whole(value: object) -> object:
    """Accepts only digits.  Pydantic would also accept 1.0 and 1_000."""
    if isinstance(value, str) and not (value.isascii() and value.removeprefix("-").isdigit()):
        raise ValueError("is not a whole number")
    return value


def _switch(value: object) -> object:
    """Accepts only 0 and 1.  Pydantic would also accept yes, off, t and 1.0."""
    if isinstance(value, str) and value not in {"0", "1"}:
        raise ValueError("must be 0 or 1")
    return value


def _snapshot_name(value: object) -> object:
    """Accepts only the name of a folder."""
    if isinstance(value, str) and not re.fullmatch(_SNAPSHOT, value.strip()):
        raise ValueError("is not the name of a snapshot such as 20261124T045001Z-a9d3")
    return value


def _names_among(allowed: Sequence[str], value: object) -> object:
    """Splits names at commas; returns each once, in the order of `allowed`.

    Pydantic's own check would repeat all allowed names for each wrong one."""
    names = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if not isinstance(names, list | tuple):
        return value
    if wrong := [f"“{name}”" for name in names if name not in allowed]:
        raise ValueError(f"must be some of {', '.join(allowed)}, not {', '.join(wrong)}")
    return tuple(name for name in allowed if name in names)


def list_of(names: Sequence[str]) -> tuple[BeforeValidator, WithJsonSchema]:
    """The validator and the JSON schema of a list of these names."""
    schema = {"type": "array", "items": {"type": "string", "enum": list(names)}, "minItems": 1}
    return BeforeValidator(partial(_names_among, names)), WithJsonSchema(schema)


# For the API's description: text that `printable` accepts, and text of which `tidy` leaves something.
_ACCEPTED = r"\x00-\x08\x0e-\x1b\x7f"
PRINTABLE = rf"^[^{_ACCEPTED}]*$"
_NOT_BLANK = rf"^[^{_ACCEPTED}]*[^\s\x00-\x1f\x85{INVISIBLE}][^{_ACCEPTED}]*$"
_MOMENT = {
    "anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "pattern": r"^(?!0000)\d{4}(-(0[1-9]|1[0-2])|-?W(0[1-9]|[1-4]\d|5[0-2]))?$"},
    ]
}

Value = Annotated[
    str,
    Field(min_length=1, max_length=300, json_schema_extra={"pattern": _NOT_BLANK}),
    BeforeValidator(_filter_value),
]
Values = Annotated[tuple[Value, ...], AfterValidator(lambda values: tuple(sorted(set(values))))]
"""The values of a filter, sorted and each once: their order makes no difference."""

_SNAPSHOT = "^[0-9A-Za-z_][0-9A-Za-z_.-]{0,99}$"

SnapshotName = Annotated[
    str, BeforeValidator(_snapshot_name), WithJsonSchema({"type": "string", "pattern": _SNAPSHOT, "maxLength": 100})
]

FirstMoment = Annotated[date | datetime, BeforeValidator(partial(_moment, last=False)), WithJsonSchema(_MOMENT)]
LastMoment = Annotated[date | datetime, BeforeValidator(partial(_moment, last=True)), WithJsonSchema(_MOMENT)]
Whole = Annotated[int, BeforeValidator(_whole)]
Switch = Annotated[bool, BeforeValidator(_switch), WithJsonSchema({"type": "integer", "enum": [0, 1]})]
