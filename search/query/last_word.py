"""The last word of a query as a prefix: a reader who searches while typing has not finished it."""

from typing import Final, NamedTuple

from search.analysis.folding import fold
from search.query.lexer import plain_words

_MIN_LETTERS: Final = 2


class LastWord(NamedTuple):
    """The last word of a query, the query with that word as a prefix, and how a word that goes on begins: folded.

    A compound (self-dri) goes on if its last part does, or if it does as one word."""

    word: str
    q: str
    beginnings: tuple[str, ...]


def last_word_as_prefix(text: str) -> LastWord | None:
    """The query that also matches continuations of the last word; None unless the text ends in a plain word of two
    letters or more."""
    words = plain_words(text)
    if not words:
        return None
    start, end = words[-1]
    if end < len(text) or end - start < _MIN_LETTERS:
        return None
    last_part = fold(text[start:end])
    for other_start, other_end in reversed(words[:-1]):
        if text[other_end:start] != "-":
            break
        start = other_start  # the parts of a compound are one prefix
    word = text[start:]
    return LastWord(word, f"{text}*", tuple(dict.fromkeys((last_part, fold(word.replace("-", ""))))))
