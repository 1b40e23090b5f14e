"""Parses the query string of a URL into a validated request, and reports every mistake at once."""

from collections.abc import Collection
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from search import (
    FACETS,
    FILTERS,
    INTERVALS,
    MAX_MISTAKES,
    PARAMETERS,
    SCHEMA,
    Mistake,
    RequestInvalid,
    SearchRequest,
    is_relative,
)

LISTS = frozenset(FILTERS)
JOINED_LISTS = frozenset({"facets", "fields"})  # their values have no commas, which may separate them
NAMES = frozenset(PARAMETERS.values())
TIMELINE_INTERVALS = ("auto", *INTERVALS)
MAX_COMPLETIONS = 50
MAX_SIMILAR = 50
MAX_PREFIX_CHARACTERS = 300

_OF_RESULTS = frozenset({"per_page", "fields", "explain", "collapse", "timeline", "facets"})
FACET_NAMES = (NAMES - _OF_RESULTS) | {"prefix"}
TIMELINE_NAMES = (NAMES - _OF_RESULTS - {"page", "facet_size"}) | {"interval"}
"""The parameters of a search that make a difference to a facet and to a timeline, and their own."""

API_DEFAULTS = SearchRequest()

PAGE_DEFAULTS = SearchRequest(match="most", typo=True, collapse="story", timeline="auto", facets=SCHEMA.browsed_facets)
"""The page forgives mistakes and missing words.  It shows each story once, a timeline, and the browsed facets."""

COUNT_ONLY: Final = {"per_page": 0, "facet_size": 0, "collapse": "none", "explain": False, "timeline": "none"}
"""Changes to a search of which only the number of results is used."""


class ParsedParameters(NamedTuple):
    """Parameter values by name, as lists for the names in `LISTS`, and the mistakes found while parsing."""

    values: dict[str, str | list[str]]
    mistakes: list[Mistake]


def parse(query: bytes, names: Collection[str] = NAMES, lists: Collection[str] = LISTS) -> ParsedParameters:
    """The parameters in a query string.  If a single parameter occurs twice, its first value is kept."""
    parsed = ParsedParameters({}, [])
    for pair in query.split(b"&"):
        if pair:
            raw_name, _, raw_value = pair.partition(b"=")
            name = _decoded(raw_name).decode("utf-8", "backslashreplace")
            if name in names:
                _add(parsed, lists, name, _decoded(raw_value))
            elif len(parsed.mistakes) <= MAX_MISTAKES:  # to compare many names with the known ones takes long
                parsed.mistakes.append(Mistake.unknown(name, names, elsewhere=name in NAMES))
    return parsed


def validate(parsed: ParsedParameters, defaults: SearchRequest = API_DEFAULTS) -> SearchRequest:
    """The search request, with `defaults` for missing parameters; raises `RequestInvalid` with every mistake."""
    try:
        request = SearchRequest.checked({**defaults.model_dump(exclude_defaults=True), **parsed.values})
    except RequestInvalid as error:
        raise RequestInvalid((*parsed.mistakes, *error.mistakes), error.complete) from None
    if parsed.mistakes:
        raise RequestInvalid(parsed.mistakes)
    return request


def without_blanks(parsed: ParsedParameters, names: Collection[str] = NAMES) -> ParsedParameters:
    """The parameters without blank values, which a form sends, and without unknown ones, which other sites add."""
    values: dict[str, str | list[str]] = {}
    for name, value in parsed.values.items():
        kept = [each for each in value if each.strip()] if isinstance(value, list) else value.strip()
        if kept:
            values[name] = kept
    return ParsedParameters(values, [each for each in parsed.mistakes if each.parameter in names])


def without_mistakes(parsed: ParsedParameters, mistakes: Collection[Mistake]) -> ParsedParameters:
    """The parameters that have none of the mistakes."""
    wrong = {mistake.parameter for mistake in mistakes}
    return ParsedParameters({name: value for name, value in parsed.values.items() if name not in wrong}, [])


