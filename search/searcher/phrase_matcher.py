"""Matches phrases by sorting positions, without a loop over documents."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from search.arrays import Array, binary_search, spread
from search.schema import TEXT_FIELDS
from search.searcher.doc_sets import SEARCH_RATIO
from search.searcher.index_reader import IndexReader
from search.searcher.term_positions import TermPositions
from search.snapshot.segment import FIELD_COUNT


def match_phrase(
    reader: IndexReader, terms: Sequence[int], offsets: Sequence[int], candidates: Array, field: str | None
) -> tuple[Array, Array]:
    """The candidates that have the phrase, and [these, 4] the fields that have it.

    The candidates are a doc set in which each document has all the terms.  `terms[i]` must be at `offsets[i]` positions
    after the start of the phrase, all in one field: `field`, or any."""
    max_offset = max(offsets)
    span = FIELD_COUNT * (max_offset + 1) + int(np.iinfo(reader.segment.positions.dtype).max) + 1
    dtype: type[np.signedinteger[Any]] = np.int32 if span * len(candidates) < np.iinfo(np.int32).max else np.int64
    first_keys: Array = np.arange(len(candidates), dtype=dtype) * dtype(span)
    # A key encodes a candidate and a position at which the phrase starts, shifted by `max_offset` to be positive.
    keys_of = {term: _keys(reader, term, candidates, first_keys) for term in dict.fromkeys(terms)}
    keys = (
        keys_of[term] + dtype(FIELD_COUNT * (max_offset - offset)) for term, offset in zip(terms, offsets, strict=True)
    )
    starts = reduce(_intersected, keys)
    candidate_of, field_of = starts // dtype(span), starts % dtype(span) % FIELD_COUNT
    has_phrase = np.zeros((len(candidates), FIELD_COUNT), bool)
    has_phrase[candidate_of, field_of] = True
    if field is not None:
        has_phrase[:, [f for f in range(FIELD_COUNT) if f != TEXT_FIELDS.index(field)]] = False
    matching = has_phrase.any(axis=1)
    return candidates[matching], has_phrase[matching]


def _keys(reader: IndexReader, term: int, candidates: Array, first_keys: Array) -> Array:
    """The candidate's first key + position, for every position of the term in the candidates; ascending."""
    positions = reader.segment.positions
    starts, counts = TermPositions(reader, term).runs(candidates)
    keys = first_keys + positions.take(starts)
    repeated = np.flatnonzero(counts > 1)  # most documents have a term once
    more = counts.take(repeated).astype(np.int64) - 1
    others = spread(starts.take(repeated) + 1, more)
    further = np.repeat(first_keys.take(repeated), more) + positions.take(others)
    return np.sort(np.concatenate((keys, further)), kind="stable")  # merges the ascending runs


def _intersected(a: Array, b: Array) -> Array:
    """The common values of two ascending arrays of distinct values."""
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    if len(small) * SEARCH_RATIO < len(large):
        return small.compress(binary_search(small, large)[1])
    merged: Array = np.sort(np.concatenate((a, b)), kind="stable")
    common: Array = merged[:-1][merged[1:] == merged[:-1]]
    return common
