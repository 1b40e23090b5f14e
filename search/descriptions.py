"""Search results in words, for the page and the terminal."""

import re
from typing import NamedTuple

from search.results import Correction, Explanation, Fragment, WordMatch

_MATCH_TEXTS = {
    "exact": "as typed",
    "form": "as “{found}”",
    "synonym": "for “{word}”",
    "prefix": "as the beginning of a word",
    "phrase": "as a phrase",
}
_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Reason(NamedTuple):
    """A reason for the rank of an article: a word ("" for a boost), a text and a weight.

    The weight of a word is its share of the text score ("62%"), that of a boost is the increase ("+12%")."""

    word: str
    text: str
    weight: str


def reasons(explanation: Explanation) -> list[Reason]:
    """The reasons for an article's rank, without boosts below half a percent."""
    words = [_word_reason(match, explanation.text_score) for match in explanation.words]
    factors = [Reason("", factor.reason, f"{factor.value - 1:+.0%}") for factor in explanation.factors]
    return words + [reason for reason in factors if reason.weight.strip("+-") != "0%"]


def corrected(correction: Correction) -> tuple[Fragment, ...]:
    """The corrected query as fragments, with the replaced words as hits."""
    words = "|".join(re.escape(new) for _, new in correction.words)
    parts = re.split(rf"(?<!\w)({words})(?!\w)", correction.q, flags=re.IGNORECASE) if words else [correction.q]
    return tuple(Fragment(text, hit=index % 2 == 1) for index, text in enumerate(parts) if text)


def missing_words_text(most: int) -> str:
    """How many query words partial matches lack: `one of the words`, `up to three of the words`."""
    number = _NUMBERS[most] if most < len(_NUMBERS) else f"{most:,}"
    return f"{'one or ' if most == 2 else 'up to ' if most > 2 else ''}{number} of the words"


def _word_reason(match: WordMatch, text_score: float) -> Reason:
    fields = [each.field for each in match.occurrences]
    score = sum(each.score for each in match.occurrences)
    field_list = " and ".join(filter(None, (", ".join(fields[:-1]), *fields[-1:])))
    how = _MATCH_TEXTS[match.how].format(word=match.word, found=match.found)
    return Reason(
        match.found if match.how == "synonym" else match.word,
        f"{how}, in {field_list}" if field_list else how,
        f"{score / text_score if text_score else 0:.0%}",
    )
