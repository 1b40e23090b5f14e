"""An answer in words, the same on the page and in the terminal."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from search.results import Correction, Explanation, Fragment, WordMatch

_HOW = {
    "exact": "as typed",
    "form": "as “{found}”",
    "synonym": "for “{word}”",
    "prefix": "as the beginning of a word",
    "phrase": "as a phrase",
}
_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Reason(NamedTuple):
    """One reason for an article's place: the word it is about, "" for none; what is to be said; and how much it gave.

    A word's `weight` is its part of what all words gave ("62%"), a factor's what it added to that ("+12%")."""

    word: str
    text: str
    weight: str


def reasons(explanation: Explanation) -> list[Reason]:
    """Why an article has its place.  Factors that made no difference, to the per cent, are not told."""
    words = [_of_word(match, explanation.text_score) for match in explanation.words]
    factors = [Reason("", factor.reason, f"{factor.value - 1:+.0%}") for factor in explanation.factors]
    return words + [reason for reason in factors if reason.weight.strip("+-") != "0%"]


def corrected(correction: Correction) -> tuple[Fragment, ...]:
    """The corrected query, the replaced words as hits."""
    return tuple(_corrected(correction))


def lacked(most: int) -> str:
    """What articles that lack at most so many words lack: `one of the words`, `up to three of the words`."""
    number = _NUMBERS[most] if most < len(_NUMBERS) else f"{most:,}"
    return f"{'one or ' if most == 2 else 'up to ' if most > 2 else ''}{number} of the words"


def _of_word(match: WordMatch, whole: float) -> Reason:
    fields = [found.field for found in match.occurrences]
    given = sum(found.score for found in match.occurrences)
    places = " and ".join(filter(None, (", ".join(fields[:-1]), *fields[-1:])))
    how = _HOW[match.how].format(word=match.word, found=match.found)
    return Reason(
        match.found if match.how == "synonym" else match.word,
        f"{how}, in {places}" if places else how,
        f"{given / whole if whole else 0:.0%}",
    )


def _corrected(correction: Correction) -> Iterator[Fragment]:
    words = "|".join(re.escape(new) for _, new in correction.words)
    parts = re.split(rf"(?<!\w)({words})(?!\w)", correction.q, flags=re.IGNORECASE) if words else [correction.q]
    for place, text in enumerate(parts):
        if text:
            yield Fragment(text, hit=place % 2 == 1)
