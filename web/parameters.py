"""The query string of a URL, read strictly into a checked request.

Everything wrong with it is told at once: what cannot be decoded, what is given twice, what nobody knows, and what the
request's own model finds.
"""

from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from search import FILTERS, Mistake, RequestInvalid, SearchRequest

LISTS = frozenset(FILTERS)
NAMES = frozenset(field.alias or name for name, field in SearchRequest.model_fields.items())
MAX_COMPLETIONS = 50

PLAIN = SearchRequest()
"""A search as the API reads it where its address does not say otherwise."""

PAGE = SearchRequest(collapse="story", explain=True)
"""And as the page does: readers want each story once, and may wonder why an article is there."""


class Given(NamedTuple):
    """The parameters by name as they were given (those of `LISTS` as lists), and the mistakes seen in reading them."""

    values: dict[str, str | list[str]]
    mistakes: list[Mistake]


class SuggestRequest(NamedTuple):
    """A text being typed, and how many ways to go on with it are wanted (1 to 50)."""

    q: str
    limit: int


def read(query: bytes, names: Collection[str] = NAMES) -> Given:
    """The parameters in a query string.  Of a single parameter given twice, the first value is kept."""
    given = Given({}, [])
    for pair in query.split(b"&"):
        if pair:
            raw_name, _, raw_value = pair.partition(b"=")
            _add(given, names, _unquoted(raw_name).decode("utf-8", "backslashreplace"), _unquoted(raw_value))
    return given


def checked(given: Given, defaults: SearchRequest = PLAIN) -> SearchRequest:
    """The request that was meant, `defaults` where nothing is said; raises `RequestInvalid` with every mistake."""
    try:
        request = SearchRequest.checked({**defaults.model_dump(exclude_defaults=True), **given.values})
    except RequestInvalid as error:
        raise RequestInvalid((*given.mistakes, *error.mistakes)) from None
    if given.mistakes:
        raise RequestInvalid(given.mistakes)
    return request


def search_request(query: bytes) -> SearchRequest:
    """The search that a query string asks for; raises `RequestInvalid` with every mistake."""
    return checked(read(query))


def suggest_request(query: bytes) -> SuggestRequest:
    """The completion that a query string asks for; raises `RequestInvalid` with every mistake."""
    values, mistakes = read(query, names=("q", "limit"))
    text, limit = str(values.get("q", "")), str(values.get("limit", 10))
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 2 and 1 <= int(limit) <= MAX_COMPLETIONS):
        mistakes.append(Mistake("limit", f"must be a whole number from 1 to {MAX_COMPLETIONS}"))
    checked(Given({"q": text}, mistakes))
    return SuggestRequest(text, int(limit))


def nothing(query: bytes) -> None:
    """Raises `RequestInvalid` where parameters were given to something that takes none."""
    if mistakes := read(query, names=()).mistakes:
        raise RequestInvalid(mistakes)


def _unquoted(part: bytes) -> bytes:
    return unquote_to_bytes(part.replace(b"+", b" "))


def _add(given: Given, names: Collection[str], name: str, raw_value: bytes) -> None:
    if name not in names:
        given.mistakes.append(Mistake(name, "is not a known parameter"))
        return
    try:
        value = raw_value.decode()
    except UnicodeDecodeError:
        given.mistakes.append(Mistake(name, "is not text in UTF-8"))
        return
    if name in LISTS:
        values = given.values.setdefault(name, [])
        assert isinstance(values, list)  # noqa: S101  # what LISTS means
        values.append(value)
    elif name in given.values:
        given.mistakes.append(Mistake(name, "is given more than once"))
    else:
        given.values[name] = value
