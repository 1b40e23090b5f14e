"""Evidence for names: how the running text of an article writes a word or two adjacent words.

A capital letter is evidence only within a sentence.  Headlines in Title Case give none.
"""

import re
from collections.abc import Iterable, Set
from typing import Final

from search.analysis.folding import fold
from search.analysis.function_words import FUNCTION_WORDS

_LONG_LOWER_CASE_WORD: Final = re.compile(r"\b[a-z]{4,}\b")
# A search for a capital letter first is faster than one for what precedes it.
_CAPITALIZED_RUN: Final = re.compile(r"[A-Z](?:(?<=[^\W_A-Z] [A-Z])|(?<=[,;] [A-Z]))\w*(?: [A-Z]\w*)*")


def capitalized_runs(texts: Iterable[str]) -> list[list[str]]:
    """The folded words of each run of words with an initial capital within a sentence (Elon Musk, OpenAI)."""
    return [
        [fold(word) for word in run.split()]
        for text in texts
        if _is_running_text(text)
        for run in _CAPITALIZED_RUN.findall(text)
    ]


def name_evidence(pair: tuple[str, str], capitalized: Set[tuple[str, str]], chunks: Set[str]) -> int:
    """1 if the article writes both words with capitals, -1 if it writes both in lower case, 0 if neither is known.

    `capitalized` are the adjacent words of its capitalized runs, `chunks` the chunks of its text."""
    if pair in capitalized:
        return 1
    return -1 if pair[0] in chunks and pair[1] in chunks else 0


def _is_running_text(text: str) -> bool:
    """Whether the text is not in Title Case, which leaves only function words in lower case."""
    return any(match[0] not in FUNCTION_WORDS for match in _LONG_LOWER_CASE_WORD.finditer(text))
