"""Where terms follow each other: phrases by sorting places, without a loop over documents."""

from collections.abc import Sequence

import numpy as np

from search.query.index import SearchableIndex
from search.query.sets import positions
from search.snapshot.arrays import Array
from search.snapshot.segment import FIELD_COUNT
from search.text import FIELDS


def phrase_fields(
    index: SearchableIndex, terms: Sequence[int], offsets: Sequence[int], candidates: Array, field: str | None
) -> tuple[Array, Array]:
    """Of `candidates`, which all have all the terms, those where `terms[i]` stands `offsets[i]` positions after where the
    phrase begins, in one field (`field`, or any), and [those, 4] in which fields it does."""
    span = FIELD_COUNT * (max(offsets) + 1) + _largest_place(index)
    begins: Array | None = None
    for term, offset in zip(terms, offsets, strict=True):
        candidate, places = _places(index, term, candidates)
        # Where the phrase would begin, moved up so that nothing is below zero, one number a candidate and place.
        keys = candidate * span + places + FIELD_COUNT * (max(offsets) - offset)
        begins = keys if begins is None else _in_both(begins, keys)
    assert begins is not None, "a phrase has terms"
    candidate, field_of = begins // span, begins % span % FIELD_COUNT
    has = np.zeros((len(candidates), FIELD_COUNT), bool)
    has[candidate, field_of] = True
    if field is not None:
        has[:, [f for f in range(FIELD_COUNT) if f != FIELDS.index(field)]] = False
    found = has.any(axis=1)
    return candidates[found], has[found]


def _largest_place(index: SearchableIndex) -> int:
    return int(np.iinfo(index.segment.places.dtype).max) + 1


def _places(index: SearchableIndex, term: int, candidates: Array) -> tuple[Array, Array]:
    """Every place of the term in the candidates: the candidate's number, and the place, ascending."""
    segment, postings = index.segment, index.postings(term)
    counts = segment.posting_places[postings]
    begins = np.cumsum(counts, dtype=np.int64) - counts + int(segment.place_starts[term])
    at = positions(candidates, segment.posting_documents[postings], index.documents)
    counts, begins = counts.take(at).astype(np.int64), begins.take(at)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    indexes = np.arange(total) + np.repeat(begins - (ends - counts), counts)
    return np.repeat(np.arange(len(candidates)), counts), segment.places.take(indexes).astype(np.int64)


def _in_both(a: Array, b: Array) -> Array:
    """What two ascending arrays of distinct numbers share, ascending.  The stable sort only merges the two."""
    merged = np.sort(np.concatenate((a, b)), kind="stable")
    return merged[:-1][merged[1:] == merged[:-1]]
