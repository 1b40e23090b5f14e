"""Spell checker: the words of the archive within a small edit distance of a mistyped word, most likely first."""

from functools import cached_property
from math import log
from typing import Final, NamedTuple

import numpy as np

from search.analysis.function_words import FUNCTION_WORDS
from search.arrays import Array, run_lengths
from search.snapshot.word_dictionary import FIRST_SHIFT, WordDictionary
from search.suggest.edit_distance import edit_distances

LONG_WORD: Final = 8
"""Words of at least this many letters may have two edits; shorter words would have too many candidates."""

MIN_LETTERS: Final = 5
"""Shorter words are not corrected: one edit leaves too few letters to identify the word."""

# Costs are in units of log(document frequency): one edit outweighs a word that is e³ times as frequent.  Swapped and
# doubled letters are common typing errors; the first letter is rarely wrong.
_EDIT_COST: Final = 3.0
_TYPING_ERROR_DISCOUNT: Final = 0.75
_FIRST_LETTER_COST: Final = 1.5
SPACE_COST: Final = 2.0
_MAX_CANDIDATES: Final = 60


class Candidate(NamedTuple):
    """A replacement for a mistyped word: one or two words of the archive.  The lowest cost is the most likely."""

    text: str
    doc_frequency: int
    cost: float


class SpellChecker:
    """Finds corrections of single words in a word dictionary."""

    def __init__(self, dictionary: WordDictionary) -> None:
        self._dictionary = dictionary

    @cached_property
    def _lengths(self) -> Array:
        return run_lengths(self._dictionary.words.starts)

    @cached_property
    def _letters(self) -> Array:
        """[W] the letters a to z that each word has, as bits; all bits if it has any other character."""
        octets, starts = self._dictionary.words.octets, self._dictionary.words.starts
        if not len(starts) - 1:
            return np.zeros(0, np.uint32)
        bits = np.full(256, np.uint32(0xFFFFFFFF))
        bits[ord("a") : ord("z") + 1] = np.uint32(1) << np.arange(26, dtype=np.uint32)
        letters: Array = np.bitwise_or.reduceat(bits.take(octets), starts[:-1].astype(np.intp))
        return letters

    def doc_frequency(self, word: str) -> int:
        """The number of articles with exactly this folded word."""
        number = self._dictionary.words.find(word)
        return 0 if number is None else int(self._dictionary.word_counts[number])

    def surface(self, words: str) -> str:
        """Folded words of the archive in their usual spelling there."""
        numbers = map(self._dictionary.words.find, words.split())
        return " ".join(self._dictionary.surface(number) for number in numbers if number is not None)

    def candidates(self, word: str) -> list[Candidate]:
        """The corrections of a word of the letters a to z, most likely first, without the word itself."""
        return sorted([*self._similar(word), *self._split(word)], key=lambda each: (each.cost, each.text))

    def _similar(self, word: str) -> list[Candidate]:
        """Words at an edit distance of 1, or up to 2 from a long word."""
        max_distance = 2 if len(word) >= LONG_WORD else 1
        letters = np.uint32(sum({1 << (ord(letter) - ord("a")) for letter in word}))
        numbers = np.flatnonzero(
            (np.abs(self._lengths - len(word)) <= max_distance)
            & (np.bitwise_count(self._letters ^ letters) <= 2 * max_distance)
        )
        distances = edit_distances(word, self._dictionary.words, numbers)
        similar = (distances > 0) & (distances <= max_distance)
        numbers, distances = numbers[similar], distances[similar]
        counts = self._dictionary.word_counts[numbers].astype(np.float64)
        likeliest = np.argsort(_EDIT_COST * distances - np.log(counts + 1), kind="stable")[:_MAX_CANDIDATES]
        return [
            Candidate(text, count := int(counts[i]), _edit_cost(word, text, int(distances[i])) - log(count + 1))
            for i in likeliest.tolist()
            if (text := self._dictionary.words[int(numbers[i])]) not in FUNCTION_WORDS
        ]

    def _split(self, word: str) -> list[Candidate]:
        """Two words, adjacent in a title of the archive, that are the word when written without a space."""
        candidates = []
        for i in range(2, len(word) - 1):
            count = self._bigram_count(word[:i], word[i:])
            if count:
                candidates.append(Candidate(f"{word[:i]} {word[i:]}", count, SPACE_COST - log(count + 1)))
        return candidates

    def _bigram_count(self, first: str, second: str) -> int:
        """The number of titles in which the second word follows the first."""
        words, pairs = self._dictionary.words, self._dictionary.pairs
        a, b = words.find(first), words.find(second)
        if a is None or b is None:
            return 0
        key = np.uint64(a << FIRST_SHIFT | b)
        i = int(np.searchsorted(pairs, key))
        return int(self._dictionary.pair_counts[i]) if i < len(pairs) and pairs[i] == key else 0


def _edit_cost(word: str, candidate: str, distance: int) -> float:
    cost = _EDIT_COST * distance
    if word[0] != candidate[0]:
        cost += _FIRST_LETTER_COST
    if sorted(word) == sorted(candidate) or _without_doubles(word) == _without_doubles(candidate):
        cost -= _TYPING_ERROR_DISCOUNT
    return cost


def _without_doubles(word: str) -> str:
    return "".join(letter for i, letter in enumerate(word) if word[i - 1 : i] != letter)
