"""Highlighter: splits a text into fragments that match the query and fragments that do not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from search.analysis.analyzer import Token, matching_tokens
from search.analysis.passage import Span, best_passage, merge_overlapping
from search.results import Fragment

LONGEST_PASSAGE: Final = 300
"""In characters; of a longer text only the best passage is shown."""

_CUT: Final = Fragment("…", False)


@dataclass(frozen=True)
class HighlightTerms:
    """The terms, phrases and prefixes to highlight, each with the number of its word in the query.

    A phrase is its terms and their position offsets; it is highlighted from its first to its last word."""

    terms: Mapping[str, int] = field(default_factory=dict)
    phrases: Mapping[tuple[tuple[str, ...], tuple[int, ...]], int] = field(default_factory=dict)
    prefixes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def all_terms(self) -> frozenset[str]:
        """The terms, including those of the phrases."""
        return frozenset(self.terms).union(*(terms for terms, _ in self.phrases))


def highlight(text: str, terms: HighlightTerms) -> tuple[Fragment, ...]:
    """The text's fragments, in order; joined they are the text.

    A word is a hit as a whole, a phrase is one hit; the space between two hits is not."""
    return tuple(_fragments(text, _spans(text, terms), 0, len(text)))


def highlight_passage(text: str, terms: HighlightTerms, longest: int = LONGEST_PASSAGE) -> tuple[Fragment, ...]:
    """The fragments of the best passage of a text, with a fragment … at each cut; at most `longest` characters."""
    if len(text) <= longest:
        return highlight(text, terms)
    spans = _spans(text, terms)
    start, end = best_passage(text, spans, longest)
    fragments = _fragments(text, spans, start, end)
    return (*(_CUT,) * (start > 0), *fragments, *(_CUT,) * (end < len(text)))


def _spans(text: str, terms: HighlightTerms) -> list[Span]:
    """The spans to highlight, in order and without overlaps."""
    tokens = matching_tokens(text, terms.all_terms, tuple(terms.prefixes))
    spans = [_span(token, terms.terms[token.term]) for token in tokens if token.term in terms.terms]
    for prefix, word in terms.prefixes.items():
        spans += (_span(token, word) for token in tokens if token.term.startswith(prefix))
    if terms.phrases:
        spans += _phrase_spans(tokens, terms)
    return merge_overlapping(spans)


def _span(token: Token, word: int) -> Span:
    return Span(token.start, token.end, frozenset((word,)))


def _phrase_spans(tokens: Sequence[Token], terms: HighlightTerms) -> Iterator[Span]:
    """The span of every occurrence of a phrase."""
    by_position = {(token.term, token.position): token for token in tokens}
    for (phrase, offsets), word in terms.phrases.items():
        for token in tokens:
            needed = [(term, token.position + offset) for term, offset in zip(phrase, offsets, strict=True)]
            if token.term == phrase[0] and all(each in by_position for each in needed):
                yield Span(token.start, max(by_position[each].end for each in needed), frozenset((word,)))


def _fragments(text: str, spans: Sequence[Span], start: int, end: int) -> Iterator[Fragment]:
    """The fragments of the text from `start` to `end`."""
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
