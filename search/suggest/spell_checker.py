"""Spell checker: the words of the archive within a small edit distance of a mistyped word, most likely first."""

from functools import cached_property, lru_cache
from math import log
from typing import Final, NamedTuple

import numpy as np

from search.analysis.function_words import FUNCTION_WORDS
from search.analysis.tokenizer import LONGEST_TERM
from search.arrays import Array, binary_search, run_lengths
from search.snapshot.word_dictionary import FIRST_SHIFT, WordDictionary
from search.suggest.edit_distance import edit_distances
from search.suggest.slips import EDIT_COST, SAME_SOUND_COST, slip_cost, sound

LONG_WORD: Final = 8
"""Words of at least this many letters may have two edits; shorter words would have too many candidates."""
SOUND_LETTERS: Final = 7
"""Words of at least this many letters may have two edits if these do not change the sound (vehical), or if one of them
adds or removes an s at the end (robtaxi, robotaxis).  Shorter names would be taken for words."""
MIN_LETTERS: Final = 5
"""Shorter words are corrected only if the archive has the correction next to a neighbour of the word."""
SHORTEST: Final = 3

# Costs are in units of log(document frequency), as in `slips.py`.
SPACE_COST: Final = 2.0
_CONTEXT_BONUS: Final = 1.5
_MAX_CANDIDATES: Final = 40
_CACHED_WORDS: Final = 1 << 13


def likely_cost(letters: int, in_context: bool) -> float:
    """The highest cost of likely slips in a word.  With others, it is rather a word that the archive lacks."""
    if letters < MIN_LETTERS:
        return 4.0 if in_context else 0.0
    if letters < LONG_WORD:
        return 5.5 if in_context else 3.5
    return 7.5 if in_context else 6.0


class Candidate(NamedTuple):
    """A replacement for a mistyped word: one or two words of the archive.  The lowest cost is the most likely.

    `slip_cost` is the part of the cost that does not depend on frequencies.  `likely` is false if the word is rather
    another one, which the archive lacks."""

    text: str
    doc_frequency: int
    cost: float
    slip_cost: float
    likely: bool = True


