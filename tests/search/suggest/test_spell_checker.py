"""Which words may have been meant: exactly those that are near, the likeliest first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.article import Article
from search.index.token_batch import tokens_of
from search.index.word_counter import count_words
from search.suggest.spell_checker import LONG, Spelling
from tests.search.suggest.test_edit_distance import slips

WORDS = st.text("abcd", min_size=3, max_size=10)


def spelling_of(*titles: str) -> Spelling:
    return Spelling(count_words(tokens_of([Article(f"{n}", title) for n, title in enumerate(titles)])))


@given(st.sets(WORDS, min_size=1, max_size=12), st.text("abcd", min_size=5, max_size=10))
def test_neighbours_are_all_words_near_enough(words: set[str], typed: str) -> None:
    spelling = spelling_of(*(f"the {word}" for word in words))
    near = {word for word in words if 0 < slips(typed, word) <= (2 if len(typed) >= LONG else 1)}
    assert {meant.text for meant in spelling.meant(typed) if " " not in meant.text} - {"the"} == near


@pytest.mark.parametrize(
    ("titles", "typed", "expected"),
    [
        pytest.param(["robots", "robes", "robots"], "robos", ["robots", "robes"], id="the commoner of two"),
        pytest.param(["tiger", "tyres"], "tiegr", ["tiger"], id="swapped neighbours"),
        pytest.param(["latter", "later"], "latteer", ["latter"], id="a letter doubled"),
        pytest.param(["power apps", "powers"], "powerapps", ["power apps"], id="a space left out"),
        pytest.param(["learning curve", "machine"], "machinelearning", [], id="not words that never stand together"),
        pytest.param(["sable", "table", "cable"], "fable", ["cable", "sable", "table"], id="as likely: by name"),
        pytest.param(["naïve", "GPT-4"], "naive", [], id="the word itself is not meant"),
        pytest.param(["Zürich"], "zurick", ["zurich"], id="accents are folded"),
        pytest.param([], "robots", [], id="an empty archive"),
    ],
)
def test_the_likeliest_comes_first(titles: list[str], typed: str, expected: list[str]) -> None:
    assert [meant.text for meant in spelling_of(*titles).meant(typed)] == expected
