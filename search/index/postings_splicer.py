"""Merges the postings of a small segment into those of a large one by splicing, as an update does.

The result is the same as that of `postings_sorter`.  Every column is copied span by span: removed postings are left
out, new ones are inserted.  That takes half the time of an update that sorts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from search.arrays import Array, binary_search, run_lengths, run_starts, spread, unsigned
from search.index.merge_inputs import REMOVED, RenumberedInput
from search.index.postings_sorter import Postings
from search.snapshot.segment import Segment

_SPAN: Final = 1 << 18
"""Postings that are copied at once: few enough for the processor's cache."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A run of old elements of a column, and the run of new elements to insert into it."""

    old: slice
    new: slice
    removed: Array
    """indexes, within the old run, of elements to leave out, ascending"""
    insert_before: Array
    """for each new element, the index within the old run before which it belongs, ascending"""

    def __len__(self) -> int:
        """The number of elements of the result."""
        return int(self.old.stop - self.old.start) - len(self.removed) + len(self.insert_before)

    def splice(self, old: Array, new: Array, result: Array) -> None:
        """Write the old elements that are kept and the new ones, in order, to `result`."""
        kept, inserted = np.ones(len(old), bool), np.zeros(len(result), bool)
        kept[self.removed] = False
        removed_before = np.searchsorted(self.removed, self.insert_before)
        inserted[self.insert_before - removed_before + np.arange(len(self.insert_before))] = True
        result[~inserted] = old[kept]
        result[inserted] = new


@dataclass(frozen=True, slots=True)
class SplicedColumn:
    """A merged column, made span by span as it is iterated.  Old elements become `renumbered[element]`, if given."""

    spans: Sequence[_Span]
    old: Array
    new: Array
    dtype: np.dtype[Any]
    renumbered: Array | None = None

    def __len__(self) -> int:
        return sum(map(len, self.spans))

    def __iter__(self) -> Iterator[Array]:
        for span in self.spans:
            result = np.empty(len(span), self.dtype)
            old = self.old[span.old]
            span.splice(old if self.renumbered is None else self.renumbered[old], self.new[span.new], result)
            yield result


def spliced_postings(inputs: Sequence[RenumberedInput], term_count: int, stats_count: int) -> Postings:
    """The postings of kept documents by (term, new doc id), with their positions.

    `inputs` are a large segment and a small one of which all documents are kept."""
    large, small = inputs
    old, new = large.segment, small.segment
    postings = _posting_spans(len(old.posting_docs), large.removed_postings, _insertion_points(large, small))
    positions = _position_spans(postings, old, new)

    def spliced(spans: Sequence[_Span], old: Array, new: Array) -> SplicedColumn:
        return SplicedColumn(spans, old, new, np.result_type(old, new))

    removed_positions = old.position_counts[large.removed_postings]
    # Doc ids change, but rows of term stats do not: those of the large segment come first.
    new_docs = small.doc_ids[new.posting_docs]
    doc_ids = SplicedColumn(postings, old.posting_docs, new_docs, np.dtype(np.uint32), large.doc_ids)
    new_stats = small.term_stats.take(new.posting_stats)
    return Postings(
        posting_starts=_starts(inputs, "posting_starts", np.ones(len(large.removed_postings)), term_count),
        posting_docs=doc_ids,
        posting_stats=SplicedColumn(postings, old.posting_stats, new_stats, np.dtype(unsigned(stats_count))),
        position_counts=spliced(postings, old.position_counts, new.position_counts),
        position_starts=_starts(inputs, "position_starts", removed_positions, term_count),
        positions=spliced(positions, old.positions, new.positions),
        position_forms=spliced(positions, old.position_forms, new.position_forms),
    )


def _posting_spans(count: int, removed: Array, insert_before: Array) -> list[_Span]:
    starts = [*range(0, count, _SPAN)] or [0]
    stops = [*starts[1:], count]
    of_removed = np.searchsorted(removed, [*starts, count]).tolist()
    of_new = [*np.searchsorted(insert_before, starts).tolist(), len(insert_before)]  # the last span has the rest
    return [
        _Span(
            slice(start, stop), slice(*of_new[n : n + 2]),
            removed[slice(*of_removed[n : n + 2])] - start, insert_before[slice(*of_new[n : n + 2])] - start,
        )
        for n, (start, stop) in enumerate(zip(starts, stops, strict=True))
    ]  # fmt: skip


def _position_spans(postings: Sequence[_Span], old: Segment, new: Segment) -> list[_Span]:
    """The spans of positions that belong to these spans of postings."""
    spans, start, new_start = [], 0, 0
    for span in postings:
        counts, new_counts = old.position_counts[span.old], new.position_counts[span.new]
        starts = run_starts(counts)
        stop, new_stop = start + int(starts[-1]), new_start + int(new_counts.sum(dtype=np.int64))
        removed = spread(starts[span.removed], counts[span.removed])
        insert_before = np.repeat(starts[span.insert_before], new_counts)
        spans.append(_Span(slice(start, stop), slice(new_start, new_stop), removed, insert_before))
        start, new_start = stop, new_stop
    return spans


def _insertion_points(large: RenumberedInput, small: RenumberedInput) -> Array:
    """The old posting before which each new one belongs: vectorised binary searches in the postings of its term."""
    starts = large.segment.posting_starts.astype(np.int64)
    term = np.repeat(small.terms, run_lengths(small.segment.posting_starts))
    old_term, known = binary_search(term, large.terms)
    low = starts[old_term]
    high = np.where(known, starts[np.minimum(old_term + 1, len(starts) - 1)], low)
    # A removed document sorts with the one before it: on which side of it new ones are inserted makes no difference.
    sortable_id = np.maximum.accumulate(np.where(large.doc_ids == REMOVED, 0, large.doc_ids))
    new_docs = small.doc_ids[small.segment.posting_docs]
    while (searching := low < high).any():
        middle = (low + high) // 2
        probe = large.segment.posting_docs.take(np.where(searching, middle, 0))
        before = searching & (sortable_id.take(probe) < new_docs)
        low, high = np.where(before, middle + 1, low), np.where(searching & ~before, middle, high)
    return low


def _starts(inputs: Sequence[RenumberedInput], column: str, removed: Array, term_count: int) -> Array:
    """Where the run of each term starts.  `removed` is how much each removed posting takes from the run of its term."""
    lengths = np.zeros(term_count, np.int64)
    for each in inputs:
        lengths[each.terms] += run_lengths(getattr(each.segment, column))
    np.subtract.at(lengths, inputs[0].terms[inputs[0].terms_of_removed], removed.astype(np.int64))
    return run_starts(lengths)
