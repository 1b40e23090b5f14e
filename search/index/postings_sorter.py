"""The postings of several segments as those of one, by sorting: what a full build does with its batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np

from search.index.merge_inputs import REMOVED, RenumberedInput
from search.snapshot.arrays import Array, Pieces, run_lengths, spread, unsigned

_POSTINGS_A_PASS: Final = 1 << 22
"""Postings are sorted term range by term range, so that the work space stays the same however large the archive."""


_Column = TypeVar("_Column", bound=Array | Pieces)


@dataclass(slots=True)
class Postings(Generic[_Column]):
    """The posting columns of a `Segment`, with starts for every term, used or not."""

    posting_starts: Array
    posting_docs: _Column
    posting_stats: _Column
    position_counts: _Column
    position_starts: Array
    positions: _Column
    position_forms: _Column


def sorted_postings(parts: Sequence[RenumberedInput], term_count: int, shape_count: int) -> Postings[Array]:
    """Every kept posting by (term, new document), with its places.

    Each part's postings are one ascending run of such keys already, so the stable sort only merges runs."""
    postings = sum(len(p.segment.posting_docs) - len(p.going) for p in parts)
    places = sum(len(p.segment.positions) - int(p.segment.position_counts[p.going].sum(dtype=np.int64)) for p in parts)
    merged = Postings(
        posting_starts=np.zeros(term_count + 1, np.int64),
        posting_docs=np.empty(postings, np.uint32),
        posting_stats=np.empty(postings, unsigned(shape_count)),
        position_counts=np.empty(postings, np.result_type(*(p.segment.position_counts.dtype for p in parts))),
        position_starts=np.zeros(term_count + 1, np.int64),
        positions=np.empty(places, np.result_type(*(p.segment.positions.dtype for p in parts))),
        position_forms=np.empty(places, np.uint8),
    )
    posting = place = 0
    for first, last in _term_ranges(parts, term_count):
        runs = [_run(part, first, last) for part in parts]
        keys = np.concatenate([r.keys for r in runs])
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        counts = np.concatenate([r.counts for r in runs])[order]
        to = slice(posting, posting + len(keys))
        merged.posting_docs[to] = keys & 0xFFFFFFFF
        merged.posting_stats[to] = np.concatenate([r.term_stats for r in runs])[order]
        merged.position_counts[to] = counts
        begins = np.concatenate([r.place_begins + base for r, base in zip(runs, _bases(runs), strict=True)])[order]
        gathered = spread(begins, counts)
        merged.positions[place : place + len(gathered)] = np.concatenate([r.positions for r in runs])[gathered]
        merged.position_forms[place : place + len(gathered)] = np.concatenate([r.position_forms for r in runs])[
            gathered
        ]
        term = (keys >> 32) - first
        merged.posting_starts[first + 1 : last + 1] = np.bincount(term, minlength=last - first)
        merged.position_starts[first + 1 : last + 1] = np.bincount(term, counts, last - first)
        posting, place = posting + len(keys), place + len(gathered)
    np.cumsum(merged.posting_starts, out=merged.posting_starts)
    np.cumsum(merged.position_starts, out=merged.position_starts)
    return merged


def _term_ranges(parts: Sequence[RenumberedInput], term_count: int) -> Iterator[tuple[int, int]]:
    """Ranges of new term numbers with about `_POSTINGS_A_PASS` postings each."""
    postings = np.zeros(term_count, np.int64)
    for part in parts:
        postings[part.terms] += run_lengths(part.segment.posting_starts)
    passes = np.cumsum(postings) // _POSTINGS_A_PASS
    bounds = np.flatnonzero(np.diff(passes)) + 1
    yield from zip([0, *bounds.tolist()], [*bounds.tolist(), term_count], strict=True)


@dataclass(slots=True)
class _Run:
    """One part's postings of a range of terms; `place_begins` are indexes into its `places` and `position_forms`."""

    keys: Array
    term_stats: Array
    counts: Array
    place_begins: Array
    positions: Array
    position_forms: Array


def _run(part: RenumberedInput, first: int, last: int) -> _Run:
    segment = part.segment
    low, high = np.searchsorted(part.terms, (first, last))
    starts = segment.posting_starts[low : high + 1].astype(np.int64)
    postings = slice(int(starts[0]), int(starts[-1]))
    term = np.repeat(part.terms[low:high], np.diff(starts))
    documents = part.documents[segment.posting_docs[postings]]
    keys = (term << 32) | documents
    shapes = part.term_stats[segment.posting_stats[postings]]
    counts = segment.position_counts[postings]
    place_ends = np.cumsum(counts, dtype=np.int64)
    place_begins = place_ends - counts
    of_terms = slice(int(segment.position_starts[low]), int(segment.position_starts[high]))
    if len(part.going):
        stay = documents != REMOVED
        keys, shapes, counts, place_begins = keys[stay], shapes[stay], counts[stay], place_begins[stay]
    return _Run(keys, shapes, counts, place_begins, segment.positions[of_terms], segment.position_forms[of_terms])


def _bases(runs: Sequence[_Run]) -> Array:
    """Where each run's places begin once they stand one after the other."""
    return np.cumsum([0, *(len(r.positions) for r in runs[:-1])])
