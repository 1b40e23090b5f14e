"""Costs of mistakes in typing and spelling, for words that are one or two edits apart."""

import re
from functools import lru_cache
from typing import Final

# Costs are in units of log(document frequency): one edit outweighs a word that is e³ times as frequent.
EDIT_COST: Final = 3.0
FREQUENT_SLIP_COST: Final = 2.25
"""Swapped letters, a letter doubled or not doubled."""
LIKELY_SLIP_COST: Final = 2.5
"""A neighbouring key, a vowel or a letter of the same sound."""
_OTHER_LETTER_COST: Final = 4.0
"""Fingers and ears seldom take a letter for an unrelated one: slack is no mistake for stack."""
_FIRST_LETTER_COST: Final = 1.5
_TWO_LETTERS_COST: Final = 1.0
"""Two letters more or less make rather another word (Mobileye, mobile)."""
SAME_SOUND_COST: Final = 4.0
"""Two edits that do not change the sound."""

_KEYBOARD: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_CONFUSED: Final = ("aeiouy", "ckqs", "sz", "gj", "fv", "td", "mn")


def _near_letters() -> frozenset[str]:
    """Pairs of letters that are neighbours on a keyboard or sound alike."""
    keys = {key: (x + y / 3, y) for y, row in enumerate(_KEYBOARD) for x, key in enumerate(row)}
    near = {a + b for a, (x, y) in keys.items() for b, (u, v) in keys.items() if abs(x - u) < 1.1 and abs(y - v) < 2}
    return frozenset(near | {a + b for group in _CONFUSED for a in group for b in group})


_NEAR: Final = _near_letters()

_SOUNDS: Final = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("x", "ks"), ("sch|sh|ch|[cst]i(?=[aeou])", "x"), ("ph", "f"), ("ck|q", "k"), ("c(?=[eiy])|z", "s"),
        ("c", "k"), ("gh", ""), ("g(?=[ei])", "j"), ("wr", "r"), ("kn", "n"), ("(?<=.)[aeiouyhw]", ""),
        (r"(.)\1+", r"\1"),
    )
]  # fmt: skip


_REPEATED: Final = re.compile(r"(.)\1+")


def slip_cost(word: str, candidate: str, distance: int) -> float:
    """The cost of typing the word instead of the candidate, which is 1 or 2 edits away."""
    same_start = word[0] == candidate[0]
    same_sound = (distance > 1 or not same_start) and sound(word) == sound(candidate)
    if distance == 1:
        cost = _single_slip_cost(word, candidate)
    elif without_doubles(word) == without_doubles(candidate):
        cost = FREQUENT_SLIP_COST * distance
    elif not same_sound and len(replaced := _replaced_letters(word, candidate)) == distance:
        cost = sum(map(_letter_cost, replaced))
    else:
        two_letters = abs(len(word) - len(candidate)) == distance
        cost = EDIT_COST * distance + _TWO_LETTERS_COST * two_letters
        cost = SAME_SOUND_COST if same_sound and not two_letters else cost
    return cost + (0 if same_start or same_sound else _FIRST_LETTER_COST)


def _single_slip_cost(word: str, candidate: str) -> float:
    if replaced := _replaced_letters(word, candidate):
        return FREQUENT_SLIP_COST if sorted(word) == sorted(candidate) else _letter_cost(replaced[0])
    if without_doubles(word) == without_doubles(candidate):
        return FREQUENT_SLIP_COST
    if len(word) < len(candidate):
        return EDIT_COST
    at = next((i for i, letter in enumerate(candidate) if word[i] != letter), len(candidate))
    neighbours = word[max(at - 1, 0) : at] + word[at + 1 : at + 2]
    return EDIT_COST if any(word[at] + letter in _NEAR for letter in neighbours) else _OTHER_LETTER_COST


def _replaced_letters(word: str, candidate: str) -> list[str]:
    """The wrong and the right letter at each place where words of one length differ."""
    if len(word) != len(candidate):
        return []
    return [wrong + right for wrong, right in zip(word, candidate, strict=True) if wrong != right]


def _letter_cost(replaced: str) -> float:
    return LIKELY_SLIP_COST if replaced in _NEAR else _OTHER_LETTER_COST


@lru_cache(maxsize=1 << 14)
def without_doubles(word: str) -> str:
    return _REPEATED.sub(r"\1", word)


@lru_cache(maxsize=1 << 14)
def sound(word: str) -> str:
    """A key that words of a like sound have in common: the first letter and the consonants, by their sounds."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word