def facet_request(query: bytes, field: str) -> tuple[SearchRequest, str]:
    """The search to count the values of a facet in, and their prefix; raises `RequestInvalid`.

    `page` is a page of values."""
    values, mistakes = parse(query, names=FACET_NAMES)
    prefix = str(values.pop("prefix", "")).strip()
    if field not in FACETS:
        mistakes.insert(0, Mistake.not_one_of("field", field, FACETS))
    if len(prefix) > MAX_PREFIX_CHARACTERS:
        detail = f"must have at most {MAX_PREFIX_CHARACTERS} characters"
        mistakes.append(Mistake("prefix", detail, "too_long", limit=MAX_PREFIX_CHARACTERS))
    request = validate(ParsedParameters({**values, "per_page": "0"}, mistakes))  # any page of values is allowed
    return request.model_copy(update={"per_page": API_DEFAULTS.per_page}), prefix


def timeline_request(query: bytes) -> SearchRequest:
    """A search that only counts, by `interval`; raises `RequestInvalid` with every mistake."""
    values, mistakes = parse(query, names=TIMELINE_NAMES)
    interval = values.pop("interval", "auto")
    if interval not in TIMELINE_INTERVALS:
        mistakes.append(Mistake.not_one_of("interval", interval, TIMELINE_INTERVALS))
    request = validate(ParsedParameters(values, mistakes))
    return request.model_copy(update={"timeline": interval, "per_page": 0, "facets": ()})


def has_relative_date(query: bytes) -> bool:
    """Whether a query string has a date such as `7d`, which is another day tomorrow."""
    pairs = (pair.partition(b"=") for pair in query.split(b"&"))
    dates = (_decoded(value).decode(errors="replace") for name, _, value in pairs if _decoded(name) in {b"from", b"to"})
    return any(map(is_relative, dates))


def suggest_request(query: bytes) -> tuple[str, int]:
    """The text to complete and the maximum number of completions; raises `RequestInvalid` with every mistake."""
    parsed = parse(query, names=("q", "limit"))
    text, limit = str(parsed.values.get("q", "")), limit_of(parsed, MAX_COMPLETIONS)
    validate(ParsedParameters({"q": text}, parsed.mistakes))
    return text, limit


def article_snapshot(query: bytes) -> str | None:
    """The snapshot to read an article from, None for the current one; raises `RequestInvalid` with every mistake."""
    return validate(parse(query, names=("at",))).at


def similar_request(query: bytes) -> tuple[int, str | None]:
    """The maximum number of similar articles and the snapshot; raises `RequestInvalid` with every mistake."""
    parsed = parse(query, names=("limit", "at"))
    limit = limit_of(parsed, MAX_SIMILAR)
    parsed.values.pop("limit", None)
    return limit, validate(parsed).at


def refuse_parameters(query: bytes) -> None:
    """Raises `RequestInvalid` if the query string has any parameter."""
    if mistakes := parse(query, names=()).mistakes:
        raise RequestInvalid(mistakes)


def limit_of(parsed: ParsedParameters, most: int, default: int = 10) -> int:
    """The parameter `limit`; adds a mistake if it is no number from 1 to `most`."""
    text = str(parsed.values.get("limit", default))
    if not (text.isascii() and text.removeprefix("-").isdigit()):
        parsed.mistakes.append(Mistake("limit", f"must be a whole number from 1 to {most}", "not_a_number"))
    elif text.startswith("-") or not text.strip("0"):
        parsed.mistakes.append(Mistake("limit", "must be at least 1", "too_small", limit=1))
    elif len(text) > len(str(most)) or int(text) > most:
        parsed.mistakes.append(Mistake("limit", f"must be at most {most}", "too_large", limit=most))
    else:
        return int(text)
    return most


def _decoded(part: bytes) -> bytes:
    return unquote_to_bytes(part.replace(b"+", b" "))


def _add(parsed: ParsedParameters, lists: Collection[str], name: str, raw_value: bytes) -> None:
    try:
        value = raw_value.decode()
    except UnicodeDecodeError:
        parsed.mistakes.append(Mistake(name, "is not UTF-8 text", "unreadable"))
        return
    if name in lists:
        values = parsed.values.setdefault(name, [])
        assert isinstance(values, list)  # noqa: S101  # by the name
        values.append(value)
    elif name in parsed.values and name in JOINED_LISTS:
        parsed.values[name] = f"{parsed.values[name]},{value}"
    elif name in parsed.values:
        parsed.mistakes.append(Mistake(name, "must not be repeated", "repeated"))
    else:
        parsed.values[name] = value
