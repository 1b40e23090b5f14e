"""Which words of the archive a mistyped word may be: all that are a slip or two away, likeliest first."""

from functools import cached_property
from math import log
from typing import Final, NamedTuple

import numpy as np

from search.analysis.function_words import FUNCTION_WORDS
from search.snapshot.arrays import Array, run_lengths
from search.snapshot.word_dictionary import FIRST_SHIFT, WordDictionary
from search.suggest.edit_distance import distances

LONG: Final = 8
"""Words of this many letters may have two slips; shorter ones have too many neighbours."""

SHORTEST: Final = 5
"""With fewer letters one slip leaves too little to know the word by."""

# What a slip costs against a word's being e times as common.  Swapped neighbours and doubled letters are what fingers
# do; the first letter is the one that readers get right.
_SLIP: Final = 3.0
_FINGERS: Final = 0.75
_FIRST_LETTER: Final = 1.5
SPACE_COST: Final = 2.0
_LOOKED_AT: Final = 60


class Meant(NamedTuple):
    """A word, or two, that may have been meant; in how many articles it is; what it costs to believe so."""

    text: str
    articles: int
    cost: float


class Spelling:
    """The words of a dictionary, ready for looking up what is not among them."""

    def __init__(self, dictionary: WordDictionary) -> None:
        self._lexicon = dictionary

    @cached_property
    def _lengths(self) -> Array:
        return run_lengths(self._lexicon.words.starts)

    @cached_property
    def _letters(self) -> Array:
        """[W] which of a to z each word has, as bits; all bits where it has anything else."""
        octets, starts = self._lexicon.words.octets, self._lexicon.words.starts
        if not len(starts) - 1:
            return np.zeros(0, np.uint32)
        bits = np.full(256, np.uint32(0xFFFFFFFF))
        bits[ord("a") : ord("z") + 1] = np.uint32(1) << np.arange(26, dtype=np.uint32)
        letters: Array = np.bitwise_or.reduceat(bits.take(octets), starts[:-1].astype(np.intp))
        return letters

    def articles(self, word: str) -> int:
        """In how many articles the word is as written."""
        number = self._lexicon.words.find(word)
        return 0 if number is None else int(self._lexicon.word_counts[number])

    def surface(self, words: str) -> str:
        """How the archive writes words of its own, given in their forms."""
        numbers = map(self._lexicon.words.find, words.split())
        return " ".join(self._lexicon.surface(number) for number in numbers if number is not None)

    def meant(self, word: str) -> list[Meant]:
        """What may have been meant by a word of letters from a to z, likeliest first; not the word itself."""
        return sorted([*self._neighbours(word), *self._apart(word)], key=lambda meant: (meant.cost, meant.text))

    def _neighbours(self, word: str) -> list[Meant]:
        """Words at most a slip away, or two from a long word."""
        slips = 2 if len(word) >= LONG else 1
        signature = np.uint32(sum({1 << (ord(letter) - ord("a")) for letter in word}))
        candidates = np.flatnonzero(
            (np.abs(self._lengths - len(word)) <= slips) & (np.bitwise_count(self._letters ^ signature) <= 2 * slips)
        )
        away = distances(word, self._lexicon.words, candidates)
        near = (away > 0) & (away <= slips)
        candidates, away = candidates[near], away[near]
        counts = self._lexicon.word_counts[candidates].astype(np.float64)
        likeliest = np.argsort(_SLIP * away - np.log(counts + 1), kind="stable")[:_LOOKED_AT]
        return [
            Meant(text, count := int(counts[row]), _cost(word, text, int(away[row])) - log(count + 1))
            for row in likeliest.tolist()
            if (text := self._lexicon.words[int(candidates[row])]) not in FUNCTION_WORDS
        ]

    def _apart(self, word: str) -> list[Meant]:
        """Two words that follow each other in some title, written as one."""
        found = []
        for place in range(2, len(word) - 1):
            count = self._together(word[:place], word[place:])
            if count:
                found.append(Meant(f"{word[:place]} {word[place:]}", count, SPACE_COST - log(count + 1)))
        return found

    def _together(self, first: str, second: str) -> int:
        """In how many titles the second word follows the first."""
        words, pairs = self._lexicon.words, self._lexicon.pairs
        a, b = words.find(first), words.find(second)
        if a is None or b is None:
            return 0
        key = np.uint64(a << FIRST_SHIFT | b)
        at = int(np.searchsorted(pairs, key))
        return int(self._lexicon.pair_counts[at]) if at < len(pairs) and pairs[at] == key else 0


def _cost(typed: str, meant: str, away: int) -> float:
    cost = _SLIP * away
    if typed[0] != meant[0]:
        cost += _FIRST_LETTER
    if sorted(typed) == sorted(meant) or _without_doubles(typed) == _without_doubles(meant):
        cost -= _FINGERS
    return cost


def _without_doubles(word: str) -> str:
    return "".join(letter for place, letter in enumerate(word) if word[place - 1 : place] != letter)
