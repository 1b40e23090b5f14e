"""The terms of a text's words as one string, which `str.find` searches much faster than a loop over words does.

A word is text between white space.  No token spans two words, so the terms of a text are those of its words."""

from collections.abc import Iterator, Sequence
from typing import Final

from search.analysis.analyzer import chunks, forms_of
from search.analysis.stemming import stem

_CACHED_WORDS: Final = 1 << 16
_LONGEST_CACHED: Final = 40
_TERM_END: Final = "\0"
_WORD_END: Final = "\n"


class _Cache(dict[str, str]):
    """Word → its terms, each between two NULs.  It is emptied when full."""

    def __missing__(self, word: str) -> str:
        terms = dict.fromkeys(stem(form) for form, _ in forms_of(chunks(word)))
        joined = "".join(f"{_TERM_END}{term}" for term in terms) + _TERM_END
        if len(word) <= _LONGEST_CACHED:
            if len(self) >= _CACHED_WORDS:
                self.clear()
            self[word] = joined
        return joined


_cached_terms = _Cache().__getitem__


def joined_terms(words: Sequence[str]) -> str:
    """The terms of the words, to be searched for the patterns below."""
    return _WORD_END.join(map(_cached_terms, words))


def term_pattern(term: str) -> str:
    return f"{_TERM_END}{term}{_TERM_END}"


def prefix_pattern(prefix: str) -> str:
    return f"{_TERM_END}{prefix}"


def word_indices(joined: str, pattern: str) -> Iterator[int]:
    """The index of each word that has a term with the pattern; an index can repeat."""
    found = joined.find(pattern)
    while found >= 0:
        yield joined.count(_WORD_END, 0, found)
        found = joined.find(pattern, found + 1)
