"""The words of the archive as they are written, which postings, being by stem, do not know: what completions and
corrections are taken from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np

from search.snapshot.arrays import Array, Strings, load, load_strings

FIRST_SHIFT: Final = 32
SEPARATOR: Final = "\0"
_TABLES: Final = ("words", "surfaces")
_COLUMNS: Final = ("word_counts", "pairs", "pair_counts", "surface_counts")


@dataclass(frozen=True, slots=True)
class WordDictionary:
    """W words in their folded forms, Q pairs of words that follow each other in a title."""

    words: Strings
    """ascending"""
    word_counts: Array
    """[W] in how many articles each is"""
    pairs: Array
    """[Q] first word << 32 | second word, by their numbers, ascending"""
    pair_counts: Array
    """[Q] in how many titles each is"""
    surfaces: Strings
    """form, a NUL, and how that is written otherwise (OpenAI, café, self-driving), ascending"""
    surface_counts: Array
    """in how many articles each is; in one twice if also within another stretch (OpenAI, OpenAI-backed)"""

    def files(self) -> dict[str, Array]:
        """What is kept of it, by the names of files."""
        tables = {name: getattr(self, name) for name in _TABLES}
        files = {f"{name}.octets": table.octets for name, table in tables.items()}
        files |= {f"{name}.starts": table.starts for name, table in tables.items()}
        files |= {name: getattr(self, name) for name in _COLUMNS}
        return {f"dictionary.{name}.npy": array for name, array in files.items()}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the `files` in a folder.  Raises `SnapshotDamaged`."""

        def array(name: str) -> Array:
            return load(folder / f"dictionary.{name}.npy")

        def strings(name: str) -> Strings:
            return load_strings(folder, f"dictionary.{name}")

        return cls(
            words=strings("words"), word_counts=array("word_counts"), pairs=array("pairs"),
            pair_counts=array("pair_counts"), surfaces=strings("surfaces"), surface_counts=array("surface_counts"),
        )  # fmt: skip

    def surface(self, number: int) -> str:
        """How the archive writes the word with this number: as its form is, unless half of its articles have it
        in other ways; then in the commonest of those."""
        form: str = self.words[number]
        ways = self.surfaces.prefixed(f"{form}{SEPARATOR}")
        counts = self.surface_counts[ways.start : ways.stop].tolist()
        if not counts or 2 * sum(counts) < self.word_counts[number]:
            return form
        _, commonest = max(zip(counts, ways, strict=True))  # of equals the last, which has fewer capitals
        surface: str = self.surfaces[commonest].partition(SEPARATOR)[2]
        return surface

    def followers(self, first: range) -> slice:
        """The pairs whose first word is one of these."""
        bounds = np.array([first.start, first.stop], np.uint64) << np.uint64(FIRST_SHIFT)
        begin, end = np.searchsorted(self.pairs, bounds).tolist()
        return slice(begin, end)

    def check(self) -> list[str]:
        """What contradicts itself, in words; nothing when the dictionary is sound."""
        pairs = self.pairs
        tests = {
            "words and their counts do not correspond": len(self.words) == len(self.word_counts),
            "pairs and their counts do not correspond": len(pairs) == len(self.pair_counts),
            "pairs are not in order": bool((pairs[1:] > pairs[:-1]).all()),
            "surfaces and their counts do not correspond": len(self.surfaces) == len(self.surface_counts),
            "words, pairs or surfaces that nobody has are counted": all(
                counts.all() for counts in (self.word_counts, self.pair_counts, self.surface_counts)
            ),
        }
        return [fault for fault, sound in tests.items() if not sound]
