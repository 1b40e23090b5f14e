"""Which queries end in a word that a reader may not have finished."""

import pytest

from search.query.last_word import last_word_as_prefix


@pytest.mark.parametrize(
    ("text", "word", "q", "beginnings"),
    [
        ("power aut", "aut", "power aut*", ("aut",)),
        ("au", "au", "au*", ("au",)),
        ("tesla OR waym", "waym", "tesla OR waym*", ("waym",)),
        ("topic:ai robo", "robo", "topic:ai robo*", ("robo",)),
        ("the self-dri", "self-dri", "the self-dri*", ("dri", "selfdri")),
        ("GPT-4 Zür", "Zür", "GPT-4 Zür*", ("zur",)),
        ('"electric trucks" ran', "ran", '"electric trucks" ran*', ("ran",)),
        ("-tesla robo", "robo", "-tesla robo*", ("robo",)),
    ],
)
def test_last_plain_word_may_go_on(text: str, word: str, q: str, beginnings: tuple[str, ...]) -> None:
    assert last_word_as_prefix(text) == (word, q, beginnings)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "power a", "power aut ", "power aut.", "aut*", "(aut)", '"power aut"', "-aut", "power NOT aut",
        "title:aut", "tesla AND", "GPT-4", "4o", "gardener's", "-(robo)",
    ],
)  # fmt: skip
def test_other_ends_are_finished(text: str) -> None:
    assert last_word_as_prefix(text) is None
