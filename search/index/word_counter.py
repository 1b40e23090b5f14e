"""Makes word dictionaries: of a batch of articles, and as the sum of others."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from search.analysis.surface_forms import surface_form_counts
from search.arrays import Array, Strings, binary_search, narrowed, narrowed_signed, new_runs
from search.index.string_merger import merge_strings
from search.index.token_batch import Tokens
from search.schema import TEXT_FIELDS
from search.snapshot.word_dictionary import FIRST_SHIFT, SEPARATOR, WordDictionary

_NO_COUNTS: Final = np.zeros(0, np.uint8)
_EMPTY: Final = WordDictionary(
    words=Strings.of([]),
    word_counts=_NO_COUNTS,
    capitals=_NO_COUNTS,
    pairs=np.zeros(0, np.uint64),
    pair_counts=_NO_COUNTS,
    pair_names=_NO_COUNTS,
    surfaces=Strings.of([]),
    surface_counts=_NO_COUNTS,
)
_TITLE: Final = TEXT_FIELDS.index("title")


def count_words(tokens: Tokens) -> WordDictionary:
    """The words, title bigrams and surface forms of some articles."""
    occurrences = np.sort(tokens.word << np.int64(FIRST_SHIFT) | tokens.document)
    words = occurrences[new_runs(occurrences)] >> FIRST_SHIFT
    keys, counts = np.unique(_pairs(tokens), return_counts=True)
    written_forms = surface_form_counts(tokens.chunks).items()
    surfaces = sorted((f"{form}{SEPARATOR}{surface}".encode(), count) for (form, surface), count in written_forms)
    capitals = [tokens.capitalized.get(word, 0) - tokens.chunks.get(word, 0) for word in tokens.words]
    return WordDictionary(
        words=Strings.of(word.encode() for word in tokens.words),
        word_counts=narrowed(np.bincount(words, minlength=len(tokens.words))),
        capitals=narrowed_signed(np.array(capitals, np.int64)),
        pairs=keys.astype(np.uint64),
        pair_counts=narrowed(counts),
        pair_names=narrowed_signed(_names(tokens, keys)),
        surfaces=Strings.of(surface for surface, _ in surfaces),
        surface_counts=narrowed(np.array([count for _, count in surfaces], np.int64)),
    )


def _names(tokens: Tokens, keys: Array) -> Array:
    """[Q] the name evidence for each bigram."""
    names = np.zeros(len(keys), np.int64)
    number = {word: index for index, word in enumerate(tokens.words)}
    evident = {number[a] << FIRST_SHIFT | number[b]: count for (a, b), count in tokens.names.items() if count}
    names[np.searchsorted(keys, np.array(list(evident), np.int64))] = list(evident.values())
    return names


def _pairs(tokens: Tokens) -> Array:
    """The distinct bigrams of each title, without joined words, which come second at their position."""
    title = tokens.field == _TITLE
    word, document, position = tokens.word[title], tokens.document[title], tokens.position[title]
    first = new_runs(document) | new_runs(position)
    word, document, position = word[first], document[first], position[first]
    adjacent = (document[1:] == document[:-1]) & (position[1:] == position[:-1] + 1)
    pairs, document = (word[:-1] << np.int64(FIRST_SHIFT) | word[1:])[adjacent], document[:-1][adjacent]
    order = np.lexsort((pairs, document))
    pairs, document = pairs[order], document[order]
    distinct: Array = pairs[new_runs(pairs) | new_runs(document)]
    return distinct


def sum_dictionaries(added: Sequence[WordDictionary], minus: WordDictionary = _EMPTY) -> WordDictionary:
    """The sum of some word dictionaries, less another; entries whose count becomes 0 are left out."""
    tables = [*added, minus]
    signs = [1] * len(added) + [-1]
    strings = [table.words for table in tables]
    words, indexes, (word_counts, capitals) = _summed(strings, [(t.word_counts, t.capitals) for t in tables], signs)
    keys = [_renumbered(t.pairs, index) for t, index in zip(tables, indexes, strict=True)]
    counts = [
        sign * np.stack((t.pair_counts.astype(np.int32), t.pair_names.astype(np.int32)), axis=1)
        for t, sign in zip(tables, signs, strict=True)
    ]
    others = _sum_by_key(np.concatenate(keys[1:]), np.concatenate(counts[1:]))
    pairs, pair_counts = _with_added(keys[0], counts[0], *others)
    used = word_counts > 0
    if not used.all():
        pairs = _renumbered(pairs, np.cumsum(used) - 1)
    surfaces, _, (surface_counts,) = _summed([t.surfaces for t in tables], [(t.surface_counts,) for t in tables], signs)
    surface_used = surface_counts > 0
    return WordDictionary(
        words=words.where(used),
        word_counts=narrowed(word_counts[used]),
        capitals=narrowed_signed(capitals[used]),
        pairs=pairs,
        pair_counts=narrowed(pair_counts[:, 0]),
        pair_names=narrowed_signed(pair_counts[:, 1]),
        surfaces=surfaces.where(surface_used),
        surface_counts=narrowed(surface_counts[surface_used]),
    )


def _summed(
    tables: Sequence[Strings], counts: Sequence[Sequence[Array]], signs: Sequence[int]
) -> tuple[Strings, list[Array], list[Array]]:
    """The strings of all tables, the new index of each table's strings, and the sums of signed columns of counts."""
    strings, indexes = merge_strings(tables)
    totals = [np.zeros(len(strings), np.int64) for _ in counts[0]]
    for index, columns, sign in zip(indexes, counts, signs, strict=True):
        for total, column in zip(totals, columns, strict=True):
            total[index] += sign * column.astype(np.int64)
    return strings, indexes, totals


def _renumbered(pairs: Array, new_index: Array) -> Array:
    """The pairs with the new index of each word; the order of words is the same."""
    if not len(pairs):
        return pairs
    new_index = new_index.astype(np.uint64)
    renumbered: Array = new_index.take(pairs >> np.uint64(FIRST_SHIFT))
    renumbered <<= np.uint64(FIRST_SHIFT)
    renumbered |= new_index.take(pairs & np.uint64((1 << FIRST_SHIFT) - 1))
    return renumbered


def _sum_by_key(keys: Array, counts: Array) -> tuple[Array, Array]:
    """The distinct keys, ascending, with the sums of their rows of counts."""
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(new_runs(keys))
    return keys[starts], np.add.reduceat(counts[order], starts) if len(starts) else counts


def _with_added(keys: Array, counts: Array, others: Array, other_counts: Array) -> tuple[Array, Array]:
    """The ascending keys with the sums of their rows of counts and of the other keys' rows, without keys of count 0.

    Other keys are looked up one by one: in an update they are few."""
    index, known = binary_search(others, keys)
    counts[index[known]] += other_counts[known]
    keys = np.insert(keys, index[~known], others[~known])
    counts = np.insert(counts, index[~known], other_counts[~known], axis=0)
    used = counts[:, 0] > 0
    return (keys, counts) if used.all() else (keys[used], counts[used])
