"""Helps after a search without results: which filters to remove, and which words of the query occur at all."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from search import FACETS, SCHEMA, Engine, RequestInvalid, SearchRequest, shared_work
from web.links import NO_FILTERS, Changes, SearchUrls
from web.page import filters
from web.page.filters import Chip
from web.parameters import COUNT_ONLY

MAX_TRIED = 8  # filters, each tried by a search
MAX_PAIRED = 4  # filters, each pair tried by a search
MAX_WORDS = 8  # words of the query, each counted by a search

_PART: Final = re.compile(r'[\w.]+:"[^"]*"|"[^"]*"|[^\s()"]+')
_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})


class Suggestion(NamedTuple):
    """Another search: its text, its link, and the number of its results."""

    text: str
    link: str
    articles: int


class ZeroResults(NamedTuple):
    """Searches with fewer filters that have results, most first; each part of the query in the whole archive."""

    fewer_filters: list[Suggestion]
    words: list[Suggestion]


def zero_results(urls: SearchUrls, engine: Engine) -> ZeroResults:
    """Suggestions for a search without results; none if to find them takes too much work."""
    others = _OtherSearches(urls, engine)
    try:
        with shared_work():
            return ZeroResults(others.with_fewer_filters(), others.of_words())
    except RequestInvalid:
        return ZeroResults([], [])


class _OtherSearches:
    """Searches with other filters or words, each with its number of results."""

    def __init__(self, urls: SearchUrls, engine: Engine) -> None:
        self._urls = urls
        self._engine = engine
        self._removable = filters.removable_filters(urls.request)

    def with_fewer_filters(self) -> list[Suggestion]:
        """Removals of one filter, or any of its values; if none has results, of two filters; if none has, of all."""
        removable = self._removable
        if not removable or not (every := self._counted("Remove all filters", NO_FILTERS)).articles:
            return []  # to remove fewer cannot help then
        pairs = combinations(removable[:MAX_PAIRED], 2) if len(removable) > 2 else ()
        single = [*self._with_any_value(), *self._with_results((chip,) for chip in removable[:MAX_TRIED])]
        return _most_first(single) or _most_first(self._with_results(pairs)) or [every]

    def of_words(self) -> list[Suggestion]:
        """The words and phrases of the query; none if the query is a single one without filters."""
        parts = list(dict.fromkeys(query_parts(self._urls.request.q)))[:MAX_WORDS]
        if len(parts) < 2 and not self._removable:
            return []
        return [self._counted(part, {**NO_FILTERS, "q": part, "typo": False}) for part in parts]

    def _with_any_value(self) -> list[Suggestion]:
        """Searches that need only one of the values of a filter that now needs all of them."""
        request = self._urls.request
        fields = [field for field in FACETS if request.needs_all(field) and len(getattr(request, field)) > 1]
        return [
            self._counted(
                f"Include articles with any of these {SCHEMA.facets[field].plural.lower()}", {f"{field}_op": "any"}
            )
            for field in fields
        ]

    def _with_results(self, removed: Iterable[tuple[Chip, ...]]) -> list[Suggestion]:
        return [self._counted(_removal(chips), _changes(self._urls.request, chips)) for chips in removed]

    def _counted(self, text: str, changes: Changes) -> Suggestion:
        request = self._urls.request.model_copy(update={"page": 1, **changes, **COUNT_ONLY})
        return Suggestion(text, self._urls.changed(**changes), self._engine.search(request).listed)


def _most_first(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """The suggestions that have results."""
    return sorted((each for each in suggestions if each.articles), key=lambda each: -each.articles)


def _removal(chips: Sequence[Chip]) -> str:
    """`Remove topic “AI” and type “video”`."""
    first, *others = [chip.removal for chip in chips]
    return " and ".join([first, *(f"{text[0].lower()}{text[1:]}".removeprefix("remove ") for text in others)])


def _changes(request: SearchRequest, chips: Sequence[Chip]) -> Changes:
    """The changes that remove all the chips, also several values of one filter."""
    changes: Changes = {}
    for chip in chips:
        for name, value in chip.changes.items():
            kept = changes.get(name, getattr(request, name))
            changes[name] = tuple(each for each in kept if each in value) if isinstance(value, tuple) else value
    return changes


def query_parts(q: str) -> Iterator[str]:
    """The required words and phrases of a query, with their scopes."""
    for part in _PART.findall(q):
        if part not in _OPERATORS and not part.startswith("-"):
            yield part
