"""Queries without the words and and or."""

import pytest

from search.query.connectives import without_connectives
from search.query.nodes import And, Node, Synonyms, Term, Word
from search.query.parser import parse


@pytest.mark.parametrize(
    ("query", "same_as"),
    [
        ("dogs and cats", "dogs cats"),
        ("tesla or waymo", "tesla waymo"),
        ("and tesla", "tesla"),
        ("(dogs and cats) OR birds", "(dogs cats) OR birds"),
        ("-(dogs and cats) birds", "-(dogs cats) birds"),
        ("DOGS AND CATS AND BIRDS FIGHT", "dogs cats birds fight"),
        ("tesla OR", "tesla"),
    ],
)
def test_and_and_or_are_dropped(query: str, same_as: str) -> None:
    assert without_connectives(parse(query).root) == parse(same_as).root


@pytest.mark.parametrize(
    "query", ["and", "and or", "and -tesla", '"and" tesla', "title:and tesla", "and* tesla", "tesla"]
)
def test_query_that_includes_nothing_else_is_unchanged(query: str) -> None:
    root = parse(query).root
    assert without_connectives(root) == root


def test_words_with_a_common_synonym_lose_them_too() -> None:
    def word(text: str) -> Node:
        return Word(text, Term(text), text)

    synonyms = (Term("r&d"),)
    query = Word("r and d", Synonyms(And((word("r"), word("and"), word("d"))), synonyms))
    assert without_connectives(query) == Word("r and d", Synonyms(And((word("r"), word("d"))), synonyms))
