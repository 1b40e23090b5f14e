"""Warns of filter values that no article has, and names the most similar value that exists."""

from difflib import get_close_matches

from search.analysis.folding import fold
from search.request import SearchRequest
from search.searcher.known_values import KnownValues

_MAX_WARNINGS = 3  # a comparison with 10,000 values takes a few milliseconds
_MIN_SIMILARITY = 0.75


def unknown_value_warnings(reader: KnownValues, request: SearchRequest) -> tuple[str, ...]:
    """A warning for each of the first few filter values that no article has, and for each such id and URL."""
    filters = [*request.filters.items(), *request.excluded.items()]
    unknown = dict.fromkeys(
        (facet, value) for facet, values in filters for value in values if value not in reader.keywords[facet]
    )
    in_facets = [_warning(reader, facet, value) for facet, value in list(unknown)[:_MAX_WARNINGS]]
    looked_up = [
        f"No article has the {field} “{value}”."
        for field, values in request.lookups.items()
        for value in reader.lookups.find(field, values).unknown
    ]
    return (*in_facets, *looked_up)


def _warning(reader: KnownValues, facet: str, value: str) -> str:
    similar = _most_similar(value, reader.keywords[facet].values)
    return f"No article has the {facet} “{value}”." + (f" Did you mean “{similar}”?" if similar else "")


def _most_similar(value: str, known: list[str]) -> str | None:
    """The value that differs only in case, accents or punctuation, or else in a few letters; never in a digit."""
    key = _key(value)
    candidates = {
        other: each
        for each in reversed(known)
        if (other := _key(each))[:1] == key[:1] and _digits(other) == _digits(key)
    }
    return next((candidates[each] for each in get_close_matches(key, candidates, 1, _MIN_SIMILARITY)), None)


def _key(value: str) -> str:
    """The letters and digits of a value, folded."""
    return "".join(filter(str.isalnum, fold(value)))


def _digits(key: str) -> str:
    return "".join(filter(str.isdigit, key))
