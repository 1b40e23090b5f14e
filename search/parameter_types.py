"""The types of a request's parameters: how each is read from text or Python values, and its JSON schema.

Each check that fails reports a `Mistake`; `search.request_mistakes` words the few checks that pydantic makes itself.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from search.dates import read_moment
from search.errors import Mistake
from search.nearest_name import did_you_mean, nearest_name
from search.request_mistakes import refusal
from search.text import INVISIBLE, tidy

_CONTROL_SPACE: Final = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_UNSEARCHABLE: Final = re.compile("[\0-\x08\x0e-\x1b\x7f\ud800-\udfff]")
ALL: Final = "*"
"""All names of a list, such as all members of a result."""

_LEAVES_OUT: Final = re.compile("^(?:-|not_)")
"""The beginning of a name that is left out.  Generators of code cannot tell `-excerpt` from `excerpt`."""

_LONGEST_VALUE: Final = 300
_LONGEST_IDENTIFIER: Final = 4096
_MOST_DIGITS: Final = 18
"""A number with more digits is larger than every limit."""


def printable(value: object) -> str:
    """Reads control white space as a space, and refuses other control characters and lone surrogates.

    No indexed text contains them."""
    if not isinstance(value, str):
        raise refusal(Mistake("", "must be text", "not_text"))
    return _spaced(value)


def _filter_value(value: object) -> str:
    """Cleans a value as the archive reader cleans the values in the index."""
    if not isinstance(value, str):
        raise refusal(Mistake("", "has a value that is not text", "not_text"))
    return tidy(_spaced(_short(value, _LONGEST_VALUE)))


def _identifier(value: object) -> str:
    """Keeps the text exactly as it is."""
    if not isinstance(value, str):
        raise refusal(Mistake("", "has a value that is not text", "not_text"))
    return _searchable(_short(value, _LONGEST_IDENTIFIER))


def _short(value: str, limit: int) -> str:
    """Refuses a longer value.  The text may list several with commas between them."""
    if max(map(len, value.split(","))) > limit:
        raise refusal(Mistake("", f"has a value of more than {limit} characters", "too_long", limit=limit))
    return value


def _spaced(text: str) -> str:
    return _CONTROL_SPACE.sub(" ", _searchable(text))


def _searchable(text: str) -> str:
    if wrong := _UNSEARCHABLE.search(text):
        detail = f"has a character that cannot be searched (U+{ord(wrong[0]):04X})"
        raise refusal(Mistake("", detail, "unreadable"))
    return text


def _whole(value: object) -> int:
    """Accepts only digits.  Pydantic would also accept 1.0 and 1_000."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit():
        return int(value[: 1 + _MOST_DIGITS])
    raise refusal(Mistake("", "must be a whole number", "not_a_number"))


def _switch(value: object) -> bool:
    """Accepts only 0 and 1.  Pydantic would also accept yes, off, t and 1.0."""
    if value in ("0", "1"):
        return value == "1"
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    raise refusal(Mistake("", "must be 0 or 1", "not_one_of", ("0", "1")))


def _snapshot_name(value: object) -> str:
    """Accepts only the name of a folder."""
    if isinstance(value, str) and re.fullmatch(_SNAPSHOT, value):
        return value
    raise refusal(Mistake("", "is not the name of a snapshot such as 20261124T045001Z-a9d3", "unreadable"))


def _names_among(allowed: Sequence[str], may_be_empty: bool, value: object) -> tuple[str, ...]:
    """Splits names at commas; returns each once, in the order of `allowed`.

    `*` is all of them, and names with a minus or `not_` are all but these."""
    names = [part.strip() for part in value.split(",") if value.strip()] if isinstance(value, str) else value
    if not isinstance(names, list | tuple | set | frozenset):
        raise refusal(Mistake("", "must be a list of names", "not_a_list"))
    if not names and not may_be_empty:
        raise refusal(Mistake("", "must not be empty", "empty"))
    minus = [name for name in names if isinstance(name, str) and _LEAVES_OUT.match(name)]
    left_out = [_LEAVES_OUT.sub("", name) for name in minus]
    named = [name for name in names if name != ALL and name not in minus]
    if wrong := [name for name in (*named, *left_out) if name not in allowed]:
        raise refusal(_not_among(allowed, wrong))
    if named and left_out:
        detail = f"must name what to list or what to leave out, not both {minus[0]} and {named[0]}"
        raise refusal(Mistake("", detail, "contradicts"))
    kept = allowed if ALL in names or left_out else named
    listed = tuple(name for name in allowed if name in kept and name not in left_out)
    if left_out and not listed and not may_be_empty:
        raise refusal(Mistake("", "must not leave out every name", "empty"))
    return listed


