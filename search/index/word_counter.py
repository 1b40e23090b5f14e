"""Counting words and pairs of words: of a batch of articles, and of an index from its parts."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from search.analysis import FIELDS
from search.analysis.surface_forms import written
from search.index.string_merger import merge_strings
from search.index.token_batch import Tokens
from search.snapshot.arrays import Array, Strings, looked_for, narrowed, new_runs
from search.snapshot.word_dictionary import FIRST_SHIFT, SEPARATOR, WordDictionary

_NO_COUNTS: Final = np.zeros(0, np.uint8)
NOTHING: Final = WordDictionary(
    Strings.of([]), _NO_COUNTS, np.zeros(0, np.uint64), _NO_COUNTS, Strings.of([]), _NO_COUNTS
)
_TITLE: Final = FIELDS.index("title")


def counted(tokens: Tokens) -> WordDictionary:
    """The words of some articles, the pairs in their titles, and how they are written."""
    held = np.sort(tokens.word << np.int64(FIRST_SHIFT) | tokens.document)
    words = held[new_runs(held)] >> FIRST_SHIFT
    keys, counts = np.unique(_pairs(tokens), return_counts=True)
    ways = written(tokens.stretches).items()
    surfaces = sorted((f"{form}{SEPARATOR}{surface}".encode(), count) for (form, surface), count in ways)
    return WordDictionary(
        Strings.of(word.encode() for word in tokens.words),
        narrowed(np.bincount(words, minlength=len(tokens.words))),
        keys.astype(np.uint64),
        narrowed(counts),
        Strings.of(surface for surface, _ in surfaces),
        narrowed(np.array([count for _, count in surfaces], np.int64)),
    )


def _pairs(tokens: Tokens) -> Array:
    """The pairs of each title, once each.  A joined word, which is second in its place, has no part in them."""
    title = tokens.field == _TITLE
    word, document, position = tokens.word[title], tokens.document[title], tokens.position[title]
    own = new_runs(document) | new_runs(position)
    word, document, position = word[own], document[own], position[own]
    next_ = (document[1:] == document[:-1]) & (position[1:] == position[:-1] + 1)
    pairs = (word[:-1] << np.int64(FIRST_SHIFT) | word[1:])[next_]
    places = np.lexsort((pairs, document[:-1][next_]))
    pairs, document = pairs[places], document[:-1][next_][places]
    once: Array = pairs[new_runs(pairs) | new_runs(document)]
    return once


def summed(added: Sequence[WordDictionary], removed: WordDictionary = NOTHING) -> WordDictionary:
    """The words, pairs and surfaces of all that is added, less those of what is removed; what is then in no article
    goes."""
    tables = [*added, removed]
    signs = [1] * len(added) + [-1]
    words, numbers, word_counts = _united([t.words for t in tables], [t.word_counts for t in tables], signs)
    keys = [_renumbered(t.pairs, n) for t, n in zip(tables, numbers, strict=True)]
    counts = [s * t.pair_counts.astype(np.int32) for t, s in zip(tables, signs, strict=True)]
    others = _totals(np.concatenate(keys[1:]), np.concatenate(counts[1:]))
    pairs, pair_counts = _with_added(keys[0], counts[0], *others)
    used = word_counts > 0
    if not used.all():
        pairs = _renumbered(pairs, np.cumsum(used) - 1)
    surfaces, _, surface_counts = _united([t.surfaces for t in tables], [t.surface_counts for t in tables], signs)
    seen = surface_counts > 0
    return WordDictionary(
        words.where(used), narrowed(word_counts[used]), pairs, narrowed(pair_counts),
        surfaces.where(seen), narrowed(surface_counts[seen]),
    )  # fmt: skip


def _united(
    tables: Sequence[Strings], counts: Sequence[Array], signs: Sequence[int]
) -> tuple[Strings, list[Array], Array]:
    """The strings of all tables, what each table's numbers become, and the sums of their counts, each with its sign."""
    strings, numbers = merge_strings(tables)
    total = np.zeros(len(strings), np.int64)
    for number, count, sign in zip(numbers, counts, signs, strict=True):
        total[number] += sign * count.astype(np.int64)
    return strings, numbers, total


def _renumbered(pairs: Array, numbers: Array) -> Array:
    """The pairs with other numbers for their words, which keep their order."""
    if not len(pairs):
        return pairs
    numbers = numbers.astype(np.uint64)
    renumbered: Array = numbers.take(pairs >> np.uint64(FIRST_SHIFT))
    renumbered <<= np.uint64(FIRST_SHIFT)
    renumbered |= numbers.take(pairs & np.uint64((1 << FIRST_SHIFT) - 1))
    return renumbered


def _totals(keys: Array, counts: Array) -> tuple[Array, Array]:
    """The different keys, ascending, with the sums of their counts."""
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(new_runs(keys))
    return keys[starts], np.add.reduceat(counts[order], starts) if len(starts) else counts


def _with_added(keys: Array, counts: Array, others: Array, other_counts: Array) -> tuple[Array, Array]:
    """The keys, ascending, with their counts and those of others added, less keys with none left.

    Others are looked up, since in an update they are few: the many stay where they are."""
    at, known = looked_for(others, keys)
    counts[at[known]] += other_counts[known]
    keys = np.insert(keys, at[~known], others[~known])
    counts = np.insert(counts, at[~known], other_counts[~known])
    left = counts > 0
    return (keys, counts) if left.all() else (keys[left], counts[left])
