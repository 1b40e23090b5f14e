"""Spelling correction: queries that may replace a query with mistyped words ("did you mean").

Only plain words of the letters a to z are corrected: no quoted, scoped or excluded words, prefixes, digits or signs.  A
word is mistyped if no article has it in any form or by a synonym.  It may be if no article has it in this form, because
another word can have its stem (sever, several), or if it is rare and a similar word is far more frequent.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product
from math import inf, log
from typing import Final, NamedTuple

from search.analysis.folding import fold
from search.analysis.stemming import stem
from search.analysis.synonym_map import SynonymMap
from search.query.lexer import plain_words
from search.snapshot.word_dictionary import WordDictionary
from search.suggest.slips import EDIT_COST, FREQUENT_SLIP_COST, LIKELY_SLIP_COST
from search.suggest.spell_checker import (
    MIN_LETTERS,
    SHORTEST,
    SOUND_LETTERS,
    SPACE_COST,
    Candidate,
    SpellChecker,
)

RARE: Final = 3
"""A word in at most this many articles is rare: it may be mistyped."""
TIMES_MORE_FREQUENT: Final = 20
"""A rare word is corrected only to a word in at least this many times as many articles."""

_CANDIDATES_PER_WORD: Final = 5
_MAX_CORRECTIONS: Final = 8
_MAX_COMBINATIONS: Final = 500

_LETTERS = re.compile("[a-z]+").fullmatch
_ENDINGS: Final = ("s", "ed", "ing", "er", "ers", "ly", "d")


class _Replacement(NamedTuple):
    """A replacement for the query text from `start` to `end`; the lowest cost is the most likely."""

    start: int
    end: int
    text: str
    cost: float
    likely: bool = True


class CorrectedQuery(NamedTuple):
    """A query with mistyped words replaced.

    `words`: each replaced word with its replacement.  `likely`: false if it is credible only if an article has all of
    its words."""

    q: str
    words: tuple[tuple[str, str], ...]
    likely: bool


class SpellingCorrector:
    """Corrects queries.  `doc_frequency` gives the number of articles with a stem."""

    def __init__(
        self, dictionary: WordDictionary, synonym_map: SynonymMap, doc_frequency: Callable[[str], int]
    ) -> None:
        self._spell_checker = SpellChecker(dictionary)
        self._synonym_map = synonym_map
        self._doc_frequency = doc_frequency

    def corrections(self, text: str) -> list[CorrectedQuery]:
        """The corrections of a query, most likely first; none if no word seems mistyped."""
        if len(text) < MIN_LETTERS:
            return []
        words = [(start, end, fold(text[start:end])) for start, end in plain_words(text)]
        frequencies = [self._frequency(word) for _, _, word in words]
        options = list(self._joined_words(text, words, frequencies))
        for i, (start, end, word) in enumerate(words):
            if frequencies[i] <= RARE and len(word) >= SHORTEST and _LETTERS(word):
                previous = words[i - 1][2] if i and text[words[i - 1][1] : start].isspace() else ""
                following = words[i + 1][2] if words[i + 1 :] and text[end : words[i + 1][0]].isspace() else ""
                replacements = [
                    _Replacement(start, end, self._spell_checker.surface(each.text), each.cost, each.likely)
                    for each in self._candidates(word, frequencies[i], previous, following)
                    if each.likely or len(words) > 1
                ]
                kept = self._doc_frequency(stem(word))
                unchanged = [_Replacement(start, end, text[start:end], -log(kept + 1))] if kept else []
                options.append(replacements and [*replacements, *unchanged])
        return _combined(text, [each for each in options if each])

    def is_known(self, text: str) -> bool:
        """Whether an article has the text as one word in this form."""
        return self._spell_checker.doc_frequency(fold(text)) > 0

    def _frequency(self, word: str) -> int:
        """The number of articles with the word in any form, 0 if none has this form; more than `RARE` if a synonym
        entry starts with it."""
        term = stem(word)
        if (term,) in self._synonym_map.spelling_prefixes:
            return RARE + 1
        return self._doc_frequency(term) if self._spell_checker.doc_frequency(word) else 0

    def _candidates(self, word: str, frequency: int, previous: str, following: str) -> list[Candidate]:
        """The most likely candidates, one for each stem: every form of a word has the same matches."""
        term = stem(word)
        highest = self._highest_cost(word, term, frequency)
        by_stem: dict[str, Candidate] = {}
        for candidate in self._spell_checker.candidates(word, previous, following):
            frequent = candidate.doc_frequency >= TIMES_MORE_FREQUENT * frequency
            if frequent and candidate.slip_cost <= highest and stem(candidate.text) != term:
                by_stem.setdefault(stem(candidate.text), candidate)
        return list(by_stem.values())[:_CANDIDATES_PER_WORD]

    def _highest_cost(self, word: str, term: str, frequency: int) -> float:
        """The cost up to which a slip is likely: lower if the archive has the word, or may have it in another form."""
        if frequency:
            return LIKELY_SLIP_COST
        if not self._doc_frequency(term):
            return inf
        return FREQUENT_SLIP_COST if self._is_inflected(word, term) else EDIT_COST

    def _is_inflected(self, word: str, term: str) -> bool:
        """Whether the archive has the word with another ending (files, filing), rather than another word (several)."""
        roots = {word, *(word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))}
        roots |= {root[:-1] for root in roots if root[-2:-1] == root[-1:]}  # running
        others = {root + ending for root in roots for ending in ("", "e", "y", "ies", "es", *_ENDINGS)}
        return any(stem(other) == term and self._spell_checker.doc_frequency(other) for other in others)

    def _joined_words(
        self, text: str, words: Sequence[tuple[int, int, str]], frequencies: Sequence[int]
    ) -> Iterator[list[_Replacement]]:
        """Replaces two words that are one word of the archive without the space, if one of them is unknown or no title
        has them in a row."""
        for ((start, end, first), (next_start, next_end, second)), both in zip(
            pairwise(words), pairwise(frequencies), strict=True
        ):
            if text[end:next_start].isspace() and _LETTERS(first + second):
                for joined, slips in self._joined(first, second, known=all(both)):
                    frequency = self._spell_checker.doc_frequency(joined)
                    cost = SPACE_COST + slips - log(frequency + 1)
                    yield [_Replacement(start, next_end, self._spell_checker.surface(joined), cost)]

    def _joined(self, first: str, second: str, known: bool) -> Iterator[tuple[str, float]]:
        """The word of the archive that two words make, with the cost of a slip in it; a slip only if one of them is
        unknown and one is short."""
        joined = first + second
        if self._spell_checker.doc_frequency(joined):
            written_apart = "-" in self._spell_checker.surface(joined) or self._spell_checker.bigram_count(
                first, second
            )
            if len(joined) >= MIN_LETTERS and not (known and written_apart):
                yield joined, 0
        elif not known and len(joined) >= SOUND_LETTERS and min(len(first), len(second)) < MIN_LETTERS:
            for each in self._spell_checker.candidates(joined)[:1]:
                if each.slip_cost <= EDIT_COST and each.text != joined and " " not in each.text:
                    yield each.text, each.slip_cost


def _combined(text: str, options: Sequence[Sequence[_Replacement]]) -> list[CorrectedQuery]:
    """The most likely combinations of one replacement for each mistyped word; of overlapping ones, the cheapest."""
    if not options:
        return []
    per_word = max(1, int(_MAX_COMBINATIONS ** (1 / len(options))))
    combinations = product(*(replacements[:per_word] for replacements in options))
    ranked = sorted((_without_overlaps(sorted(each)) for each in combinations), key=_cost)
    corrections: dict[str, CorrectedQuery] = {}
    for replacements in ranked:
        corrected = _replaced(text, replacements)
        if corrected.q != text:
            corrections.setdefault(corrected.q, corrected)
        if len(corrections) == _MAX_CORRECTIONS:
            break
    return list(corrections.values())


def _cost(replacements: Sequence[_Replacement]) -> float:
    return sum([replacement.cost for replacement in replacements])


def _without_overlaps(replacements: Sequence[_Replacement]) -> list[_Replacement]:
    """The replacements, of two that overlap the cheaper one."""
    result: list[_Replacement] = []
    for replacement in replacements:
        if result and replacement.start < result[-1].end:
            result[-1] = min(result[-1], replacement, key=lambda each: each.cost)
        else:
            result.append(replacement)
    return result


def _replaced(text: str, replacements: Sequence[_Replacement]) -> CorrectedQuery:
    parts, words, done = [], [], 0
    for start, end, replacement, _, _ in replacements:
        parts += [text[done:start], replacement]
        if replacement != text[start:end]:
            words.append((text[start:end], replacement))
        done = end
    likely = all(replacement.likely for replacement in replacements)
    return CorrectedQuery("".join([*parts, text[done:]]), tuple(words), likely)
