"""Sketches of texts: bitmaps of their terms' hashes, by which `similar_articles` finds articles of one story."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np

from search.analysis.story_keys import COMPARED_WORDS, FUNCTION_TERMS
from search.arrays import Array
from search.schema import TEXT_FIELDS
from search.snapshot.segment import FIELD_COUNT

_WORD_BITS: Final = 64
_MIXER: Final = 0x9E3779B1  # spreads sums of checksums


@dataclass(frozen=True, slots=True)
class SketchInput:
    """The content terms of N documents by (term, document)."""

    hashes: Array
    """[pairs]"""
    documents: Array
    """[pairs]"""
    count: int
    """N"""

    def bitmaps(self, words: int) -> Array:
        """[N, words] for each document a bitmap with a bit for each term."""
        bitmaps = np.zeros((self.count, words), np.uint64)
        bit = self.hashes % (words * _WORD_BITS)
        cells = (self.documents, bit // _WORD_BITS)
        np.bitwise_or.at(bitmaps, cells, np.uint64(1) << (bit % _WORD_BITS).astype(np.uint64))
        return bitmaps

    def sizes(self) -> Array:
        """[N] the number of terms."""
        return np.bincount(self.documents, minlength=self.count).astype(np.uint8)

    def keys(self) -> Array:
        """[N] a hash of all terms; 0 for no terms."""
        keys = np.zeros(self.count, np.uint32)
        np.add.at(keys, self.documents, (self.hashes * _MIXER).astype(np.uint32))
        return keys


def sketch_inputs(
    fields: Sequence[str],
    terms: Sequence[str],
    term_of_posting: Array,
    documents: Array,
    positions: Array,
    position_counts: Array,
    document_count: int,
) -> list[SketchInput]:
    """For each field, the terms of `search.analysis.story_keys.content_terms`, from postings."""
    hashes = np.fromiter((crc32(term.encode()) for term in terms), np.int64, len(terms))
    is_content = np.fromiter((term not in FUNCTION_TERMS for term in terms), bool, len(terms))
    posting_of_position = np.repeat(np.arange(len(documents)), position_counts)
    inputs = []
    for field in fields:
        compared = (positions % FIELD_COUNT == TEXT_FIELDS.index(field)) & (positions < COMPARED_WORDS * FIELD_COUNT)
        chosen = np.zeros(len(documents), bool)
        chosen[posting_of_position[compared]] = True
        chosen &= is_content[term_of_posting]
        inputs.append(SketchInput(hashes[term_of_posting[chosen]], documents[chosen], document_count))
    return inputs
