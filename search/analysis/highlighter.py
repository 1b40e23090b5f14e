"""Where a query's words stand in a text: the text in fragments that matched and fragments that did not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from search.analysis.analyzer import Token, matching
from search.analysis.passage import Span, apart, window
from search.results import Fragment

LONGEST_WINDOW: Final = 300
"""Characters; of a longer text the best part is shown."""

_CUT: Final = Fragment("…", False)


@dataclass(frozen=True)
class HighlightTerms:
    """What to mark in a text: every token with one of the `terms` or beginning as one of the `prefixes`; all from the
    first to the last word where the terms of one of the `phrases` stand at its offsets.

    Each is given with the number of the word of the query that it is looked for."""

    terms: Mapping[str, int] = field(default_factory=dict)
    phrases: Mapping[tuple[tuple[str, ...], tuple[int, ...]], int] = field(default_factory=dict)
    prefixes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The terms, those of the phrases too."""
        return frozenset(self.terms).union(*(terms for terms, _ in self.phrases))

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """The prefixes."""
        return tuple(self.prefixes)


def highlight(text: str, marks: HighlightTerms) -> tuple[Fragment, ...]:
    """The text's fragments, in order; joined they are the text.

    A word is marked whole, a phrase as one fragment; the space between two words that each matched is not marked."""
    return tuple(_fragments(text, _spans(text, marks), 0, len(text)))


def highlight_window(text: str, marks: HighlightTerms, longest: int = LONGEST_WINDOW) -> tuple[Fragment, ...]:
    """The same of the best part of a text of more than `longest` characters, with a fragment … where it is cut; joined
    they are at most `longest` characters."""
    if len(text) <= longest:
        return highlight(text, marks)
    spans = _spans(text, marks)
    start, end = window(text, spans, longest)
    fragments = _fragments(text, spans, start, end)
    return (*(_CUT,) * (start > 0), *fragments, *(_CUT,) * (end < len(text)))


def _spans(text: str, marks: HighlightTerms) -> list[Span]:
    """What to mark, in order."""
    found = matching(text, marks.wanted, marks.beginnings)
    spans = [_span(token, marks.terms[token.term]) for token in found if token.term in marks.terms]
    for beginning, word in marks.prefixes.items():
        spans += (_span(token, word) for token in found if token.term.startswith(beginning))
    if marks.phrases:
        spans += _phrases(found, marks)
    return apart(spans)


def _span(token: Token, word: int) -> Span:
    return Span(token.start, token.end, frozenset((word,)))


def _phrases(found: Sequence[Token], marks: HighlightTerms) -> Iterator[Span]:
    """From the first to the last word of every place where a whole phrase stands."""
    at = {(token.term, token.position): token for token in found}
    for (terms, offsets), word in marks.phrases.items():
        for token in found:
            places = [(term, token.position + offset) for term, offset in zip(terms, offsets, strict=True)]
            if token.term == terms[0] and all(place in at for place in places):
                yield Span(token.start, max(at[place].end for place in places), frozenset((word,)))


def _fragments(text: str, spans: Sequence[Span], start: int, end: int) -> Iterator[Fragment]:
    """The text from `start` to `end`."""
    done = start
    for span in spans:
        first, last = max(span.start, start), min(span.end, end)
        if first >= last:
            continue
        if first > done:
            yield Fragment(text[done:first], False)
        yield Fragment(text[first:last], True)
        done = last
    if done < end:
        yield Fragment(text[done:end], False)
