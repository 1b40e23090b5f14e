"""What is merged: segments with the documents of theirs that stay, and what their numbers become."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from search.snapshot.arrays import Array
from search.snapshot.segment import Segment

GONE: Final = -1


@dataclass(frozen=True)
class Part:
    """A segment to merge: which of its documents stay, and `rank`, which orders all parts' documents by id."""

    segment: Segment
    rank: Array
    kept: Array | None = None

    def column(self, values: Array) -> Array:
        """Of a column, the documents that stay."""
        return values if self.kept is None else values[self.kept]

    @cached_property
    def going(self) -> Array:
        """The postings of documents that do not stay, ascending."""
        if self.kept is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero(~self.kept.take(self.segment.posting_documents))

    @cached_property
    def going_terms(self) -> Array:
        """The term of each of those."""
        return np.searchsorted(self.segment.posting_starts, self.going.astype(np.uint64), side="right") - 1


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a part's numbers become: documents (`GONE` where dropped), terms, shapes."""

    documents: Array
    terms: Array
    shapes: Array
