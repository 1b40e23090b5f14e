"""Merges the postings of several segments by sorting, as a full build does with its batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from search.arrays import Array, run_lengths, spread, unsigned
from search.index.merge_inputs import REMOVED, RenumberedInput

_POSTINGS_PER_PASS: Final = 1 << 22
"""Postings are sorted in ranges of terms of about this size, which bounds the memory."""


@dataclass
class Postings:
    """The posting columns of a `Segment`, each an array or `Pieces`; the starts include terms without postings."""

    posting_starts: Array
    posting_docs: Any
    posting_stats: Any
    position_counts: Any
    position_starts: Array
    positions: Any
    position_forms: Any


def sorted_postings(inputs: Sequence[RenumberedInput], term_count: int, stats_count: int) -> Postings:
    """The postings of kept documents by (term, new doc id), with their positions.

    The postings of each input are in this order already, so the stable sort only merges sorted runs."""
    posting_count = position_count = 0
    for each in inputs:
        removed_positions = int(each.segment.position_counts[each.removed_postings].sum(dtype=np.int64))
        posting_count += len(each.segment.posting_docs) - len(each.removed_postings)
        position_count += len(each.segment.positions) - removed_positions
    merged = Postings(
        posting_starts=np.zeros(term_count + 1, np.int64),
        posting_docs=np.empty(posting_count, np.uint32),
        posting_stats=np.empty(posting_count, unsigned(stats_count)),
        position_counts=np.empty(posting_count, np.result_type(*(p.segment.position_counts.dtype for p in inputs))),
        position_starts=np.zeros(term_count + 1, np.int64),
        positions=np.empty(position_count, np.result_type(*(p.segment.positions.dtype for p in inputs))),
        position_forms=np.empty(position_count, np.uint8),
    )
    posting = position = 0
    for first, last in _term_ranges(inputs, term_count):
        runs = [_run(each, first, last) for each in inputs]
        keys = np.concatenate([r.keys for r in runs])
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        counts = np.concatenate([r.counts for r in runs])[order]
        to = slice(posting, posting + len(keys))
        merged.posting_docs[to] = keys & 0xFFFFFFFF
        merged.posting_stats[to] = np.concatenate([r.term_stats for r in runs])[order]
        merged.position_counts[to] = counts
        offsets = np.cumsum([0, *(len(r.positions) for r in runs[:-1])])
        starts = np.concatenate([r.position_starts + offset for r, offset in zip(runs, offsets, strict=True)])[order]
        source = spread(starts, counts)
        to = slice(position, position + len(source))
        merged.positions[to] = np.concatenate([r.positions for r in runs])[source]
        merged.position_forms[to] = np.concatenate([r.position_forms for r in runs])[source]
        term = (keys >> 32) - first
        merged.posting_starts[first + 1 : last + 1] = np.bincount(term, minlength=last - first)
        merged.position_starts[first + 1 : last + 1] = np.bincount(term, counts, last - first)
        posting, position = posting + len(keys), position + len(source)
    np.cumsum(merged.posting_starts, out=merged.posting_starts)
    np.cumsum(merged.position_starts, out=merged.position_starts)
    return merged


def _term_ranges(inputs: Sequence[RenumberedInput], term_count: int) -> Iterator[tuple[int, int]]:
    """Ranges of new term numbers with about `_POSTINGS_PER_PASS` postings each."""
    postings = np.zeros(term_count, np.int64)
    for each in inputs:
        postings[each.terms] += run_lengths(each.segment.posting_starts)
    passes = np.cumsum(postings) // _POSTINGS_PER_PASS
    bounds = np.flatnonzero(np.diff(passes)) + 1
    yield from zip([0, *bounds.tolist()], [*bounds.tolist(), term_count], strict=True)


@dataclass(slots=True)
class _Run:
    """The postings of one input for a range of terms; `position_starts` are indexes into `positions`."""

    keys: Array
    term_stats: Array
    counts: Array
    position_starts: Array
    positions: Array
    position_forms: Array


def _run(source: RenumberedInput, first: int, last: int) -> _Run:
    segment = source.segment
    low, high = np.searchsorted(source.terms, (first, last))
    starts = segment.posting_starts[low : high + 1].astype(np.int64)
    postings = slice(int(starts[0]), int(starts[-1]))
    doc_ids = source.doc_ids[segment.posting_docs[postings]]
    keys = (np.repeat(source.terms[low:high], np.diff(starts)) << 32) | doc_ids
    term_stats = source.term_stats[segment.posting_stats[postings]]
    counts = segment.position_counts[postings]
    position_starts = np.cumsum(counts, dtype=np.int64) - counts
    positions = slice(int(segment.position_starts[low]), int(segment.position_starts[high]))
    if len(source.removed_postings):
        kept = doc_ids != REMOVED
        keys, term_stats, counts, position_starts = keys[kept], term_stats[kept], counts[kept], position_starts[kept]
    return _Run(
        keys, term_stats, counts, position_starts, segment.positions[positions], segment.position_forms[positions]
    )
