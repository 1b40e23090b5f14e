"""The list is of words as the analyzer gives them, or it would miss what it is for."""

import pytest

from search.analysis.analyzer import tokens
from search.analysis.function_words import FUNCTION_WORDS


@pytest.mark.parametrize("word", sorted(FUNCTION_WORDS))
def test_each_is_one_folded_word(word: str) -> None:
    assert [token.form for token in tokens(word)] == [word]
