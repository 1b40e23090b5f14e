"""Splits filter values at commas if the index has any part but not the whole: values can have commas themselves."""

from collections.abc import Callable, Sequence
from typing import Final

from search.errors import Mistake, RequestInvalid
from search.request import FILTERS, LOOKUPS, MAX_VALUES, SearchRequest
from search.searcher.known_values import KnownValues

_MOST_COMMAS: Final = 5
"""In one value of a list: without a limit, the time would grow with the square of the length."""

_MOST_PARTS: Final = MAX_VALUES * (_MOST_COMMAS + 1)
"""Between the commas of all values of a filter: more cannot be at most `MAX_VALUES` values."""


def with_values_split(reader: KnownValues, request: SearchRequest) -> SearchRequest:
    """The request with each filter value that lists several values replaced by these.

    A value that an article has is never split, nor one of which no article has any part.
    Raises `RequestInvalid` if a filter then has too many values."""
    split = {
        field: _split(_known(reader, field), values)
        for field in FILTERS
        if "," in "".join(values := getattr(request, field))
    }
    mistakes = [
        Mistake(field, f"must have at most {MAX_VALUES} values", "too_many", limit=MAX_VALUES)
        for field, values in split.items()
        if len(values) > MAX_VALUES
    ]
    if mistakes:
        raise RequestInvalid(mistakes)
    return request.model_copy(update=split) if split else request


def _known(reader: KnownValues, field: str) -> Callable[[str], bool]:
    """Returns whether any article has a value."""
    if field in LOOKUPS:
        return lambda value: not reader.lookups.find(field, (value,)).unknown
    return reader.keywords[field.removeprefix("not_")].__contains__


def _split(is_known: Callable[[str], bool], values: Sequence[str]) -> tuple[str, ...]:
    """The values, sorted and each once, with those that list others split."""
    parts = ",".join(values).split(",")
    if len(parts) > _MOST_PARTS:
        return tuple(parts)  # too many, in any case
    return tuple(sorted({part for value in values for part in _values(is_known, value)}))


def _values(is_known: Callable[[str], bool], value: str) -> list[str]:
    """The values that a value lists; the value itself if it is no list.

    As few as possible are unknown, and the first known ones are as long as possible."""
    if is_known(value):
        return [value]
    parts = value.split(",")
    unknown = [0] * (len(parts) + 1)  # how many of the values from each part on are unknown
    ends = [0] * len(parts)  # of the value that begins at each part
    for start in reversed(range(len(parts))):
        longest_first = range(min(start + 1 + _MOST_COMMAS, len(parts)), start, -1)
        known = [end for end in longest_first if is_known(_joined(parts, start, end))]
        ends[start] = min(known, key=unknown.__getitem__, default=start + 1)
        unknown[start] = unknown[ends[start]] + bool(not known and parts[start].strip())
    values, start = [], 0
    while start < len(parts):
        if text := _joined(parts, start, ends[start]):
            values.append(text)
        start = ends[start]
    return values if len(values) > unknown[0] else [value]


def _joined(parts: list[str], start: int, end: int) -> str:
    return ",".join(parts[start:end]).strip()
