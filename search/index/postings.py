"""The postings of several segments as those of one.

Two ways to the same arrays.  `sorted_postings` takes any number of parts, as a full build has.  `inserted_postings`
puts a small part into a large one, as an update does: it moves the large one's arrays in a few copies instead of
sorting and gathering their elements one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from search.index.parts import Numbering, Part
from search.snapshot.arrays import Array, unsigned

_POSTINGS_A_PASS: Final = 1 << 22
"""Postings are sorted term range by term range, so that the work space stays the same however large the archive."""

_SMALL: Final = 8
"""A part this many times smaller than the other is inserted into it."""


@dataclass(slots=True)
class Postings:
    """The posting columns of a `Segment`, with starts for every term, used or not."""

    posting_starts: Array
    documents: Array
    shapes: Array
    counts: Array
    place_starts: Array
    places: Array


def merged_postings(
    parts: Sequence[Part], numbering: Sequence[Numbering], term_count: int, shape_count: int
) -> Postings:
    """Every kept posting by (term, new document), with its places; `shape_count` must fit the shapes' type too."""
    if len(parts) == 2 and len(parts[1].segment.posting_documents) * _SMALL < len(parts[0].segment.posting_documents):
        return inserted_postings(parts, numbering, term_count, shape_count)
    return sorted_postings(parts, numbering, term_count, shape_count)


def sorted_postings(
    parts: Sequence[Part], numbering: Sequence[Numbering], term_count: int, shape_count: int
) -> Postings:
    """Every kept posting by (term, new document), with its places.

    Each part's postings are one ascending run of such keys already, so the stable sort only merges runs."""
    stay = [_kept_postings(p) for p in parts]
    postings = sum(
        len(p.segment.posting_documents) if s is None else int(s.sum()) for p, s in zip(parts, stay, strict=True)
    )
    places = sum(
        len(p.segment.places) if s is None else int(p.segment.posting_places[s].sum(dtype=np.int64))
        for p, s in zip(parts, stay, strict=True)
    )
    merged = Postings(
        posting_starts=np.zeros(term_count + 1, np.int64),
        documents=np.empty(postings, np.uint32),
        shapes=np.empty(postings, unsigned(shape_count)),
        counts=np.empty(postings, np.result_type(*(p.segment.posting_places.dtype for p in parts))),
        place_starts=np.zeros(term_count + 1, np.int64),
        places=np.empty(places, np.result_type(*(p.segment.places.dtype for p in parts))),
    )
    posting = place = 0
    for first, last in _term_ranges(parts, numbering, term_count):
        runs = [_run(p, n, s, first, last) for p, n, s in zip(parts, numbering, stay, strict=True)]
        keys = np.concatenate([r.keys for r in runs])
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        counts = np.concatenate([r.counts for r in runs])[order]
        to = slice(posting, posting + len(keys))
        merged.documents[to] = keys & 0xFFFFFFFF
        merged.shapes[to] = np.concatenate([r.shapes for r in runs])[order]
        merged.counts[to] = counts
        begins = np.concatenate([r.place_begins + base for r, base in zip(runs, _bases(runs), strict=True)])[order]
        gathered = np.concatenate([r.places for r in runs])[_spread(begins, counts)]
        merged.places[place : place + len(gathered)] = gathered
        term = (keys >> 32) - first
        merged.posting_starts[first + 1 : last + 1] = np.bincount(term, minlength=last - first)
        merged.place_starts[first + 1 : last + 1] = np.bincount(term, counts, last - first)
        posting, place = posting + len(keys), place + len(gathered)
    np.cumsum(merged.posting_starts, out=merged.posting_starts)
    np.cumsum(merged.place_starts, out=merged.place_starts)
    return merged


def _kept_postings(part: Part) -> Array | None:
    return None if part.kept is None else part.kept[part.segment.posting_documents]


def _term_ranges(parts: Sequence[Part], numbering: Sequence[Numbering], term_count: int) -> Iterator[tuple[int, int]]:
    """Ranges of new term numbers with about `_POSTINGS_A_PASS` postings each."""
    postings = np.zeros(term_count, np.int64)
    for part, numbers in zip(parts, numbering, strict=True):
        postings[numbers.terms] += _lengths(part.segment.posting_starts)
    passes = np.cumsum(postings) // _POSTINGS_A_PASS
    bounds = np.flatnonzero(np.diff(passes)) + 1
    yield from zip([0, *bounds.tolist()], [*bounds.tolist(), term_count], strict=True)


