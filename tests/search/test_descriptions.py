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
    quantity,
    reasons,
    requiring,
)
from search.query.nodes import And, Word
from search.query.parser import parse
from tests.fake_engine import EXPLANATION


def test_reasons_of_an_explanation() -> None:
    """Shares of words and multipliers are apart; boosts that did not move the article are left out."""
    assert reasons(EXPLANATION) == (
        [
            Reason("ferries", "as “ferry”, in title; as typed, in excerpt", "50%"),
            Reason("AI", "for “artificial intelligence”, in topics", "30%"),
            Reason("harb", "as the beginning of a word, in title", "20%"),
        ],
        [Reason("", "the words stand close together", "×1.12"), Reason("", "published 6 months ago", "×1.08")],
    )


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (["title"], "as typed, in title"),
        (["title", "excerpt"], "as typed, in title and excerpt"),
        (["title", "excerpt", "topics"], "as typed, in title, excerpt and topics"),
    ],
)
def test_reason_lists_the_fields_of_a_word(fields: list[str], text: str) -> None:
    occurrences = tuple(Occurrence(field, 1.0, "exact", "ferry") for field in fields)
    ((reason,), _) = reasons(Explanation(3.0, (WordMatch("ferry", "exact", "ferry", occurrences),), ()))
    assert reason.text == text


@pytest.mark.parametrize(("value", "weight"), [(1.104, "×1.10"), (0.7, "×0.70"), (3.0, "×3.00")])
def test_weight_of_a_boost_is_a_multiplier(value: float, weight: str) -> None:
    _, (reason,) = reasons(Explanation(1.0, (), (Factor("recency", value, "new"),)))
    assert reason.weight == weight


def test_weight_is_zero_if_the_text_score_is_zero() -> None:
    ((reason,), _) = reasons(Explanation(0.0, (WordMatch("ferry", "exact", "ferry", ()),), ()))
    assert reason.weight == "0%"


@pytest.mark.parametrize(
    ("most", "text"),
    [
        (1, "one of the words"),
        (2, "two of the words"),
        (12, "12 of the words"),
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


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [(0, "article", "0 articles"), (1, "article", "1 article"), (1234, "article", "1,234 articles"),
     (1, "story", "1 story"), (2, "story", "2 stories"), (2, "day", "2 days")],
)  # fmt: skip
def test_quantity(number: int, noun: str, text: str) -> None:
    assert quantity(number, noun) == text
