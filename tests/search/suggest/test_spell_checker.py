"""Candidates of the spell checker: all similar words, most likely first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.tokenizer import LONGEST_TERM
from search.article import Article
from search.index.token_batch import tokens_of
from search.index.word_counter import count_words
from search.suggest.slips import slip_cost, sound
from search.suggest.spell_checker import LONG_WORD, SOUND_LETTERS, SpellChecker, likely_cost
from tests.search.suggest.test_edit_distance import distance

WORDS = st.text("abcd", min_size=3, max_size=10)


def spell_checker(*titles: str) -> SpellChecker:
    return SpellChecker(count_words(tokens_of([Article(f"{n}", title) for n, title in enumerate(titles)])))


@given(st.sets(WORDS, min_size=1, max_size=12), st.text("abcd", min_size=5, max_size=10))
def test_candidates_are_all_words_within_the_distance(words: set[str], mistyped: str) -> None:
    checker = spell_checker(*(f"the {word}" for word in words))
    distances = {word: distance(mistyped, word) for word in words}
    similar = {word for word in words if 0 < distances[word] <= (2 if len(mistyped) >= LONG_WORD else 1)}
    candidates = [each for each in checker.candidates(mistyped) if " " not in each.text and each.text != "the"]
    alike = {each.text for each in candidates if distances[each.text] == 2 and sound(each.text) == sound(mistyped)}
    assert {each.text for each in candidates} - alike == similar - alike
    for each in candidates:
        assert each.slip_cost == slip_cost(mistyped, each.text, distances[each.text])
        sounds_alike = len(mistyped) == SOUND_LETTERS and each.text in alike
        assert each.likely == (sounds_alike or each.slip_cost <= likely_cost(len(mistyped), in_context=False))


@pytest.mark.parametrize(
    ("titles", "previous", "mistyped", "following", "expected"),
    [
        pytest.param(["power apps", "tower caps"], "power", "aps", "", ["apps"], id="a short word after another"),
        pytest.param(["power apps", "tower caps"], "", "powr", "apps", ["power"], id="a short word before another"),
        pytest.param(["power apps"], "", "aps", "", [], id="a short word alone"),
        pytest.param(["power apps"], "tower", "aps", "", [], id="a short word after one that it never follows"),
        pytest.param(["tech stack", "black stucco"], "tech", "slack", "", ["stack"], id="unlikely slips in context"),
        pytest.param(["robes", "robes", "old robots"], "old", "robos", "", ["robots", "robes"], id="context first"),
    ],
)
def test_neighbours_make_a_candidate_likely(
    titles: list[str], previous: str, mistyped: str, following: str, expected: list[str]
) -> None:
    candidates = spell_checker(*titles).candidates(mistyped, previous, following)
    assert [each.text for each in candidates if each.likely] == expected


def test_a_word_longer_than_any_term_has_no_candidates() -> None:
    assert spell_checker("x" * LONGEST_TERM).candidates("x" * (LONGEST_TERM + 1)) == []


@pytest.mark.parametrize(
    ("titles", "mistyped", "expected"),
    [
        pytest.param(
            ["robots", "robes", "robots", "robots"], "robos", ["robots", "robes"], id="more frequent word first"
        ),
        pytest.param(["tiger", "tyres"], "tiegr", ["tiger"], id="swapped letters"),
        pytest.param(["latter", "later"], "latteer", ["latter"], id="doubled letter"),
        pytest.param(["power apps", "powers"], "powerapps", ["power apps"], id="missing space"),
        pytest.param(["learning curve", "machine"], "machinelearning", [], id="no two words that are never adjacent"),
        pytest.param(["laxter", "lacter", "lapter"], "later", ["lacter", "lapter", "laxter"], id="equal cost: by name"),
        pytest.param(["naïve", "GPT-4"], "naive", [], id="not the word itself"),
        pytest.param(["robotaxis"], "robtaxi", ["robotaxis"], id="a slip in the singular"),
        pytest.param(["ferry"], "ferrys", ["ferry"], id="a plural"),
        pytest.param(["clauses"], "claude", [], id="no plural of a short name"),
        pytest.param(["robotaxi"], "robtaxis", ["robotaxi"], id="a slip in the plural"),
        pytest.param(["Zürich"], "zurick", ["zurich"], id="accents are folded"),
        pytest.param([], "robots", [], id="an empty archive"),
    ],
)
def test_most_likely_candidate_comes_first(titles: list[str], mistyped: str, expected: list[str]) -> None:
    assert [each.text for each in spell_checker(*titles).candidates(mistyped)] == expected
