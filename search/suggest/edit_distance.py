"""How many slips lie between words: one word against thousands at once."""

import numpy as np

from search.snapshot.arrays import Array, Strings, spread

_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_ONE = np.uint64(1)


def distances(word: str, words: Strings, numbers: Array) -> Array:
    """For each of the words with these numbers, how many letters are to be put in, left out, replaced or, if they are
    neighbours, swapped, to come from it to `word`, which has 64 letters at most; no letter is touched twice.

    The optimal string alignment distance by H. Hyyrö's bit-parallel algorithm (A Bit-Vector Algorithm for Computing
    Levenshtein and Damerau Edit Distances, 2003): a column of the table of distances is two words of bits, here with
    one entry for each word compared."""
    rows = _padded(words, numbers)
    lengths = (words.starts[numbers + 1] - words.starts[numbers]).astype(np.int64)
    where = _places_of_letters(word)
    last = np.uint64(len(word) - 1)
    up, down = np.full(len(numbers), _ALL), np.zeros(len(numbers), np.uint64)
    diagonal, before = np.zeros(len(numbers), np.uint64), np.zeros(len(numbers), np.uint64)
    found = np.full(len(numbers), len(word), np.int64)
    for place in range(rows.shape[1]):
        same = where.take(rows[:, place])
        swapped = ((~diagonal & same) << _ONE) & before
        diagonal = (((same & up) + up) ^ up) | same | down | swapped
        plus, minus = down | ~(diagonal | up), diagonal & up
        step = ((plus >> last) & _ONE).astype(np.int64) - ((minus >> last) & _ONE).astype(np.int64)
        found += np.where(place < lengths, step, 0)
        plus = (plus << _ONE) | _ONE
        up, down = (minus << _ONE) | ~(diagonal | plus), plus & diagonal
        before = same
    return found


def _padded(words: Strings, numbers: Array) -> Array:
    """[numbers, longest] the words' bytes, zeros after each."""
    begins = words.starts[numbers].astype(np.int64)
    lengths = words.starts[numbers + 1].astype(np.int64) - begins
    longest = int(lengths.max()) if len(lengths) else 0
    rows = np.zeros((len(numbers), longest), np.uint8)
    rows[np.arange(longest) < lengths[:, None]] = words.octets.take(spread(begins, lengths))
    return rows


def _places_of_letters(word: str) -> Array:
    """[256] at which places of the word each byte stands, as bits."""
    where = np.zeros(256, np.uint64)
    for place, letter in enumerate(word.encode()):
        where[letter] |= _ONE << np.uint64(place)
    return where