@dataclass(slots=True)
class _Run:
    """One part's postings of a range of terms; `place_begins` are indexes into its `places`."""

    keys: Array
    shapes: Array
    counts: Array
    place_begins: Array
    places: Array


def _run(part: Part, numbers: Numbering, stay: Array | None, first: int, last: int) -> _Run:
    segment = part.segment
    low, high = np.searchsorted(numbers.terms, (first, last))
    starts = segment.posting_starts[low : high + 1].astype(np.int64)
    postings = slice(int(starts[0]), int(starts[-1]))
    term = np.repeat(numbers.terms[low:high], np.diff(starts))
    keys = (term << 32) | numbers.documents[segment.posting_documents[postings]]
    shapes = numbers.shapes[segment.posting_shapes[postings]]
    counts = segment.posting_places[postings]
    place_ends = np.cumsum(counts, dtype=np.int64)
    place_begins = place_ends - counts
    places = segment.places[int(segment.place_starts[low]) : int(segment.place_starts[high])]
    if stay is not None:
        here = stay[postings]
        keys, shapes, counts, place_begins = keys[here], shapes[here], counts[here], place_begins[here]
    return _Run(keys, shapes, counts, place_begins, places)


def _bases(runs: Sequence[_Run]) -> Array:
    """Where each run's places begin once they stand one after the other."""
    return np.cumsum([0, *(len(r.places) for r in runs[:-1])])


def _spread(begins: Array, counts: Array) -> Array:
    """The indexes begin, begin + 1, … count of them, for each posting in turn."""
    ends = np.cumsum(counts, dtype=np.int64)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begins - (ends - counts), counts)


def inserted_postings(
    parts: Sequence[Part], numbering: Sequence[Numbering], term_count: int, shape_count: int
) -> Postings:
    """The same of a large part and a small one, which loses no document."""
    large, small = (p.segment for p in parts)
    stay = _kept_postings(parts[0])
    keys, new_keys = (_keys(p, n) for p, n in zip(parts, numbering, strict=True))
    counts, new_counts = large.posting_places, small.posting_places
    shapes, places = large.posting_shapes, large.places
    if stay is not None:
        places = places[np.repeat(stay, counts)]
        keys, counts, shapes = keys[stay], counts[stay], shapes[stay]
    at = np.searchsorted(keys, new_keys)
    slots = _Slots(at, len(keys))
    place_starts = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    new_shapes = numbering[1].shapes.take(small.posting_shapes)  # the first part's shapes keep their numbers
    terms = (keys >> 32, new_keys >> 32)
    return Postings(
        posting_starts=_starts(terms, (None, None), term_count),
        documents=slots.filled(keys & 0xFFFFFFFF, new_keys & 0xFFFFFFFF, np.uint32),
        shapes=slots.filled(shapes, new_shapes, unsigned(shape_count)),
        counts=slots.filled(counts, new_counts, np.result_type(counts, new_counts)),
        place_starts=_starts(terms, (counts, new_counts), term_count),
        places=_Slots(np.repeat(place_starts[at], new_counts), len(places)).filled(
            places, small.places, np.result_type(places, small.places)
        ),
    )


def _keys(part: Part, numbers: Numbering) -> Array:
    """(new term, new document) of every posting, as one number; meaningless for postings that go."""
    segment = part.segment
    keys = np.repeat(numbers.terms << 32, _lengths(segment.posting_starts))
    keys |= numbers.documents.take(segment.posting_documents)
    return keys


def _lengths(starts: Array) -> Array:
    return np.diff(starts.astype(np.int64))


def _starts(terms: Sequence[Array], weights: Sequence[Array | None], term_count: int) -> Array:
    starts = np.zeros(term_count + 1, np.int64)
    for term, weight in zip(terms, weights, strict=True):
        starts[1:] += np.bincount(term, weight, term_count).astype(np.int64)
    return np.cumsum(starts)


class _Slots:
    """Where the elements of two arrays come to stand when the new ones are put in before the old ones at `at`."""

    def __init__(self, at: Array, old: int) -> None:
        self._new = at + np.arange(len(at))
        self._old = np.ones(old + len(at), bool)
        self._old[self._new] = False

    def filled(self, old: Array, new: Array, kind: npt.DTypeLike) -> Array:
        """The two arrays in one."""
        both = np.empty(len(self._old), kind)
        both[self._old] = old
        both[self._new] = new
        return both
