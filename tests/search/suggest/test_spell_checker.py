"""Candidates of the spell checker: all similar words, most likely first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.article import Article
from search.index.token_batch import tokens_of
from search.index.word_counter import count_words
from search.suggest.spell_checker import LONG_WORD, SpellChecker
from tests.search.suggest.test_edit_distance import distance

WORDS = st.text("abcd", min_size=3, max_size=10)


def spell_checker(*titles: str) -> SpellChecker:
    return SpellChecker(count_words(tokens_of([Article(f"{n}", title) for n, title in enumerate(titles)])))


@given(st.sets(WORDS, min_size=1, max_size=12), st.text("abcd", min_size=5, max_size=10))
def test_candidates_are_all_words_within_the_distance(words: set[str], mistyped: str) -> None:
    checker = spell_checker(*(f"the {word}" for word in words))
    similar = {word for word in words if 0 < distance(mistyped, word) <= (2 if len(mistyped) >= LONG_WORD else 1)}
    assert {each.text for each in checker.candidates(mistyped) if " " not in each.text} - {"the"} == similar


@pytest.mark.parametrize(
    ("titles", "mistyped", "expected"),
    [
        pytest.param(["robots", "robes", "robots"], "robos", ["robots", "robes"], id="more frequent word first"),
        pytest.param(["tiger", "tyres"], "tiegr", ["tiger"], id="swapped letters"),
        pytest.param(["latter", "later"], "latteer", ["latter"], id="doubled letter"),
        pytest.param(["power apps", "powers"], "powerapps", ["power apps"], id="missing space"),
        pytest.param(["learning curve", "machine"], "machinelearning", [], id="no two words that are never adjacent"),
        pytest.param(["sable", "table", "cable"], "fable", ["cable", "sable", "table"], id="equal cost: by name"),
        pytest.param(["naïve", "GPT-4"], "naive", [], id="not the word itself"),
        pytest.param(["Zürich"], "zurick", ["zurich"], id="accents are folded"),
        pytest.param([], "robots", [], id="an empty archive"),
    ],
)
def test_most_likely_candidate_comes_first(titles: list[str], mistyped: str, expected: list[str]) -> None:
    assert [each.text for each in spell_checker(*titles).candidates(mistyped)] == expected
