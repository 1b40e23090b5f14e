"""Splits filter values at commas if the index has their parts but not the whole: values can have commas themselves."""

from collections.abc import Callable, Sequence
from typing import Final

from search.errors import Mistake, RequestInvalid
from search.request import FILTERS, LOOKUPS, MAX_VALUES, SearchRequest
from search.searcher.index_reader import IndexReader

_MOST_COMMAS: Final = 5
"""In one value of a list: without a limit, the time would grow with the square of the length."""

_MOST_PARTS: Final = MAX_VALUES * (_MOST_COMMAS + 1)
"""Between the commas of all values of a filter: more cannot be at most `MAX_VALUES` values."""


def with_values_split(reader: IndexReader, request: SearchRequest) -> SearchRequest:
    """The request with each filter value that lists several values of the index replaced by these.

    A value that an article has is never split.  Raises `RequestInvalid` if a filter then has too many values."""
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


def unlisted_parts(reader: IndexReader, facet: str, value: str) -> list[str]:
    """The parts of a list of values that no article has; empty if no article has any of the parts."""
    parts = [part.strip() for part in value.split(",")]
    unlisted = [part for part in parts if part not in reader.keywords[facet]]
    return unlisted if len(unlisted) < len(parts) else []


def _known(reader: IndexReader, field: str) -> Callable[[str], bool]:
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
    """The known values that a value lists, the first as long as possible; the value itself if it is no such list."""
    if is_known(value):
        return [value]
    parts = value.split(",")
    ends: dict[int, int] = {}  # of the first of the values that parts from here on consist of
    for start in reversed(range(len(parts))):
        for end in range(min(start + 1 + _MOST_COMMAS, len(parts)), start, -1):
            if (end == len(parts) or end in ends) and is_known(_joined(parts, start, end)):
                ends[start] = end
                break
    if 0 not in ends:
        return [value]
    values, start = [], 0
    while start < len(parts):
        values.append(_joined(parts, start, ends[start]))
        start = ends[start]
    return values


def _joined(parts: list[str], start: int, end: int) -> str:
    return ",".join(parts[start:end]).strip()