def _not_among(allowed: Sequence[str], wrong: Sequence[object]) -> Mistake:
    """One mistake for all wrong names."""
    nearest = next(filter(None, (nearest_name(str(name), allowed) for name in wrong[:10])), None)
    quoted = ", ".join(f"“{str(name)[:100]}”" for name in wrong[:10]).encode(errors="backslashreplace").decode()
    detail = f"must be some of {', '.join(allowed)}, not {quoted}{did_you_mean(nearest)}"
    return Mistake("", detail, "not_one_of", tuple(allowed), nearest=nearest)


def list_of(names: Sequence[str], *, may_be_empty: bool = False) -> tuple[BeforeValidator, WithJsonSchema]:
    """The validator and the JSON schema of a list of these names.  An empty text is an empty list."""
    enumeration = [*names, ALL, *(f"not_{name}" for name in names)]
    schema: dict[str, object] = {"type": "array", "items": {"type": "string", "enum": enumeration}}
    if not may_be_empty:
        schema["minItems"] = 1
    return BeforeValidator(partial(_names_among, names, may_be_empty)), WithJsonSchema(schema)


# For the API's description: text that `printable` accepts, and text of which `tidy` leaves something.
_ACCEPTED = r"\x00-\x08\x0e-\x1b\x7f"
PRINTABLE = rf"^[^{_ACCEPTED}]*$"
_NOT_BLANK = rf"^[^{_ACCEPTED}]*[^\s\x00-\x1f\x85{INVISIBLE}][^{_ACCEPTED}]*$"
_MOMENT = {
    "type": "string",
    "examples": ["2026-01-31", "2026", "2026-01", "2026-W05", "2026-01-31T09:30:00+01:00", "7d"],
}

_SORTED = AfterValidator(lambda values: tuple(sorted(set(values))))
"""The order of a filter's values makes no difference."""

_Value = Annotated[str, Field(min_length=1, json_schema_extra={"pattern": _NOT_BLANK, "maxLength": _LONGEST_VALUE})]
_Identifier = Annotated[
    str,
    StringConstraints(min_length=1, strip_whitespace=False),
    Field(json_schema_extra={"pattern": f"^[^{_ACCEPTED}]+$", "maxLength": _LONGEST_IDENTIFIER}),
    BeforeValidator(_identifier),
]
Values = tuple[str, ...]
"""The values of a filter, sorted and each once."""

Identifiers = Annotated[tuple[_Identifier, ...], _SORTED]
"""Ids or URLs, exactly as articles have them, sorted and each once."""


def values_type(clean: Callable[[str], str] | None) -> Any:
    """The type of a filter's values, which `clean` changes further."""

    def read(value: object) -> str:
        text = _filter_value(value)
        return text if clean is None else ",".join(map(clean, text.split(",")))  # it may be a list of values

    return Annotated[tuple[Annotated[_Value, BeforeValidator(read)], ...], _SORTED]


_SNAPSHOT = "^[0-9A-Za-z_][0-9A-Za-z_.-]{0,99}$"

SnapshotName = Annotated[
    str, BeforeValidator(_snapshot_name), WithJsonSchema({"type": "string", "pattern": _SNAPSHOT, "maxLength": 100})
]

FirstMoment = Annotated[date | datetime, BeforeValidator(partial(read_moment, last=False)), WithJsonSchema(_MOMENT)]
LastMoment = Annotated[date | datetime, BeforeValidator(partial(read_moment, last=True)), WithJsonSchema(_MOMENT)]
Whole = Annotated[int, BeforeValidator(_whole)]
Switch = Annotated[bool, BeforeValidator(_switch), WithJsonSchema({"type": "integer", "enum": [0, 1]})]
