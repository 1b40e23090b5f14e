"""What is merged: segments with the documents of theirs that stay, and what their numbers become."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from search.snapshot.arrays import Array
from search.snapshot.file_table import NO_DOCUMENT
from search.snapshot.segment import Segment

REMOVED: Final = NO_DOCUMENT


@dataclass(frozen=True, slots=True)
class Part:
    """A segment to merge: which of its documents stay, and `rank`, which orders all parts' documents by id."""

    segment: Segment
    rank: Array
    kept: Array | None = None

    def column(self, values: Array) -> Array:
        """Of a column, the documents that stay."""
        return values if self.kept is None else values[self.kept]


@dataclass(frozen=True)
class RenumberedInput:
    """A segment to merge, and what its numbers become: documents (`REMOVED` where dropped), terms, shapes."""

    segment: Segment
    documents: Array
    terms: Array
    term_stats: Array

    @cached_property
    def posting_docs(self) -> Array:
        """[P] the new document of each posting, `REMOVED` where it is dropped."""
        documents: Array = self.documents[self.segment.posting_docs]
        return documents

    @cached_property
    def going(self) -> Array:
        """The postings of documents that are dropped, ascending."""
        gone = self.documents == REMOVED
        if not gone.any():
            return np.zeros(0, np.int64)
        return np.flatnonzero(gone[self.segment.posting_docs])

    @cached_property
    def going_terms(self) -> Array:
        """The term of each of those, by its old number."""
        return np.searchsorted(self.segment.posting_starts, self.going.astype(np.uint64), side="right") - 1
