"""Simulates typos: one edit of a word (transposition, deletion, insertion or substitution)."""

import random
import string
from typing import Final

SHORTEST: Final = 5
"""Minimum letters of a word: a shorter one cannot be recognized after an edit."""


def can_have_typo(word: str) -> bool:
    """Whether the word is long enough, of ASCII letters, and not one letter repeated."""
    return len(word) >= SHORTEST and word.isascii() and word.isalpha() and len(set(word.lower())) > 1


def with_typo(word: str, rng: random.Random) -> str:
    """The word with one random edit at a random position; the four kinds are equally likely."""
    while True:
        edit = rng.choice((_transpose, _delete, _insert, _substitute))
        edited = edit(word, rng.randrange(len(word)), rng.choice(string.ascii_lowercase))
        if edited != word:
            return edited


def edits(word: str) -> set[str]:
    """Every word with one edit of this word, itself included."""
    kinds = (_transpose, _delete, _insert, _substitute)
    return {
        edit(word, at, letter) for edit in kinds for at in range(len(word) + 1) for letter in string.ascii_lowercase
    }


def _transpose(word: str, at: int, _: str) -> str:
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _delete(word: str, at: int, _: str) -> str:
    return word[:at] + word[at + 1 :]


def _insert(word: str, at: int, letter: str) -> str:
    return word[:at] + letter + word[at:]


def _substitute(word: str, at: int, letter: str) -> str:
    return word[:at] + letter + word[at + 1 :]
