"""Every text is found by its own words: the index and the queries read them alike."""

import pytest
from hypothesis import assume, given

from search.article import Article
from search.query.lexer import as_phrase
from search.query.parser import parse
from tests import strategies
from tests.reference import Archive
from tests.search.analysis.test_analyzer import LANGUAGES


def finds(query: str, text: str) -> bool:
    article = Article(id="a", title=text)
    archive = Archive([article])
    return archive.matches(archive.rewritten(parse(query).root), article)


@given(strategies.texts(min_words=1))
def test_text_is_found_by_itself_as_a_phrase(text: str) -> None:
    assume(any(map(str.isalnum, text)))
    assert finds(as_phrase(text), text)


@pytest.mark.parametrize("word", strategies.COMMON + strategies.RARE)
def test_word_is_found_by_itself(word: str) -> None:
    assert finds(word, f"before {word}, after") or not any(map(str.isalnum, word))


@given(strategies.texts(min_words=1))
def test_text_is_found_by_all_its_words(text: str) -> None:
    words = [word for word in text.split() if word[0].isalnum() and word not in {"AND", "OR", "NOT"}]
    assert all(finds(word, text) for word in words)


@pytest.mark.parametrize("text", [row[1] for row in LANGUAGES], ids=[row[0] for row in LANGUAGES])
def test_text_in_another_language_is_found_by_its_words(text: str) -> None:
    assert finds(text, text)
    assert finds(text.upper(), text) or text.upper().casefold() != text.casefold()
