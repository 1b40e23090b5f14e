"""Edit distance (optimal string alignment) from one word to many, bit-parallel."""

import numpy as np

from search.arrays import Array, Strings, spread

_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_ONE = np.uint64(1)


def edit_distances(word: str, words: Strings, numbers: Array) -> Array:
    """[numbers] the edit distance from `word`, of at most 64 letters, to each of the `words` with these numbers.

    Counts the letters to insert, delete, replace or, if adjacent, swap; no letter is edited twice.  The algorithm is
    from H. Hyyrö, A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances (2003): two bit vectors
    encode a column of the distance table.  Here each vector has one entry for each of the words."""
    letters = _padded(words, numbers)
    lengths = (words.starts[numbers + 1] - words.starts[numbers]).astype(np.int64)
    positions = _letter_positions(word)
    last = np.uint64(len(word) - 1)
    vertical_plus, vertical_minus = np.full(len(numbers), _ALL), np.zeros(len(numbers), np.uint64)
    diagonal, previous_match = np.zeros(len(numbers), np.uint64), np.zeros(len(numbers), np.uint64)
    distances = np.full(len(numbers), len(word), np.int64)
    for column in range(letters.shape[1]):
        match = positions.take(letters[:, column])
        swapped = ((~diagonal & match) << _ONE) & previous_match
        diagonal = (((match & vertical_plus) + vertical_plus) ^ vertical_plus) | match | vertical_minus | swapped
        plus, minus = vertical_minus | ~(diagonal | vertical_plus), diagonal & vertical_plus
        step = ((plus >> last) & _ONE).astype(np.int64) - ((minus >> last) & _ONE).astype(np.int64)
        distances += np.where(column < lengths, step, 0)
        plus = (plus << _ONE) | _ONE
        vertical_plus, vertical_minus = (minus << _ONE) | ~(diagonal | plus), plus & diagonal
        previous_match = match
    return distances


def _padded(words: Strings, numbers: Array) -> Array:
    """[numbers, longest] the bytes of the words, padded with zeros."""
    starts = words.starts[numbers].astype(np.int64)
    lengths = words.starts[numbers + 1].astype(np.int64) - starts
    longest = int(lengths.max()) if len(lengths) else 0
    padded = np.zeros((len(numbers), longest), np.uint8)
    padded[np.arange(longest) < lengths[:, None]] = words.octets.take(spread(starts, lengths))
    return padded


def _letter_positions(word: str) -> Array:
    """[256] for each byte the positions in the word at which it occurs, as bits."""
    positions = np.zeros(256, np.uint64)
    for i, letter in enumerate(word.encode()):
        positions[letter] |= _ONE << np.uint64(i)
    return positions
