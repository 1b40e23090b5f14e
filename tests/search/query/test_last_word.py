"""Which queries end in a word that a reader may not have finished."""

import pytest

from search.query.last_word import last_word_as_prefix


@pytest.mark.parametrize(
    ("text", "word", "q"),
    [
        ("power aut", "aut", "power aut*"),
        ("au", "au", "au*"),
        ("tesla OR waym", "waym", "tesla OR waym*"),
        ("topic:ai robo", "robo", "topic:ai robo*"),
        ("the self-dri", "self-dri", "the self-dri*"),
        ("GPT-4 Zür", "Zür", "GPT-4 Zür*"),
        ('"electric trucks" ran', "ran", '"electric trucks" ran*'),
        ("-tesla robo", "robo", "-tesla robo*"),
    ],
)
def test_last_plain_word_may_go_on(text: str, word: str, q: str) -> None:
    assert last_word_as_prefix(text) == (word, q)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "power a", "power aut ", "power aut.", "aut*", "(aut)", '"power aut"', "-aut", "power NOT aut",
        "title:aut", "tesla AND", "GPT-4", "4o", "gardener's", "-(robo)",
    ],
)  # fmt: skip
def test_other_ends_are_finished(text: str) -> None:
    assert last_word_as_prefix(text) is None
