"""What of a query may be lacking, stands side by side, and is looked for in the form typed."""

import pytest

from search.query.nodes import And, Node, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.parser import parse
from search.query.query_words import content_words, is_scored, neighbours, optional_words, relaxed, words, worth

ROW = And((Word("artificial", Term("artifici"), "artificial"), Word("intelligence", Term("intellig"), "intelligence")))
SYNONYM = Word("artificial intelligence", Synonyms(ROW, (Term("ai"),)))


@pytest.mark.parametrize(
    ("query", "free"),
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
def test_words_that_stand_by_themselves_may_be_lacking(query: str, free: list[str]) -> None:
    assert [word.typed for word in optional_words(parse(query).root)] == free


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tesla robots", "Or"),
        ("tesla robots -waymo", "And"),
        ("tesla", "Word"),
    ],
)
def test_a_loosened_query_asks_for_any_of_them(query: str, expected: str) -> None:
    assert type(relaxed(parse(query).root)).__name__ == expected


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
def test_neighbours_are_plain_words_side_by_side(query: str, pairs: list[tuple[str, str]]) -> None:
    assert [(a.text, b.text) for a, b in neighbours(parse(query).root)] == pairs


def test_the_words_of_a_row_with_a_synonym_are_words_of_the_query() -> None:
    assert [word.typed for word in words(And((SYNONYM, Word("news", Term("news"), "news"))))] == [
        "artificial", "intelligence", "news",
    ]  # fmt: skip


def test_a_row_with_a_synonym_stands_beside_what_follows() -> None:
    query = And((SYNONYM, Word("news", Term("news"), "news")))
    assert [(a.text, b.text) for a, b in neighbours(query)] == [("artifici", "intellig"), ("intellig", "news")]


def test_what_is_excluded_is_no_word_that_is_looked_for() -> None:
    assert [word.typed for word in words(parse("tesla -waymo (robots OR cars)").root)] == ["tesla", "robots", "cars"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("tesla", True), ("tesla -robot", True), ("-robot", False), ("(-robot) NOT tesla", False), ("", False),
     ("-tesla OR NOT robot", False), ("-tesla OR robot", True)],
)  # fmt: skip
def test_who_only_excludes_looks_for_nothing(query: str, expected: bool) -> None:
    assert is_scored(parse(query).root) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("their robots", ["robots"]),
        ("Which robots don’t charge themselves", ["robots", "charge"]),
        ("who was there", ["who", "was", "there"]),
        ("how US robots", ["how", "US", "robots"]),
        ("they* robots", ["they*", "robots"]),
    ],
)
def test_words_tell_unless_they_only_hold_a_sentence_together(query: str, expected: list[str]) -> None:
    assert [word.typed for word in content_words(optional_words(parse(query).root))] == expected


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


def test_each_word_of_a_row_with_a_synonym_may_be_lacking() -> None:
    """Whoever has the synonym lacks neither."""
    query = And((SYNONYM, Word("news", Term("news"), "news")))
    assert [word.typed for word in optional_words(query)] == ["artificial", "intelligence", "news"]
    assert [word.typed for word in optional_words(SYNONYM)] == ["artificial", "intelligence"]
    assert all(isinstance(word.child, Synonyms) for word in optional_words(SYNONYM))


@pytest.mark.parametrize(
    ("typed", "synonym", "expected"),
    [
        pytest.param(Term("ai"), Term("ml"), 1.0, id="as long"),
        pytest.param(Term("ai"), Phrase(("artifici", "intellig"), (0, 1)), 0.5, id="longer"),
        pytest.param(ROW, Term("ai"), 1.0, id="shorter"),
        pytest.param(Or((Phrase(("self", "drive"), (0, 1)), Term("selfdriv"))), Term("x"), 1.0, id="a compound is one"),
    ],
)
def test_a_longer_synonym_is_worth_no_more_than_what_was_typed(typed: Node, synonym: Node, expected: float) -> None:
    assert worth(typed, synonym) == expected
