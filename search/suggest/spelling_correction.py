"""Spelling correction: queries that may replace a query with mistyped words ("did you mean").

Only plain words of at least five letters a to z are corrected: no quoted, scoped or excluded words, prefixes, digits or
signs.  A word is mistyped if no article has it in any form or by a synonym; a rare word may be if a similar word is far
more frequent.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product
from math import log
from typing import Final, NamedTuple

from search.analysis.folding import fold
from search.analysis.stemming import stem
from search.analysis.synonym_map import SynonymMap
from search.query.lexer import plain_words
from search.results import Correction
from search.snapshot.word_dictionary import WordDictionary
from search.suggest.spell_checker import MIN_LETTERS, SPACE_COST, Candidate, SpellChecker

RARE: Final = 3
"""A word in at most this many articles is rare: it may be mistyped."""
TIMES_MORE_FREQUENT: Final = 20
"""A rare word is corrected only to a word in at least this many times as many articles."""

_CANDIDATES_PER_WORD: Final = 5
_MAX_CORRECTIONS: Final = 8
_MAX_COMBINATIONS: Final = 500

_LETTERS = re.compile("[a-z]+").fullmatch


class _Replacement(NamedTuple):
    """A replacement for the query text from `start` to `end`; the lowest cost is the most likely."""

    start: int
    end: int
    text: str
    cost: float


class SpellingCorrector:
    """Corrects queries.  `doc_frequency` gives the number of articles with a stem."""

    def __init__(
        self, dictionary: WordDictionary, synonym_map: SynonymMap, doc_frequency: Callable[[str], int]
    ) -> None:
        self._spell_checker = SpellChecker(dictionary)
        self._synonym_map = synonym_map
        self._doc_frequency = doc_frequency

    def corrections(self, text: str) -> list[Correction]:
        """The corrections of a query, most likely first; none if no word seems mistyped."""
        if len(text) < MIN_LETTERS:
            return []
        words = [(start, end, fold(text[start:end])) for start, end in plain_words(text)]
        frequencies = [self._frequency(word) for _, _, word in words]
        options = list(self._joined_words(text, words, frequencies))
        for (start, end, word), frequency in zip(words, frequencies, strict=True):
            if frequency <= RARE and len(word) >= MIN_LETTERS and _LETTERS(word):
                replacements = [
                    _Replacement(start, end, self._spell_checker.surface(each.text), each.cost)
                    for each in self._candidates(word, frequency)
                ]
                unchanged = [_Replacement(start, end, text[start:end], -log(frequency + 1))] if frequency else []
                options.append(replacements and [*replacements, *unchanged])
        return _combined(text, [each for each in options if each])

    def _frequency(self, word: str) -> int:
        """The number of articles with the word in any form; more than `RARE` if a synonym entry starts with it."""
        term = stem(word)
        return RARE + 1 if (term,) in self._synonym_map.spelling_prefixes else self._doc_frequency(term)

    def _candidates(self, word: str, frequency: int) -> list[Candidate]:
        """The most likely candidates, one for each stem: every form of a word has the same matches."""
        by_stem: dict[str, Candidate] = {}
        for candidate in self._spell_checker.candidates(word):
            if candidate.doc_frequency >= TIMES_MORE_FREQUENT * frequency:
                by_stem.setdefault(stem(candidate.text), candidate)
        return list(by_stem.values())[:_CANDIDATES_PER_WORD]

    def _joined_words(
        self, text: str, words: Sequence[tuple[int, int, str]], frequencies: Sequence[int]
    ) -> Iterator[list[_Replacement]]:
        """Replaces two words, at least one of them unknown, that are one word of the archive without the space."""
        for ((start, end, first), (next_start, next_end, second)), both in zip(
            pairwise(words), pairwise(frequencies), strict=True
        ):
            joined = first + second
            if not all(both) and text[end:next_start].isspace() and len(joined) >= MIN_LETTERS and _LETTERS(joined):
                frequency = self._spell_checker.doc_frequency(joined)
                if frequency:
                    cost = SPACE_COST - log(frequency + 1)
                    yield [_Replacement(start, next_end, self._spell_checker.surface(joined), cost)]


def _combined(text: str, options: Sequence[Sequence[_Replacement]]) -> list[Correction]:
    """The most likely combinations of one replacement for each mistyped word; of overlapping ones, the cheapest."""
    if not options:
        return []
    per_word = max(1, int(_MAX_COMBINATIONS ** (1 / len(options))))
    corrections: dict[str, tuple[float, Correction]] = {}
    for combination in product(*(replacements[:per_word] for replacements in options)):
        replacements = _without_overlaps(sorted(combination))
        corrected = _replaced(text, replacements)
        cost = sum(replacement.cost for replacement in replacements)
        if corrected.q not in corrections or cost < corrections[corrected.q][0]:
            corrections[corrected.q] = cost, corrected
    corrections.pop(text, None)
    ranked = sorted(corrections.values(), key=lambda cost_and_correction: cost_and_correction[0])
    return [corrected for _, corrected in ranked[:_MAX_CORRECTIONS]]


def _without_overlaps(replacements: Sequence[_Replacement]) -> list[_Replacement]:
    """The replacements, of two that overlap the cheaper one."""
    result: list[_Replacement] = []
    for replacement in replacements:
        if result and replacement.start < result[-1].end:
            result[-1] = min(result[-1], replacement, key=lambda each: each.cost)
        else:
            result.append(replacement)
    return result


def _replaced(text: str, replacements: Sequence[_Replacement]) -> Correction:
    parts, words, done = [], [], 0
    for start, end, replacement, _ in replacements:
        parts += [text[done:start], replacement]
        if replacement != text[start:end]:
            words.append((text[start:end], replacement))
        done = end
    return Correction("".join([*parts, text[done:]]), applied=True, words=tuple(words))
