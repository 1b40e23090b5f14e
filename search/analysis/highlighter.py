"""Highlighter: splits a text into fragments that match the query and fragments that do not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from search.analysis.analyzer import Token, matching_tokens, tokens
from search.analysis.passage import Span, best_passage, merge_overlapping
from search.analysis.word_terms import joined_terms, prefix_pattern, term_pattern, word_indices
from search.results import Fragment

LONGEST_PASSAGE: Final = 300
"""In characters; of a longer text only the best passage is shown."""

_cached_tokens: Final = lru_cache(maxsize=1 << 12)(tokens)
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

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of the terms and prefixes, for `search.analysis.word_terms`."""
        return (*map(term_pattern, self.terms), *map(prefix_pattern, self.prefixes))

    @cached_property
    def phrase_patterns(self) -> tuple[tuple[str, ...], ...]:
        """For each phrase, the patterns of its terms."""
        return tuple(tuple(map(term_pattern, terms)) for terms, _ in self.phrases)

    @cached_property
    def word_spans(self) -> "_WordSpans":
        return _WordSpans(self)


class _WordSpans(dict[str, list[Span]]):
    """Word of a text → the spans to highlight in it, relative to its start; phrases are left out."""

    def __init__(self, terms: HighlightTerms) -> None:
        self._terms = terms

    def __missing__(self, word: str) -> list[Span]:
        spans = self[word] = merge_overlapping(_token_spans(_cached_tokens(word), self._terms))
        return spans


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
    if not (terms.patterns or terms.phrases):
        return []
    words = text.split()
    joined = joined_terms(words)
    for phrase in terms.phrase_patterns:
        if all(pattern in joined for pattern in phrase):
            tokens = matching_tokens(text, terms.all_terms, tuple(terms.prefixes))
            return merge_overlapping([*_token_spans(tokens, terms), *_phrase_spans(tokens, terms)])
    indices: set[int] = set()
    for pattern in terms.patterns:
        if pattern in joined:
            indices.update(word_indices(joined, pattern))
    return _word_spans(text, [words[index] for index in sorted(indices)], terms) if indices else []


def _word_spans(text: str, words: Sequence[str], terms: HighlightTerms) -> list[Span]:
    """The spans of the words that match.  Equal words match alike, so each is the next occurrence in the text."""
    spans: list[Span] = []
    end = 0
    for word in words:
        start = _find_word(text, word, end)
        end = start + len(word)
        spans += [(start + first, start + last, numbers) for first, last, numbers in terms.word_spans[word]]
    return spans


def _find_word(text: str, word: str, start: int) -> int:
    """The start of the next occurrence of the word between white space."""
    while True:
        start = text.index(word, start)
        end = start + len(word)
        if (not start or text[start - 1].isspace()) and (end == len(text) or text[end].isspace()):
            return start
        start += 1


def _token_spans(tokens: Sequence[Token], terms: HighlightTerms) -> list[Span]:
    """The spans of the terms and prefixes."""
    wanted = terms.terms
    spans = [(token.start, token.end, frozenset((wanted[token.term],))) for token in tokens if token.term in wanted]
    for prefix, word in terms.prefixes.items():
        spans += [(t.start, t.end, frozenset((word,))) for t in tokens if t.term.startswith(prefix)]
    return spans


def _phrase_spans(tokens: Sequence[Token], terms: HighlightTerms) -> Iterator[Span]:
    """The span of every occurrence of a phrase."""
    by_position = {(token.term, token.position): token for token in tokens}
    for (phrase, offsets), word in terms.phrases.items():
        for token in tokens:
            needed = [(term, token.position + offset) for term, offset in zip(phrase, offsets, strict=True)]
            if token.term == phrase[0] and all(each in by_position for each in needed):
                yield token.start, max(by_position[each].end for each in needed), frozenset((word,))


def _fragments(text: str, spans: Sequence[Span], start: int, end: int) -> Iterator[Fragment]:
    """The fragments of the text from `start` to `end`."""
    done = start
    for first, last, _ in spans:
        if first >= end:
            break
        if last <= start:
            continue
        if first > done:
            yield Fragment(text[done:first], False)
        done = last if last < end else end
        yield Fragment(text[first if first > start else start : done], True)
    if done < end:
        yield Fragment(text[done:end], False)
