"""The postings of a large segment with those of a small one put in: what an update does.

The result is that of sorting (`postings.py`), without looking closely at what stays as it is: every column is copied
span by span, leaving out what goes and putting in what comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from search.index.merge_inputs import REMOVED, RenumberedInput
from search.index.postings_sorter import Postings
from search.snapshot.arrays import Array, looked_for, run_lengths, spread, unsigned
from search.snapshot.segment import Segment

_SPAN: Final = 1 << 18
"""Postings that are copied at once: few enough for the processor's cache, so that no memory is filled for nothing."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A run of a column's old elements and one of new ones, which become one.  Within the old run, ascending, those
    that are `going`, and `at` which others new ones come to stand before them."""

    old: slice
    new: slice
    going: Array
    at: Array

    def __len__(self) -> int:
        """How many elements it has in the end."""
        return int(self.old.stop - self.old.start) - len(self.going) + len(self.at)

    def join(self, old: Array, new: Array, into: Array) -> None:
        """Fill `into` with what the runs become."""
        stay, coming = np.ones(len(old), bool), np.zeros(len(into), bool)
        stay[self.going] = False
        coming[self.at - np.searchsorted(self.going, self.at) + np.arange(len(self.at))] = True
        into[~coming] = old[stay]
        into[coming] = new


@dataclass(frozen=True, slots=True)
class Spliced:
    """A column with the new elements in it, made span by span; where the old are numbers, they become what `renumbered`
    says."""

    spans: Sequence[_Span]
    old: Array
    new: Array
    dtype: np.dtype[Any]
    renumbered: Array | None = None

    def __len__(self) -> int:
        return sum(map(len, self.spans))

    def __iter__(self) -> Iterator[Array]:
        for span in self.spans:
            spliced = np.empty(len(span), self.dtype)
            old = self.old[span.old]
            span.join(old if self.renumbered is None else self.renumbered[old], self.new[span.new], spliced)
            yield spliced


def spliced_postings(parts: Sequence[RenumberedInput], term_count: int, shape_count: int) -> Postings[Spliced]:
    """Every kept posting by (term, new document), with its places, of a large part and a small one that loses none."""
    large, small = parts
    old, new = large.segment, small.segment
    postings = _posting_spans(len(old.posting_docs), large.going, _insertion_points(large, small))
    places = _place_spans(postings, old, new)

    def spliced(spans: Sequence[_Span], old: Array, new: Array) -> Spliced:
        return Spliced(spans, old, new, np.result_type(old, new))

    shape, shapes = np.dtype(unsigned(shape_count)), small.term_stats.take(new.posting_stats)
    return Postings(
        posting_starts=_starts(parts, "posting_starts", np.ones(len(large.going)), term_count),
        posting_docs=Spliced(postings, old.posting_docs, small.posting_docs, np.dtype(np.uint32), large.documents),
        posting_stats=Spliced(postings, old.posting_stats, shapes, shape),  # the first part's keep their numbers
        position_counts=spliced(postings, old.position_counts, new.position_counts),
        position_starts=_starts(parts, "position_starts", old.position_counts[large.going], term_count),
        positions=spliced(places, old.positions, new.positions),
        position_forms=spliced(places, old.position_forms, new.position_forms),
    )


def _posting_spans(count: int, going: Array, at: Array) -> list[_Span]:
    starts = [*range(0, count, _SPAN)] or [0]
    stops = [*starts[1:], count]
    of_going = np.searchsorted(going, [*starts, count]).tolist()
    of_new = [*np.searchsorted(at, starts).tolist(), len(at)]  # what comes after all is the last span's
    return [
        _Span(
            slice(start, stop), slice(*of_new[n : n + 2]),
            going[slice(*of_going[n : n + 2])] - start, at[slice(*of_new[n : n + 2])] - start,
        )
        for n, (start, stop) in enumerate(zip(starts, stops, strict=True))
    ]  # fmt: skip


def _place_spans(postings: Sequence[_Span], old: Segment, new: Segment) -> list[_Span]:
    """The same of the postings' places."""
    spans, start, new_start = [], 0, 0
    for span in postings:
        counts, new_counts = old.position_counts[span.old], new.position_counts[span.new]
        begins = np.append(0, np.cumsum(counts, dtype=np.int64))
        stop, new_stop = start + int(begins[-1]), new_start + int(new_counts.sum(dtype=np.int64))
        going, at = spread(begins[span.going], counts[span.going]), np.repeat(begins[span.at], new_counts)
        spans.append(_Span(slice(start, stop), slice(new_start, new_stop), going, at))
        start, new_start = stop, new_stop
    return spans


def _insertion_points(large: RenumberedInput, small: RenumberedInput) -> Array:
    """Before which old posting each new one belongs: binary searches within the old term's postings, all at once."""
    starts = large.segment.posting_starts.astype(np.int64)
    term = np.repeat(small.terms, run_lengths(small.segment.posting_starts))
    old_term, known = looked_for(term, large.terms)
    low = starts[old_term]
    high = np.where(known, starts[np.minimum(old_term + 1, len(starts) - 1)], low)
    place = _ascending(large.documents)
    while (open_ := low < high).any():
        middle = (low + high) // 2
        probe = large.segment.posting_docs.take(np.where(open_, middle, 0))
        before = open_ & (place.take(probe) < small.posting_docs)
        low, high = np.where(before, middle + 1, low), np.where(open_ & ~before, middle, high)
    return low


def _ascending(documents: Array) -> Array:
    """New numbers in which a document that goes has its predecessor's: on which side of it others come to stand is all
    one."""
    return np.maximum.accumulate(np.where(documents == REMOVED, 0, documents))


def _starts(parts: Sequence[RenumberedInput], column: str, lost: Array, term_count: int) -> Array:
    """Where each term's run begins: the lengths of the runs, less what the terms lost, added up."""
    lengths = np.zeros(term_count, np.int64)
    for part in parts:
        lengths[part.terms] += run_lengths(getattr(part.segment, column))
    np.subtract.at(lengths, parts[0].terms[parts[0].going_terms], lost.astype(np.int64))
    return np.concatenate(([0], np.cumsum(lengths)))
