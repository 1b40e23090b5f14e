"""The postings of a large segment with those of a small one put in: what an update does.

The result is that of sorting (`postings.py`), without looking at what stays as it is: the large arrays are cut where
postings go or come, and the pieces copied one after the other."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.index.parts import GONE, Numbering, Part
from search.index.postings import Postings
from search.snapshot.arrays import Array, run_lengths, unsigned
from search.snapshot.segment import Segment


class _Splice(NamedTuple):
    """Copy the old elements from `start` to `stop`, then the new ones from `new_start` to `new_stop`."""

    start: int
    stop: int
    new_start: int
    new_stop: int


def spliced_postings(
    parts: Sequence[Part], numbering: Sequence[Numbering], term_count: int, shape_count: int
) -> Postings:
    """Every kept posting by (term, new document), with its places, of a large part and a small one that loses none."""
    (large, small), (old, new) = parts, numbering
    old_columns, new_columns = large.segment, small.segment
    at = _insertion_points(old_columns, new_columns, old, new)
    splices = _splices(at, large.going, len(old_columns.posting_documents))
    begins = np.concatenate(([0], np.cumsum(old_columns.posting_places, dtype=np.int64)))
    new_begins = np.concatenate(([0], np.cumsum(new_columns.posting_places, dtype=np.int64)))
    place_splices = [
        _Splice(*pair, *new_pair)
        for pair, new_pair in zip(
            begins[[s[:2] for s in splices]].tolist(), new_begins[[s[2:] for s in splices]].tolist(), strict=True
        )
    ]
    lost = old_columns.posting_places[large.going]
    return Postings(
        posting_starts=_starts(parts, numbering, "posting_starts", np.ones(len(lost)), term_count),
        documents=_spliced(
            old.documents.astype(np.uint32).take(old_columns.posting_documents),
            new.documents.astype(np.uint32).take(new_columns.posting_documents),
            splices,
            np.uint32,
        ),
        # The first part's shapes keep their numbers.
        shapes=_spliced(
            old_columns.posting_shapes, new.shapes.take(new_columns.posting_shapes), splices, unsigned(shape_count)
        ),
        counts=_spliced(old_columns.posting_places, new_columns.posting_places, splices),
        place_starts=_starts(parts, numbering, "place_starts", lost, term_count),
        places=_spliced(old_columns.places, new_columns.places, place_splices),
        place_forms=_spliced(old_columns.place_forms, new_columns.place_forms, place_splices),
    )


def _insertion_points(old_columns: Segment, new_columns: Segment, old: Numbering, new: Numbering) -> Array:
    """Before which old posting each new one belongs: binary searches within the old term's postings, all at once."""
    starts = old_columns.posting_starts.astype(np.int64)
    term = np.repeat(new.terms, run_lengths(new_columns.posting_starts))
    document = new.documents.take(new_columns.posting_documents)
    old_term = np.searchsorted(old.terms, term)
    known = old_term < len(old.terms)
    known[known] = old.terms[old_term[known]] == term[known]
    low = starts[old_term]
    high = np.where(known, starts[np.minimum(old_term + 1, len(starts) - 1)], low)
    place = _ascending(old.documents)
    while (open_ := low < high).any():
        middle = (low + high) // 2
        probe = old_columns.posting_documents.take(np.where(open_, middle, 0))
        before = open_ & (place.take(probe) < document)
        low, high = np.where(before, middle + 1, low), np.where(open_ & ~before, middle, high)
    return low


def _ascending(documents: Array) -> Array:
    """New numbers in which a document that goes has its predecessor's: on which side of it others come to stand is all
    one."""
    return np.maximum.accumulate(np.where(documents == GONE, -1, documents))


def _splices(at: Array, going: Array, count: int) -> list[_Splice]:
    cuts = np.union1d(at, going)
    upto = np.searchsorted(at, cuts, side="right").tolist()
    resume = (cuts + np.isin(cuts, going)).tolist()
    splices, start, new_start = [], 0, 0
    for cut, new_stop, after in zip(cuts.tolist(), upto, resume, strict=True):
        splices.append(_Splice(start, cut, new_start, new_stop))
        start, new_start = after, new_stop
    splices.append(_Splice(start, count, new_start, new_start))
    return splices


def _spliced(old: Array, new: Array, splices: Sequence[_Splice], kind: npt.DTypeLike | None = None) -> Array:
    kind = kind or np.result_type(old, new)
    old, new = old.astype(kind, copy=False), new.astype(kind, copy=False)
    pieces: list[Array] = []
    for start, stop, new_start, new_stop in splices:
        pieces += (old[start:stop], new[new_start:new_stop])
    return np.concatenate(pieces)


def _starts(parts: Sequence[Part], numbering: Sequence[Numbering], column: str, lost: Array, term_count: int) -> Array:
    """Where each term's run begins: the lengths of the runs, less what the terms lost, added up."""
    lengths = np.zeros(term_count, np.int64)
    for part, numbers in zip(parts, numbering, strict=True):
        lengths[numbers.terms] += run_lengths(getattr(part.segment, column))
    np.subtract.at(lengths, numbering[0].terms[parts[0].going_terms], lost.astype(np.int64))
    return np.concatenate(([0], np.cumsum(lengths)))
