"""Compares search results with what a file expects of them.

    # expectations.yaml
    - q: tesla recall
      finds: {id: _news/2026-05-02-recall, first: 3}
    - name: Robots are a topic
      topic: AI in Robotics
      at_least: 40
      at_most: 90

An article is named by its `id`, `url` or `title`; without `first`, it must be among the first 10.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from search.archive.plain_yaml import Value
from search.article import Article
from search.engine import Engine
from search.quantities import quantity
from search.request import SearchRequest
from search.results import Hit, SearchResults
from search.text import tidy
from search.watch.search_file import Entry, line_of, read_searches

KEYS: Final = ("name", "finds", "at_least", "at_most")
DEFAULT_FIRST: Final = 10
MOST_FIRST: Final = 100
LOOKED_THROUGH: Final = 1000
"""How many results are looked through to say where an article is instead."""

_PER_PAGE: Final = 100
_MOST_ARTICLES: Final = 10**9
_SAME: Final[dict[str, Callable[[Article, str], bool]]] = {
    "id": lambda article, id: article.id == id,
    "url": lambda article, url: url in (article.url, article.amp_url),
    "title": lambda article, title: article.title.casefold() == tidy(title).casefold(),
}
"""How an article is named: by each key, whether it is the article with that value."""


class Expected(NamedTuple):
    """An article that must be among the first results.  `by`: id, url or title."""

    by: str
    value: str
    first: int


class Expectation(NamedTuple):
    """What a search must find."""

    label: str
    request: SearchRequest
    finds: Sequence[Expected]
    at_least: int | None
    at_most: int | None


class Unmet(msgspec.Struct, frozen=True):
    """An expectation that is not met: the search, what was expected of it, and what was found instead."""

    search: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.search}: expected {self.expected}; found {self.found}"


def read_expectations(path: Path) -> list[Expectation]:
    """The expectations in a file.  Raises as `read_searches`."""
    read = read_searches(path, _expectation, KEYS)
    return [each for each in read if each is not None]


def unmet(engine: Engine, expectations: Sequence[Expectation]) -> Iterator[Unmet]:
    """The expectations that the current index does not meet."""
    for each in expectations:
        pages = _Pages(engine, each.request)
        hints = "".join(f". {warning.rstrip('.')}" for warning in pages.first.warnings)
        for wanted, found in [*_wrong_counts(each, pages.first.total), *_missing(each, pages)]:
            yield Unmet(each.label, wanted, found + hints)


class _Pages:
    """The results of a search, page by page.  A page is searched for when it is first read."""

    def __init__(self, engine: Engine, request: SearchRequest) -> None:
        self._engine = engine
        self._request = request.model_copy(update={"per_page": _PER_PAGE, "facets": (), "fields": ("id",)})
        self._pages: list[SearchResults] = []
        self.first = self._page(0)

    def _page(self, number: int) -> SearchResults:
        while number >= len(self._pages):
            request = self._request.model_copy(update={"page": len(self._pages) + 1})
            self._pages.append(self._engine.search(request))
        return self._pages[number]

    def __iter__(self) -> Iterator[Hit]:
        """The first `LOOKED_THROUGH` hits."""
        for number in range(LOOKED_THROUGH // _PER_PAGE):
            hits = self._page(number).hits
            yield from hits
            if len(hits) < _PER_PAGE:
                return


def _wrong_counts(expectation: Expectation, total: int) -> Iterator[tuple[str, str]]:
    """How many articles are expected, and how many are found, if these are too few or too many."""
    least, most = expectation.at_least, expectation.at_most
    if least is not None and total < least:
        yield f"at least {quantity(least, 'article')}", quantity(total, "article")
    if most is not None and total > most:
        yield f"at most {quantity(most, 'article')}", quantity(total, "article")


def _missing(expectation: Expectation, pages: _Pages) -> Iterator[tuple[str, str]]:
    """The expected articles that are not where they should be, and what is found instead."""
    for expected in expectation.finds:
        if found := _instead(pages, expected):
            wanted = f"“{expected.value}”" if expected.by == "title" else expected.value
            yield f"{wanted} among the first {expected.first}", found


def _instead(pages: _Pages, expected: Expected) -> str | None:
    """What is found instead of the expected article; None if it is where it should be."""
    same, position = _SAME[expected.by], 0
    for position, hit in enumerate(pages, start=1):
        if any(same(article, expected.value) for article in (hit.article, *hit.also)):
            return None if position <= expected.first else f"it as the {_ordinal(position)}"
    if not position:
        return "nothing"
    first = next(iter(pages)).article
    where = f" among the first {position:,}" if position < pages.first.listed else ""
    return f"only others{where}; first is {first.id} “{first.title}”"


def _ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`."""
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{suffix}"


def _expectation(entry: Entry) -> Expectation | None:
    entry.name()
    least, most = (entry.number(key, 0, _MOST_ARTICLES) for key in ("at_least", "at_most"))
    if least is not None and most is not None and least > most:
        entry.mistake("at_most", f"must not be less than “at_least” ({least:,})")
    finds = entry.values.get("finds", [])
    expected = [_expected(entry, each) for each in (finds if isinstance(finds, list) else [finds])]
    if not entry.values.keys() - {"name"}:
        entry.mistakes.append((entry.line, "nothing is expected; add “finds”, “at_least” or “at_most”"))
    if entry.request is None:
        return None
    return Expectation(entry.label, entry.request, [each for each in expected if each], least, most)


def _expected(entry: Entry, value: Value) -> Expected | None:
    if not isinstance(value, dict) or sum(by in value for by in _SAME) != 1:
        entry.mistake("finds", "must have one of “id”, “url” and “title”, as in `finds: {id: a/b, first: 3}`")
        return None
    for key in sorted(value.keys() - {*_SAME, "first"}):
        entry.mistake("finds", f"cannot have “{key}”; use “id”, “url” or “title”, and “first”", line_of(key))
    first = entry.number_in("first", value["first"], 1, MOST_FIRST) if "first" in value else DEFAULT_FIRST
    by = next(by for by in _SAME if by in value)
    wanted = value[by]
    if not isinstance(wanted, str) or not wanted.strip():
        entry.mistake(by, "must be a text", line_of(value))
        return None
    return None if first is None else Expected(by, wanted.strip(), first)
