"""The words of the archive as they are written, which postings, being by stem, do not know: what completions and
corrections are taken from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np

from search.snapshot.arrays import Array, Strings, load

FIRST_SHIFT: Final = 32
_FILES: Final = ("words.octets", "words.starts", "word_counts", "pairs", "pair_counts")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """W words in their folded forms, Q pairs of words that follow each other in a title."""

    words: Strings
    """ascending"""
    word_counts: Array
    """[W] in how many articles each is"""
    pairs: Array
    """[Q] first word << 32 | second word, by their numbers, ascending"""
    pair_counts: Array
    """[Q] in how many titles each is"""

    def files(self) -> dict[str, Array]:
        """What is kept of it, by the names of files."""
        arrays = self.words.octets, self.words.starts, self.word_counts, self.pairs, self.pair_counts
        return {f"lexicon.{name}.npy": array for name, array in zip(_FILES, arrays, strict=True)}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the `files` in a folder.  Raises `SnapshotDamaged`."""
        octets, starts, *rest = (load(folder / f"lexicon.{name}.npy") for name in _FILES)
        return cls(Strings(octets, starts), *rest)

    def followers(self, first: range) -> slice:
        """The pairs whose first word is one of these."""
        bounds = np.array([first.start, first.stop], np.uint64) << np.uint64(FIRST_SHIFT)
        begin, end = np.searchsorted(self.pairs, bounds).tolist()
        return slice(begin, end)

    def check(self) -> list[str]:
        """What contradicts itself, in words; nothing when the lexicon is sound."""
        pairs = self.pairs
        tests = {
            "words and their counts do not correspond": len(self.words) == len(self.word_counts),
            "pairs and their counts do not correspond": len(pairs) == len(self.pair_counts),
            "pairs are not in order": bool((pairs[1:] > pairs[:-1]).all()),
            "words or pairs that nobody has are counted": bool(self.word_counts.all() and self.pair_counts.all()),
        }
        return [fault for fault, sound in tests.items() if not sound]
