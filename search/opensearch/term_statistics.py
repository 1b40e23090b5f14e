"""How many articles have each term: what scores, corrections and significant words need of the whole archive."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np

from search.arrays import Array, Strings, columns_of, load_columns, top_indices
from search.schema import TEXT_FIELDS
from search.snapshot.manifest import FileChecksum
from search.snapshot.segment import FIELD_COUNT, Segment
from search.snapshot.snapshot_writer import SnapshotWriter

STATISTICS: Final = "statistics"
_IN_TEXT: Final = [TEXT_FIELDS.index("title"), TEXT_FIELDS.index("excerpt")]


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """T terms."""

    terms: Strings
    """ascending by bytes"""
    in_fields: Array
    """[T, 4] the number of articles with the term in each field"""
    in_any: Array
    """[T] in any field"""
    in_text: Array
    """[T] in the title or the excerpt"""
    average_lengths: Array
    """[4] the mean number of tokens of each field"""

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """The statistics of an index."""
        starts = segment.posting_starts.astype(np.int64)
        title_or_excerpt = (segment.term_stats[:, _IN_TEXT] > 0).any(axis=1).take(segment.posting_stats)
        in_text = np.add.reduceat(title_or_excerpt, starts[:-1], dtype=np.int64) if len(segment.terms) else starts[:0]
        lengths = segment.lengths.sum(axis=0, dtype=np.int64) / max(1, len(segment))
        return cls(segment.terms, segment.doc_frequencies, np.diff(starts), in_text, lengths)

    def save(self, folder: Path) -> dict[str, FileChecksum]:
        """Write the files `statistics.*` into a new folder.  Returns their checksums by name."""
        folder.mkdir()
        with ThreadPoolExecutor() as threads:
            writer = SnapshotWriter(folder, threads)
            writer.save(STATISTICS, columns_of(self))
            return writer.checksums()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the files `statistics.*`.  Raises `SnapshotDamaged`."""
        return cls(**load_columns(cls, folder, STATISTICS))

    def doc_frequency(self, term: str) -> int:
        """The number of articles with the term in any field."""
        number = self.terms.find(term)
        return 0 if number is None else int(self.in_any[number])

    def doc_frequencies(self, term: str) -> list[int]:
        """The number of articles with the term in each field."""
        number = self.terms.find(term)
        frequencies: list[int] = [0] * FIELD_COUNT if number is None else self.in_fields[number].tolist()
        return frequencies

    def most_frequent(self, prefix: str, field: int, size: int) -> list[tuple[str, int]]:
        """The most frequent terms with the prefix in a field, and the number of articles that have each there."""
        numbers = self.terms.prefixed(prefix)
        counts = self.in_fields[numbers.start : numbers.stop, field].astype(np.int64)
        top = [i for i in top_indices(counts, size).tolist() if counts[i]]
        return [(self.terms[numbers.start + i], int(counts[i])) for i in top]
