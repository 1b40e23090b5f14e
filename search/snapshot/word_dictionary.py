"""The word dictionary: words, title bigrams and surface forms with their counts, for completion and correction.

Postings have stems only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, Self

import numpy as np

from search.arrays import Array, Strings, load_columns

FIRST_SHIFT: Final = 32
SEPARATOR: Final = "\0"
DICTIONARY: Final = "dictionary"
"""Its files in a snapshot begin so."""


@dataclass(frozen=True, slots=True)
class WordDictionary:
    """W words in their folded forms, Q bigrams (pairs of adjacent words in a title)."""

    words: Strings
    """ascending"""
    word_counts: Array
    """[W] the number of articles with each word"""
    capitals: Array
    """[W] how many more articles write the word with a capital within a sentence than in lower case; signed"""
    pairs: Array
    """[Q] index of the first word << 32 | index of the second word, ascending"""
    pair_counts: Array
    """[Q] the number of titles with each bigram"""
    pair_names: Array
    """[Q] the sum of the name evidence for each bigram, from the articles of these titles; signed"""
    surfaces: Strings
    """form, a NUL, and another spelling of it (OpenAI, café, self-driving), ascending"""
    surface_counts: Array
    """the number of articles with each; an article counts twice if it also has it in a compound (OpenAI-backed)"""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the files `dictionary.*`.  Raises `SnapshotDamaged`."""
        return cls(**load_columns(cls, folder, DICTIONARY))

    def surface(self, number: int) -> str:
        """The usual spelling of a word: the most frequent surface form if surface forms are in at least half of its
        articles, else the folded form, with a capital if it is a name."""
        spelling = self._surface_form(number)
        return _with_capital(spelling) if self.capitals[number] > 0 else spelling

    def phrase_surfaces(self, numbers: Sequence[int]) -> list[str]:
        """The usual spelling of adjacent words, which can be a name (General Motors) though one of them is not."""
        evidence = [self._name_evidence(*pair) for pair in pairwise(numbers)]
        spellings = []
        for number, before, after in zip(numbers, [0, *evidence], [*evidence, 0], strict=True):
            if before > 0 or after > 0:
                spellings.append(_with_capital(self._surface_form(number)))
            else:
                spellings.append(self._surface_form(number) if before < 0 or after < 0 else self.surface(number))
        return spellings

    def pair_number(self, first: int, second: int) -> int | None:
        """The index of the bigram of these words; None if no title has it."""
        key = np.uint64(first << FIRST_SHIFT | second)
        i = int(np.searchsorted(self.pairs, key))
        return i if i < len(self.pairs) and self.pairs[i] == key else None

    def _name_evidence(self, first: int, second: int) -> int:
        pair = self.pair_number(first, second)
        return 0 if pair is None else int(self.pair_names[pair])

    def _surface_form(self, number: int) -> str:
        form: str = self.words[number]
        spellings = self.surfaces.prefixed(f"{form}{SEPARATOR}")
        counts = self.surface_counts[spellings.start : spellings.stop].tolist()
        if not counts or 2 * sum(counts) < self.word_counts[number]:
            return form
        _, most_frequent = max(zip(counts, spellings, strict=True))  # the last of equals: it has fewer capitals
        surface: str = self.surfaces[most_frequent].partition(SEPARATOR)[2]
        return surface

    def followers(self, first: range) -> slice:
        """The bigrams whose first word is one of these."""
        bounds = np.array([first.start, first.stop], np.uint64) << np.uint64(FIRST_SHIFT)
        begin, end = np.searchsorted(self.pairs, bounds).tolist()
        return slice(begin, end)

    def check(self) -> list[str]:
        """Contradictions within the dictionary, as sentences; empty if it is sound."""
        pairs = self.pairs
        tests = {
            "words and their counts do not correspond": (
                len(self.words) == len(self.word_counts) == len(self.capitals)
            ),
            "pairs and their counts do not correspond": len(pairs) == len(self.pair_counts) == len(self.pair_names),
            "pairs are not in order": bool((pairs[1:] > pairs[:-1]).all()),
            "surfaces and their counts do not correspond": len(self.surfaces) == len(self.surface_counts),
            "words, pairs or surfaces have a count of 0": all(
                counts.all() for counts in (self.word_counts, self.pair_counts, self.surface_counts)
            ),
        }
        return [fault for fault, sound in tests.items() if not sound]


def _with_capital(spelling: str) -> str:
    return spelling[:1].upper() + spelling[1:] if spelling.islower() else spelling
