"""Edit distances agree with the textbook algorithm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.arrays import Strings
from search.suggest.edit_distance import edit_distances

WORDS = st.text("abc", min_size=1, max_size=9)


def distance(a: str, b: str) -> int:
    """The optimal string alignment distance, cell by cell."""
    table = [[max(i, j) if not i or not j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            least = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 2 : i] == b[j - 2 : j][::-1]:
                least = min(least, table[i - 2][j - 2] + 1)
            table[i][j] = least
    return table[-1][-1]


@given(WORDS, st.lists(WORDS, max_size=8))
def test_distances_agree_with_the_textbook_table(word: str, others: list[str]) -> None:
    table = Strings.of(other.encode() for other in others)
    assert edit_distances(word, table, np.arange(len(others))).tolist() == [distance(word, other) for other in others]


@pytest.mark.parametrize(
    ("word", "other", "expected"),
    [
        ("robots", "robots", 0),
        ("robtos", "robots", 1),
        ("robts", "robots", 1),
        ("robbots", "robots", 1),
        ("rebots", "robots", 1),
        ("orbtos", "robots", 2),
        ("ca", "abc", 3),
        ("x" * 64, "x" * 63, 1),
    ],
)
def test_one_edit_is_a_letter_or_a_swap_of_neighbours(word: str, other: str, expected: int) -> None:
    assert edit_distances(word, Strings.of([other.encode()]), np.zeros(1, np.int64)).tolist() == [expected]
