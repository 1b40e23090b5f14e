"""Where terms follow each other: phrases by sorting places, without a loop over documents."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from search.analysis import FIELDS
from search.searcher.index_reader import IndexReader
from search.searcher.term_positions import TermPositions
from search.snapshot.arrays import Array, spread
from search.snapshot.segment import FIELD_COUNT


def phrase_fields(
    index: IndexReader, terms: Sequence[int], offsets: Sequence[int], candidates: Array, field: str | None
) -> tuple[Array, Array]:
    """Which of `candidates`, which all have all the terms, have the phrase, and [those, 4] in which fields.

    `terms[i]` stands `offsets[i]` positions after where the phrase begins, in one field: `field`, or any."""
    most = max(offsets)
    span = FIELD_COUNT * (most + 1) + int(np.iinfo(index.segment.positions.dtype).max) + 1
    number: type[np.signedinteger[Any]] = np.int32 if span * len(candidates) < np.iinfo(np.int32).max else np.int64
    first_key: Array = np.arange(len(candidates), dtype=number) * number(span)
    # Where the phrase would begin, moved up so that nothing is below zero: one number for each candidate and place.
    keys = (
        _keys(index, term, candidates, first_key + number(FIELD_COUNT * (most - offset)))
        for term, offset in zip(terms, offsets, strict=True)
    )
    begins = reduce(_in_both, keys)
    candidate, field_of = begins // number(span), begins % number(span) % FIELD_COUNT
    has = np.zeros((len(candidates), FIELD_COUNT), bool)
    has[candidate, field_of] = True
    if field is not None:
        has[:, [f for f in range(FIELD_COUNT) if f != FIELDS.index(field)]] = False
    found = has.any(axis=1)
    return candidates[found], has[found]


def _keys(index: IndexReader, term: int, candidates: Array, first_key: Array) -> Array:
    """`first_key` of the candidate + place, for every place of the term in the candidates."""
    places = index.segment.positions
    begins, counts = TermPositions(index, term).runs(candidates)
    firsts = first_key + places.take(begins)
    several = np.flatnonzero(counts > 1)  # few, so that the rest is spared what follows
    more = counts.take(several).astype(np.int64) - 1
    others = spread(begins.take(several) + 1, more)
    return np.concatenate((firsts, np.repeat(first_key.take(several), more) + places.take(others)))


def _in_both(a: Array, b: Array) -> Array:
    """What two arrays of distinct numbers share, ascending.

    They are a few ascending runs, which the stable sort only merges."""
    merged: Array = np.sort(np.concatenate((a, b)), kind="stable")
    shared: Array = merged[:-1][merged[1:] == merged[:-1]]
    return shared
