"""Counting words and pairs of words: of a batch of articles, and of an index from its parts."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from search.index.merging import united
from search.index.tokens import Tokens
from search.snapshot.arrays import Array, Strings, narrowed
from search.snapshot.lexicon import FIRST_SHIFT, Lexicon
from search.text import FIELDS

NOTHING: Final = Lexicon(Strings.of([]), np.zeros(0, np.uint8), np.zeros(0, np.uint64), np.zeros(0, np.uint8))
_TITLE: Final = FIELDS.index("title")


def counted(tokens: Tokens) -> Lexicon:
    """The words of some articles, and the pairs in their titles."""
    words = np.unique(tokens.word << np.int64(FIRST_SHIFT) | tokens.document) >> FIRST_SHIFT
    keys, counts = np.unique(_pairs(tokens), return_counts=True)
    return Lexicon(
        Strings.of(word.encode() for word in tokens.words),
        narrowed(np.bincount(words, minlength=len(tokens.words))),
        keys.astype(np.uint64),
        narrowed(counts),
    )


def _pairs(tokens: Tokens) -> Array:
    """The pairs of each title, once each.  A joined word, which is second in its place, has no part in them."""
    title = tokens.field == _TITLE
    word, document, position = tokens.word[title], tokens.document[title], tokens.position[title]
    same = document[1:] == document[:-1]
    own = np.concatenate(([True], ~(same & (position[1:] == position[:-1]))))[: len(word)]
    word, document, position = word[own], document[own], position[own]
    next_ = (document[1:] == document[:-1]) & (position[1:] == position[:-1] + 1)
    pairs = (word[:-1] << np.int64(FIRST_SHIFT) | word[1:])[next_]
    places = np.lexsort((pairs, document[:-1][next_]))
    pairs, document = pairs[places], document[:-1][next_][places]
    first = np.concatenate(([True], (pairs[1:] != pairs[:-1]) | (document[1:] != document[:-1])))[: len(pairs)]
    once: Array = pairs[first]
    return once


def summed(added: Sequence[Lexicon], removed: Lexicon = NOTHING) -> Lexicon:
    """The words and pairs of all that is added, less those of what is removed; what is then in no article goes."""
    tables = [*added, removed]
    signs = [1] * len(added) + [-1]
    words, numbers = united([table.words for table in tables])
    word_counts = np.zeros(len(words), np.int64)
    for table, number, sign in zip(tables, numbers, signs, strict=True):
        word_counts[number] += sign * table.word_counts.astype(np.int64)
    keys = np.concatenate([_renumbered(t.pairs, n) for t, n in zip(tables, numbers, strict=True)])
    counts = np.concatenate([s * t.pair_counts.astype(np.int64) for t, s in zip(tables, signs, strict=True)])
    pairs, pair_counts = _totals(keys, counts)
    used = word_counts > 0
    if not used.all():
        pairs = _renumbered(pairs, np.cumsum(used) - 1)
    return Lexicon(words.where(used), narrowed(word_counts[used]), pairs, narrowed(pair_counts))


def _renumbered(pairs: Array, numbers: Array) -> Array:
    """The pairs with other numbers for their words, which keep their order."""
    numbers = numbers.astype(np.uint64)
    if not len(pairs):
        return pairs
    second = pairs & np.uint64((1 << FIRST_SHIFT) - 1)
    renumbered: Array = numbers[pairs >> np.uint64(FIRST_SHIFT)] << np.uint64(FIRST_SHIFT) | numbers[second]
    return renumbered


def _totals(keys: Array, counts: Array) -> tuple[Array, Array]:
    """The different keys, ascending, with the sums of their counts, those without any left out."""
    order = np.argsort(keys, kind="stable")  # the first table's are in order already
    keys, counts = keys[order], counts[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))[: len(keys)])
    totals = np.add.reduceat(counts, starts) if len(starts) else counts
    kept = totals > 0
    return keys[starts][kept], totals[kept]
