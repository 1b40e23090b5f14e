"""The inputs of a segment merge: which documents are kept, and how doc ids, terms and term stats are renumbered."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from search.arrays import Array
from search.snapshot.file_table import NO_DOCUMENT
from search.snapshot.segment import Segment

REMOVED: Final = NO_DOCUMENT
"""Rank and new doc id of a document that is not kept."""


@dataclass(frozen=True, slots=True)
class MergeInput:
    """A segment to merge."""

    segment: Segment
    rank: Array
    """[N] sorts the documents of all inputs by id; `REMOVED` for documents that are not kept"""

    @property
    def kept(self) -> Array:
        """[N] which documents are kept."""
        return np.not_equal(self.rank, REMOVED)

    def column(self, values: Array) -> Array:
        """The values of a column for the kept documents."""
        return values[self.kept]


@dataclass(frozen=True)
class RenumberedInput:
    """A segment to merge with its new doc ids (`REMOVED` if not kept), term numbers and rows of term stats."""

    segment: Segment
    doc_ids: Array
    terms: Array
    term_stats: Array

    @cached_property
    def removed_postings(self) -> Array:
        """The postings of removed documents, ascending."""
        removed = self.doc_ids == REMOVED
        if not removed.any():
            return np.zeros(0, np.int64)
        return np.flatnonzero(removed[self.segment.posting_docs])

    @cached_property
    def terms_of_removed(self) -> Array:
        """The old term number of each removed posting."""
        starts = self.segment.posting_starts
        return np.searchsorted(starts, self.removed_postings.astype(np.uint64), side="right") - 1
