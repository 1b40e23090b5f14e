"""Search results in words, for the page and the terminal."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from search.explanation import Explanation, WordMatch
from search.quantities import number_word
from search.results import Correction, FacetResults, Fragment, SearchResults

_MATCH_TEXTS = {
    "exact": "as typed",
    "form": "as “{found}”",
    "synonym": "for “{word}”",
    "prefix": "as the beginning of a word",
    "phrase": "as a phrase",
}


def query_in_force(q: str, results: SearchResults | FacetResults) -> str:
    """The query that the results are of: `q` as typed, completed or corrected."""
    if results.prefix is not None:
        return results.prefix.q
    correction = results.correction
    return correction.q if correction is not None and correction.applied else q


class Reason(NamedTuple):
    """A reason for the rank of an article: a word ("" for a boost), a text and a weight.

    The weight of a word is its share of the text score ("62%"), that of a boost is a multiplier ("×1.12")."""

    word: str
    text: str
    weight: str


class Reasons(NamedTuple):
    """The words that an article matches by, and the boosts that changed its place."""

    words: list[Reason]
    boosts: list[Reason]


def reasons(explanation: Explanation) -> Reasons:
    """The reasons for an article's rank."""
    return Reasons(
        [_word_reason(match, explanation.text_score) for match in explanation.words],
        [Reason("", each.reason, f"×{each.value:.2f}") for each in explanation.factors if each.moved],
    )


def corrected(correction: Correction) -> tuple[Fragment, ...]:
    """The corrected query as fragments, with the replaced words as hits."""
    words = "|".join(re.escape(new) for _, new in correction.words)
    parts = re.split(rf"(?<!\w)({words})(?!\w)", correction.q, flags=re.IGNORECASE) if words else [correction.q]
    return tuple(Fragment(text, hit=index % 2 == 1) for index, text in enumerate(parts) if text)


def missing_words_text(number: int) -> str:
    """How many query words partial matches lack: `one of the words`, `12 of the words`."""
    return f"{number_word(number)} of the words"


def _word_reason(match: WordMatch, text_score: float) -> Reason:
    fields: dict[str, list[str]] = {}
    for each in match.occurrences:
        how = _MATCH_TEXTS[each.how].format(word=match.word, found=each.found)
        fields.setdefault(how, []).append(each.field)
    score = sum(each.score for each in match.occurrences)
    return Reason(
        match.found if match.how == "synonym" else match.word,
        "; ".join(f"{how}, in {_listed(names)}" for how, names in fields.items()),
        f"{score / text_score if text_score else 0:.0%}",
    )


def _listed(names: Sequence[str]) -> str:
    """The names as a list such as `title, excerpt and topics`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def has_collapsed_stories(results: SearchResults) -> bool:
    """Whether some stories have several articles, of which one is listed."""
    articles = results.total + (results.relaxed.total if results.relaxed else 0)
    return results.stories not in {None, articles}
