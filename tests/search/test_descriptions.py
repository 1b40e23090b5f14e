"""Results in words, and the queries that the page suggests."""

import pytest

from search import (
    Correction,
    Explanation,
    Factor,
    Occurrence,
    Reason,
    WordMatch,
    as_phrase,
    corrected,
    missing_words_text,
    reasons,
    requiring,
)
from search.query.nodes import And, Word
from search.query.parser import parse
from tests.fake_engine import EXPLANATION


def test_reasons_of_an_explanation() -> None:
    assert reasons(EXPLANATION) == [
        Reason("ferries", "as “ferry”, in title and excerpt", "50%"),
        Reason("AI", "for “artificial intelligence”, in topics", "30%"),
        Reason("harb", "as the beginning of a word, in title", "20%"),
        Reason("", "the words stand close together", "+12%"),
        Reason("", "published 2 May 2026", "+8%"),
    ]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ([], "as typed"),
        (["title"], "as typed, in title"),
        (["title", "excerpt", "topics"], "as typed, in title, excerpt and topics"),
    ],
)
def test_reason_lists_the_fields_of_a_word(fields: list[str], text: str) -> None:
    occurrences = tuple(Occurrence(field, 1.0) for field in fields)
    (reason,) = reasons(Explanation(3.0, (WordMatch("ferry", "exact", "ferry", occurrences),), ()))
    assert reason.text == text


@pytest.mark.parametrize(
    ("value", "weight"), [(1.104, ["+10%"]), (0.95, ["-5%"]), (1.0, []), (1.004, []), (0.996, []), (3.0, ["+200%"])]
)
def test_boosts_below_half_a_percent_are_left_out(value: float, weight: list[str]) -> None:
    factors = (Factor("recency", value, "new"),)
    assert [reason.weight for reason in reasons(Explanation(1.0, (), factors))] == weight


def test_weight_is_zero_if_the_text_score_is_zero() -> None:
    (reason,) = reasons(Explanation(0.0, (WordMatch("ferry", "exact", "ferry", ()),), ()))
    assert reason.weight == "0%"


@pytest.mark.parametrize(
    ("most", "text"),
    [
        (1, "one of the words"),
        (2, "one or two of the words"),
        (3, "up to three of the words"),
        (12, "up to 12 of the words"),
    ],
)
def test_number_of_missing_words(most: int, text: str) -> None:
    assert missing_words_text(most) == text


@pytest.mark.parametrize(
    ("q", "words", "marked"),
    [
        ("electric ferry", [("electrik", "electric")], "[electric] ferry"),
        ("fery electrical Ferry", [("x", "ferry"), ("y", "electric")], "fery electrical [Ferry]"),
        ("ferry (electric OR ferry)", [("fery", "ferry")], "[ferry] (electric OR [ferry])"),
        ("a.b axb", [("ab", "a.b")], "[a.b] axb"),
        ("ferry", [], "ferry"),
    ],
)
def test_corrected_words_are_hits(q: str, words: list[tuple[str, str]], marked: str) -> None:
    fragments = corrected(Correction(q, applied=True, words=tuple(words)))
    assert "".join(f"[{each.text}]" if each.hit else each.text for each in fragments) == marked


@pytest.mark.parametrize(
    ("q", "word", "required"),
    [
        ("ferry yesterday", "yesterday", 'ferry "yesterday"'),
        ("yesterday yesterdays", "yesterdays", 'yesterday "yesterdays"'),
        ("(ferry yesterday) harbour", "yesterday", '(ferry "yesterday") harbour'),
        ("“big york city” york", "york", '“big york city” "york"'),
        ("york's york", "york", 'york\'s "york"'),
        ("yesterday, ferry", "yesterday", '"yesterday," ferry'),
        ("C++ ferry", "C++", '"C++" ferry'),
        ("ferry harb*", "harb*", None),
        ("ferry/yesterday", "yesterday", None),
        ("title:ferry", "title", None),
        ("ferry", "yesterday", None),
    ],
)
def test_word_is_required_by_quotation_marks(q: str, word: str, required: str | None) -> None:
    assert requiring(q, word) == required


def test_quoted_word_is_not_optional() -> None:
    root = parse('ferry "yesterday"').root
    assert isinstance(root, And)
    assert [node.source for node in root.children if isinstance(node, Word)] == ["ferry"]


@pytest.mark.parametrize(
    ("text", "query"), [("A ferry", '"A ferry"'), ("The “Fern” speaks", '"The  Fern  speaks"'), ('"', '""')]
)
def test_text_as_a_phrase(text: str, query: str) -> None:
    assert as_phrase(text) == query