class SpellChecker:
    """Finds corrections of single words in a word dictionary."""

    def __init__(self, dictionary: WordDictionary) -> None:
        self._dictionary = dictionary
        self._find = lru_cache(maxsize=_CACHED_WORDS)(dictionary.words.find)
        self._surface = lru_cache(maxsize=_CACHED_WORDS)(dictionary.surface)

    @cached_property
    def _by_length(self) -> tuple[Array, Array, Array]:
        """[W] the length in bytes, the number and the letters of each word, shortest first.

        The letters a to z that a word has are bits; a word with any other character has all bits."""
        octets, starts = self._dictionary.words.octets, self._dictionary.words.starts
        lengths = run_lengths(starts)
        bits = np.full(256, np.uint32(0xFFFFFFFF))
        bits[ord("a") : ord("z") + 1] = np.uint32(1) << np.arange(26, dtype=np.uint32)
        letters = np.bitwise_or.reduceat(bits.take(octets), starts[:-1].astype(np.intp)) if len(lengths) else bits[:0]
        order = np.argsort(lengths, kind="stable")
        return lengths[order].astype(np.int16), order, letters[order]

    def doc_frequency(self, word: str) -> int:
        """The number of articles with exactly this folded word."""
        number = self._find(word)
        return 0 if number is None else int(self._dictionary.word_counts[number])

    def surface(self, words: str) -> str:
        """Adjacent folded words of the archive in their usual spelling there."""
        numbers = [number for number in map(self._find, words.split()) if number is not None]
        return " ".join(self._dictionary.phrase_surfaces(numbers) if len(numbers) > 1 else map(self._surface, numbers))

    def candidates(self, word: str, previous: str = "", following: str = "") -> list[Candidate]:
        """The corrections of a word of the letters a to z, most likely first, without the word itself.

        `previous` and `following` are its neighbours in the query: a word that is next to one of them in a title of the
        archive is more likely."""
        candidates = self._similar(word, previous, following, 2 if len(word) >= LONG_WORD else 1)
        if SOUND_LETTERS <= len(word) < LONG_WORD and not any(each.likely for each in candidates):
            similar = self._similar(word, previous, following, 2)
            candidates += (each._replace(likely=True) for each in similar if _same_sound(word, each))
        if SOUND_LETTERS <= len(word) < LONG_WORD and not any(each.likely for each in candidates):
            similar = self._similar(_other_number(word), previous, following, 1)
            candidates += (each for each in similar if each.text != word)
        return sorted([*candidates, *self._split(word)], key=lambda each: (each.cost, each.text))

    def _similar(self, word: str, previous: str, following: str, max_distance: int) -> list[Candidate]:
        """Words within an edit distance; of short words, only those that are next to a neighbour in a title."""
        if len(word) > LONGEST_TERM:
            return []
        lengths, numbers, letters = self._by_length
        bounds = np.array((len(word) - max_distance, len(word) + max_distance + 1), lengths.dtype)
        near = slice(*lengths.searchsorted(bounds))
        own_letters = np.uint32(sum({1 << (ord(letter) - ord("a")) for letter in word}))
        # An edit that changes the length changes one of the letters at most; other edits change two.
        changes = np.abs(lengths[near] - len(word)) + np.bitwise_count(letters[near] ^ own_letters)
        numbers = np.sort(numbers[near][changes <= 2 * max_distance])
        distances = edit_distances(word, self._dictionary.words, numbers)
        similar = (distances > 0) & (distances <= max_distance)
        numbers, distances = numbers[similar], distances[similar]
        in_titles = self._pair_counts(numbers, previous, following)
        bonus = np.log(self._dictionary.word_counts[numbers] + 1.0)
        bonus += np.where(in_titles > 0, _CONTEXT_BONUS + np.log(np.maximum(in_titles, 1)), 0)
        likeliest = np.argsort(EDIT_COST * distances - bonus, kind="stable")[:_MAX_CANDIDATES]
        candidates = []
        for i in likeliest.tolist():
            text, in_context = self._dictionary.words[int(numbers[i])], bool(in_titles[i])
            slips = slip_cost(word, text, int(distances[i]))
            if (in_context or len(word) >= MIN_LETTERS) and text not in FUNCTION_WORDS:
                frequency = int(self._dictionary.word_counts[numbers[i]])
                likely = slips <= likely_cost(len(word), in_context)
                candidates.append(Candidate(text, frequency, slips - float(bonus[i]), slips, likely))
        return candidates

    def _pair_counts(self, numbers: Array, previous: str, following: str) -> Array:
        """[numbers] in how many titles each word follows `previous` or precedes `following`, whichever is more."""
        pairs = self._dictionary.pairs
        counts = np.zeros(len(numbers), np.int64)
        before, after = self._find(previous), self._find(following)
        shifted = numbers.astype(np.uint64) << np.uint64(FIRST_SHIFT)
        for keys in (
            None if before is None else numbers.astype(np.uint64) | np.uint64(before << FIRST_SHIFT),
            None if after is None else shifted | np.uint64(after),
        ):
            if keys is not None and len(pairs):
                index, found = binary_search(keys, pairs)
                counts[found] = np.maximum(counts[found], self._dictionary.pair_counts[index[found]])
        return counts

    def _split(self, word: str) -> list[Candidate]:
        """Two words, adjacent in a title of the archive, that are the word when written without a space."""
        candidates = []
        for i in range(2, len(word) - 1):
            count = self.bigram_count(word[:i], word[i:])
            if count:
                cost = SPACE_COST - log(count + 1)
                candidates.append(Candidate(f"{word[:i]} {word[i:]}", count, cost, SPACE_COST))
        return candidates

    def bigram_count(self, first: str, second: str) -> int:
        """The number of titles in which the second word follows the first."""
        if (a := self._find(first)) is None or (b := self._find(second)) is None:
            return 0
        pair = self._dictionary.pair_number(a, b)
        return 0 if pair is None else int(self._dictionary.pair_counts[pair])


def _other_number(word: str) -> str:
    """The word with or without an s at its end: of most words, the plural or singular."""
    return word.removesuffix("s") if word.endswith("s") else f"{word}s"


def _same_sound(word: str, candidate: Candidate) -> bool:
    return candidate.slip_cost == SAME_SOUND_COST and sound(word) == sound(candidate.text)
