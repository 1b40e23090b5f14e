"""What is merged: segments with the documents of theirs that stay, and what their numbers become."""

from dataclasses import dataclass
from typing import Final

from search.snapshot.arrays import Array
from search.snapshot.segment import Segment

GONE: Final = -1


@dataclass(frozen=True, slots=True)
class Part:
    """A segment to merge: which of its documents stay, and `rank`, which orders all parts' documents by id."""

    segment: Segment
    rank: Array
    kept: Array | None = None

    def column(self, values: Array) -> Array:
        """Of a column, the documents that stay."""
        return values if self.kept is None else values[self.kept]


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a part's numbers become: documents (`GONE` where dropped), terms, shapes."""

    documents: Array
    terms: Array
    shapes: Array
