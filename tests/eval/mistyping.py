"""A word as a hurried hand types it: one slip, of the four kinds there are."""

import random
import string
from typing import Final

SHORTEST: Final = 5
"""Letters a word must have: with fewer, one slip leaves too little to know the word by."""


def can_be_mistyped(word: str) -> bool:
    """Whether it is long enough, of plain letters, and has two neighbours that differ."""
    return len(word) >= SHORTEST and word.isascii() and word.isalpha() and len(set(word.lower())) > 1


def mistyped(word: str, chance: random.Random) -> str:
    """The word with two neighbours swapped, a letter dropped, one put in, or one replaced, each as likely and
    anywhere."""
    while True:
        slip = chance.choice((_swap, _drop, _insert, _replace))
        wrong = slip(word, chance.randrange(len(word)), chance.choice(string.ascii_lowercase))
        if wrong != word:
            return wrong


def _swap(word: str, at: int, _: str) -> str:
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _drop(word: str, at: int, _: str) -> str:
    return word[:at] + word[at + 1 :]


def _insert(word: str, at: int, letter: str) -> str:
    return word[:at] + letter + word[at:]


def _replace(word: str, at: int, letter: str) -> str:
    return word[:at] + letter + word[at + 1 :]
