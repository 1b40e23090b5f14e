"""Highlighter: splits a text into fragments that match the query and fragments that do not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, TypeAlias

from search.analysis.analyzer import Token, matching_tokens, tokens
from search.analysis.passage import Span, best_passage, merge_overlapping
from search.results import Fragment

LONGEST_PASSAGE: Final = 300
"""In characters; of a longer text only the best passage is shown."""

_SHORTEST_STEM: Final = 3
_LONGEST_CACHED: Final = 40
_cached_tokens: Final = lru_cache(maxsize=1 << 12)(tokens)
_CUT: Final = Fragment("…", False)


_WordMatch: TypeAlias = tuple[list[Span], list[str], int]
"""What a word of a text has: the spans of terms and prefixes, relative to its start; its terms; how many of them and of
their prefixes are wanted."""


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

    def tokens(self, text: str) -> list[Token]:
        """The tokens that can be highlighted."""
        return matching_tokens(text, self.all_terms, tuple(self.prefixes))

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """For each term and prefix, letters that most words with it have: the last letter of a stem can differ."""
        return (*(term[:-1] if len(term) > _SHORTEST_STEM else term for term in self.all_terms), *self.prefixes)

    def prefixes_of(self, term: str) -> list[str]:
        """The prefixes that the term has.  Most terms have none of many, which one call tells."""
        if not term.startswith(self._all_prefixes):
            return []
        return [prefix for prefix in self.prefixes if term.startswith(prefix)]

    @cached_property
    def _all_prefixes(self) -> tuple[str, ...]:
        return tuple(self.prefixes)

    @cached_property
    def word_matches(self) -> dict[str, _WordMatch]:
        """A cache of the matches of words: most hits have the same few."""
        return {}


def highlight(text: str, terms: HighlightTerms, occurrences: int | None = None) -> tuple[Fragment, ...]:
    """The text's fragments, in order; joined they are the text.

    A word is a hit as a whole, a phrase is one hit; the space between two hits is not.  `occurrences`: how often the
    text has the terms and prefixes, including the terms of phrases; to know it saves most of the time."""
    spans = _spans(text, terms, occurrences)
    return tuple(_fragments(text, spans, 0, len(text))) if spans else (Fragment(text, False),) * bool(text)


def highlight_passage(
    text: str, terms: HighlightTerms, longest: int = LONGEST_PASSAGE, occurrences: int | None = None
) -> tuple[Fragment, ...]:
    """The fragments of the best passage of a text, with a fragment … at each cut; at most `longest` characters."""
    if len(text) <= longest:
        return highlight(text, terms, occurrences)
    spans = _spans(text, terms, occurrences)
    start, end = best_passage(text, spans, longest)
    fragments = _fragments(text, spans, start, end)
    return (*(_CUT,) * (start > 0), *fragments, *(_CUT,) * (end < len(text)))


def _spans(text: str, terms: HighlightTerms, occurrences: int | None) -> Sequence[Span]:
    """The spans to highlight, in order and without overlaps."""
    if not occurrences and (occurrences == 0 or not terms.literals):
        return ()
    spans = None if occurrences is None else _spans_of_words(text, terms, occurrences)
    if spans is not None:
        return spans
    tokens = terms.tokens(text)
    return merge_overlapping([*_token_spans(tokens, terms), *_phrase_spans(tokens, terms)])


def _spans_of_words(text: str, terms: HighlightTerms, occurrences: int) -> list[Span] | None:
    """The spans in the words that have a literal; None if there may be others, or a phrase.

    A word is text between spaces.  The literals found all matches if the words have as many occurrences as the text.
    They miss `A.I.`, `café`, `self-driving` and `100 000` if the query is AI, cafe, selfdriving or 100000."""
    words = _words_with(terms.literals, text)
    spans: list[Span] = []
    present: list[str] = []
    for at in sorted(words):
        word = words[at]
        in_word, terms_of_word, count = terms.word_matches.get(word) or _match_word(word, terms)
        spans += [(at + start, at + end, numbers) for start, end, numbers in in_word]
        present += terms_of_word
        occurrences -= count
    if occurrences or (terms.phrases and any(frozenset(present).issuperset(phrase) for phrase, _ in terms.phrases)):
        return None
    return spans


def _match_word(word: str, wanted: HighlightTerms) -> _WordMatch:
    tokens = _cached_tokens(word) if len(word) <= _LONGEST_CACHED else wanted.tokens(word)
    terms = [term for term, _ in {(token.term, token.position) for token in tokens}]
    occurrences = sum(term in wanted.all_terms for term in terms)
    occurrences += sum(map(len, map(wanted.prefixes_of, terms)))
    match = wanted.word_matches[word] = merge_overlapping(_token_spans(tokens, wanted)), terms, occurrences
    return match


def _words_with(literals: Sequence[str], text: str) -> dict[int, str]:
    """Start → word, for the words that have any of the literals in any case."""
    words: dict[int, str] = {}
    lowered = text.lower()
    if len(lowered) == len(text):  # İ becomes two characters
        for literal in literals:
            found = lowered.find(literal)
            while found >= 0:
                start, end = text.rfind(" ", 0, found) + 1, text.find(" ", found)
                if end < 0:
                    end = len(text)
                words[start] = text[start:end]
                found = lowered.find(literal, end)
    return words


def _token_spans(tokens: Sequence[Token], terms: HighlightTerms) -> list[Span]:
    """The spans of the terms and prefixes."""
    wanted = terms.terms
    spans = [(token.start, token.end, frozenset((wanted[token.term],))) for token in tokens if token.term in wanted]
    for token in tokens:
        numbers = (terms.prefixes[prefix] for prefix in terms.prefixes_of(token.term))
        spans += [(token.start, token.end, frozenset((number,))) for number in numbers]
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
