"""Function words are folded forms, as the analyzer gives them."""

import pytest

from search.analysis.analyzer import tokens
from search.analysis.function_words import FUNCTION_WORDS


@pytest.mark.parametrize("word", sorted(FUNCTION_WORDS))
def test_function_word_is_one_folded_token(word: str) -> None:
    assert [token.form for token in tokens(word)] == [word]
