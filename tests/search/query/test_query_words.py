"""The words of a query: included, optional, adjacent, scored."""

import pytest

from search.query.nodes import And, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.parser import parse
from search.query.query_words import (
    adjacent_terms,
    included_words,
    is_scored,
    literal_phrase,
    optional_words,
    relaxed_query,
)

SEQUENCE = And(
    (Word("artificial", Term("artifici"), "artificial"), Word("intelligence", Term("intellig"), "intelligence"))
)
SYNONYM = Word("artificial intelligence", Synonyms(SEQUENCE, (Term("ai"),)))


@pytest.mark.parametrize(
    ("query", "optional"),
    [
        ("tesla", []),
        ("tesla robots", ["tesla", "robots"]),
        ("tesla robots -waymo", ["tesla", "robots"]),
        ("tesla -waymo", []),
        ('"tesla robots" news', ["news"]),
        ('"tesla robots"', []),
        ("title:tesla robots", ["robots"]),
        ("tesla OR waymo", []),
        ("(tesla OR waymo) robots", ["robots"]),
        ("GPT-4 electr*", ["GPT-4", "electr*"]),
        ("tesla tesla", ["tesla"]),
        ("", []),
        ("!!!", []),
    ],
)
def test_several_words_without_field_are_optional(query: str, optional: list[str]) -> None:
    assert [word.source for word in optional_words(parse(query).root)] == optional


def test_relaxed_query_counts_the_synonyms_of_a_sequence_once() -> None:
    news = Word("news", Term("news"), "news")
    relaxed = Word("artificial intelligence", Synonyms(Or(SEQUENCE.children), (Term("ai"),)))
    assert relaxed_query(And((SYNONYM, news))) == Or((relaxed, news))


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("how is the zinc", ("how", "is", "the", "zinc")),
        ("zinc mine", None),
        ("how is", None),
        ('how is "zinc"', None),
        ("the GPT-4", None),
        ("the title:zinc", None),
        ("the zinc -mine", None),
    ],
)
def test_literal_phrase_has_function_words_among_plain_words(query: str, terms: tuple[str, ...] | None) -> None:
    phrase = literal_phrase(parse(query).root)
    assert (phrase and phrase.terms) == terms


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("big red robots", [("big", "red"), ("red", "robot")]),
        ('big "red robots" cars', []),
        ("big GPT-4 cars", []),
        ("big -red robots", []),
        ("title:big title:red", [("big", "red")]),
        ("big OR red", []),
        ("big", []),
        ("new new york", [("new", "york")]),
        ("big red big red", [("big", "red"), ("red", "big")]),
    ],
)
def test_adjacent_terms_are_those_of_adjacent_plain_words(query: str, pairs: list[tuple[str, str]]) -> None:
    assert [(a.text, b.text) for a, b in adjacent_terms(parse(query).root)] == pairs


def test_words_of_a_sequence_with_synonym_are_included() -> None:
    assert [word.source for word in included_words(And((SYNONYM, Word("news", Term("news"), "news"))))] == [
        "artificial", "intelligence", "news",
    ]  # fmt: skip


def test_last_word_of_a_sequence_with_synonym_is_adjacent_to_the_next_word() -> None:
    query = And((SYNONYM, Word("news", Term("news"), "news")))
    assert [(a.text, b.text) for a, b in adjacent_terms(query)] == [("artifici", "intellig"), ("intellig", "news")]


def test_excluded_words_are_not_included() -> None:
    assert [word.source for word in included_words(parse("tesla -waymo (robots OR cars)").root)] == [
        "tesla",
        "robots",
        "cars",
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("tesla", True), ("tesla -robot", True), ("-robot", False), ("(-robot) NOT tesla", False), ("", False),
     ("-tesla OR NOT robot", False), ("-tesla OR robot", True)],
)  # fmt: skip
def test_query_of_exclusions_is_not_scored(query: str, expected: bool) -> None:
    assert is_scored(parse(query).root) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("their robots cars", ["robots", "cars"]),
        ("their robots", []),
        ("Which robots don’t charge themselves", ["robots", "charge"]),
        ("who was there", ["who", "was", "there"]),
        ("how US robots", ["US", "robots"]),
        ("how robots work is the question", ["robots", "work", "question"]),
        ("they* robots", ["they*", "robots"]),
    ],
)
def test_function_words_are_not_optional_words_unless_there_are_no_others(query: str, expected: list[str]) -> None:
    assert [word.source for word in optional_words(parse(query).root)] == expected


def test_a_prefix_has_no_form() -> None:
    word = parse("electr*").root
    assert isinstance(word, Word)
    assert isinstance(word.child, Prefix | Or)
    assert word.form is None


def test_a_compound_has_no_form() -> None:
    word = parse("GPT-4").root
    assert isinstance(word, Word)
    assert isinstance(word.child, Or)
    assert isinstance(word.child.children[0], Phrase)
    assert word.form is None


def test_each_word_of_a_sequence_with_synonym_is_optional() -> None:
    """An article with the synonym lacks none of them."""
    query = And((SYNONYM, Word("news", Term("news"), "news")))
    assert [word.source for word in optional_words(query)] == ["artificial", "intelligence", "news"]
    assert [word.source for word in optional_words(SYNONYM)] == ["artificial", "intelligence"]
    assert all(isinstance(word.child, Synonyms) for word in optional_words(SYNONYM))
