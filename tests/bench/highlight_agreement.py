"""Checks that every engine marks the words of the query, and nothing else."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from search.analysis.analyzer import terms
from tests.bench.agreement import DisagreementError
from tests.bench.engines import TANTIVY, Engine, EngineResult, Marked
from tests.bench.queries import BenchQuery, QueryClass

_MARK: Final = re.compile(r"<b(?: [^>]*)?>(.*?)</b>", re.DOTALL)
_EXCLUDED: Final = re.compile(r"-\w+")


def check_highlights(engines: Mapping[str, Engine], classes: Sequence[QueryClass]) -> int:
    """Check every title and excerpt of the top twenty, and the totals; returns the number of marked texts."""
    marked = 0
    for query in (query for query_class in classes for query in query_class.queries):
        results = {name: engine.search(query, highlights=True) for name, engine in engines.items()}
        if len({result.total for result in results.values()}) != 1:
            raise DisagreementError(f"{query}: {', '.join(f'{n} finds {r.total}' for n, r in results.items())}")
        for name, result in results.items():
            if not (name == TANTIVY and query.text.endswith("*")):  # its snippets do not mark prefixes
                marked += sum(_check(query, result, f"{name} on {query}"))
    return marked


def _check(query: BenchQuery, result: EngineResult, who: str) -> Iterator[bool]:
    """Whether each text has marks."""
    if len(result.highlights) != len(result.articles):
        raise DisagreementError(f"{who}: {len(result.highlights)} highlights of {len(result.articles)} articles")
    for article, (title, excerpt) in zip(result.articles, result.highlights, strict=True):
        for text, marks, whole in ((article.title, _marks(title), True), (article.excerpt, _marks(excerpt), False)):
            allowed, found = _allowed(query.text, text), {term for mark in marks for term, _ in terms(mark)}
            if query.text.startswith('"'):  # some engines mark every word of it, others only the phrase
                right = found <= allowed and (bool(found) or not _has_phrase(query.text, text))
            elif whole:
                right = found == allowed
            else:  # every engine chooses another passage
                right = found <= allowed and bool(found) == bool(allowed)
            if not right:
                raise DisagreementError(f"{who}: marks {found or 'nothing'} in “{text}”, which has {allowed or 'none'}")
            yield bool(found)


def _allowed(query: str, text: str) -> set[str]:
    """The terms of the text that the query can match."""
    in_text = {term for term, _ in terms(text)}
    if query.endswith("*"):
        return {term for term in in_text if term.startswith(query[:-1])}
    return in_text & {term for term, _ in terms(_EXCLUDED.sub("", query).replace(" OR ", " "))}


def _has_phrase(query: str, text: str) -> bool:
    """Whether the text has the phrase of two words."""
    first, second = (term for term, _ in terms(query))
    return (first, second) in pairwise(term for term, _ in terms(text))


def _marks(marked: Marked) -> list[str]:
    """The marked parts of a text."""
    if isinstance(marked, str):
        return [html.unescape(mark) for mark in _MARK.findall(marked)]
    return [fragment.text for fragment in marked if fragment.hit]
