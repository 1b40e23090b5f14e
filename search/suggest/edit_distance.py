"""Edit distance (optimal string alignment) from one word to many, bit-parallel."""

import numpy as np

from search.arrays import Array, Strings


def edit_distances(word: str, words: Strings, numbers: Array) -> Array:
    """[numbers] the edit distance from `word`, of at most 64 letters, to each of the `words` with these numbers.

    Counts the letters to insert, delete, replace or, if adjacent, swap; no letter is edited twice.  The algorithm is
    from H. Hyyrö, A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances (2003): two bit vectors
    encode a column of the distance table.  Here each vector has one entry for each of the words."""
    starts = words.starts[numbers].astype(np.int64)
    lengths = words.starts[numbers + 1].astype(np.int64) - starts
    shortest, longest = int(lengths.min(initial=len(word))), int(lengths.max(initial=0))
    letters = words.octets.take(starts + np.arange(longest)[:, None], mode="clip")  # those after a word do not matter
    matches = _letter_positions(word).take(letters)
    vertical_minus = diagonal = previous_match = np.zeros(len(numbers), matches.dtype)
    vertical_plus = ~vertical_minus
    last_plus, last_minus = vertical_plus.copy(), vertical_minus.copy()
    for column, match in enumerate(matches):
        swapped = ((~diagonal & match) << 1) & previous_match
        diagonal = (((match & vertical_plus) + vertical_plus) ^ vertical_plus) | match | vertical_minus | swapped
        plus, minus = vertical_minus | ~(diagonal | vertical_plus), diagonal & vertical_plus
        plus = (plus << 1) | 1
        vertical_plus, vertical_minus = (minus << 1) | ~(diagonal | plus), plus & diagonal
        previous_match = match
        if column + 1 >= shortest:
            is_last = lengths == column + 1
            np.copyto(last_plus, vertical_plus, where=is_last)
            np.copyto(last_minus, vertical_minus, where=is_last)
    bits = (1 << len(word)) - 1
    distances: Array = lengths + np.bitwise_count(last_plus & bits) - np.bitwise_count(last_minus & bits)
    return distances


def _letter_positions(word: str) -> Array:
    """[256] for each byte the positions in the word at which it occurs, as bits of integers no wider than needed."""
    positions = np.zeros(256, np.min_scalar_type((1 << len(word)) - 1))
    for i, letter in enumerate(word.encode()):
        positions[letter] |= positions.dtype.type(1 << i)
    return positions
