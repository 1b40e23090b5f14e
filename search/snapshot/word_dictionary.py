"""The word dictionary: words, title bigrams and surface forms with their counts, for completion and correction.

Postings have stems only."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np

from search.arrays import Array, Strings, load_columns

FIRST_SHIFT: Final = 32
SEPARATOR: Final = "\0"


@dataclass(frozen=True, slots=True)
class WordDictionary:
    """W words in their folded forms, Q bigrams (pairs of adjacent words in a title)."""

    words: Strings
    """ascending"""
    word_counts: Array
    """[W] the number of articles with each word"""
    pairs: Array
    """[Q] index of the first word << 32 | index of the second word, ascending"""
    pair_counts: Array
    """[Q] the number of titles with each bigram"""
    surfaces: Strings
    """form, a NUL, and another spelling of it (OpenAI, café, self-driving), ascending"""
    surface_counts: Array
    """the number of articles with each; an article counts twice if it also has it in a compound (OpenAI-backed)"""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the files `dictionary.*`.  Raises `SnapshotDamaged`."""
        return cls(**load_columns(cls, folder, "dictionary"))

    def surface(self, number: int) -> str:
        """The usual spelling of a word: the most frequent surface form if surface forms are in at least half of its
        articles, else the folded form."""
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
            "words and their counts do not correspond": len(self.words) == len(self.word_counts),
            "pairs and their counts do not correspond": len(pairs) == len(self.pair_counts),
            "pairs are not in order": bool((pairs[1:] > pairs[:-1]).all()),
            "surfaces and their counts do not correspond": len(self.surfaces) == len(self.surface_counts),
            "words, pairs or surfaces have a count of 0": all(
                counts.all() for counts in (self.word_counts, self.pair_counts, self.surface_counts)
            ),
        }
        return [fault for fault, sound in tests.items() if not sound]
