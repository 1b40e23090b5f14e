"""Selects the passage of a long text that matches the query best."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from search.analysis.folding import CONTINUING, UNSPACED

_LONGEST_WORD = 100
_words = re.compile(rf"[{UNSPACED}][{CONTINUING}]*|[^\s{UNSPACED}]{{1,{_LONGEST_WORD}}}").finditer

Span: TypeAlias = tuple[int, int, frozenset[int]]
"""Start and end of a part of a text that matches, and the numbers of the query words that it matches."""


def merge_overlapping(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping ones merged."""
    result: list[Span] = []
    for start, end, words in sorted(spans):
        if result and start < result[-1][1]:
            first, last, others = result[-1]
            result[-1] = first, max(last, end), others | words
        else:
            result.append((start, end, words))
    return result


def best_passage(text: str, matches: Sequence[Span], longest: int) -> tuple[int, int]:
    """Start and end of the best passage of a text of more than `longest` characters.

    The best passage has the most distinct query words, then the most matches, then the first match.  Context fills the
    rest.  The passage begins at the start of the text if the matches still fit, and if there are no matches.

    The length is at most `longest`, with one more character for each cut.  Cuts are between words and outside the
    matches, which must not overlap; elsewhere only if a word or match is too long."""
    pieces = _Pieces(text, matches, longest)
    first, last = pieces.around(*pieces.best(matches))
    return (pieces.starts[first], pieces.ends[last]) if first <= last else (0, longest - 1)


class _Pieces:
    """The words and matches of a text, which are never cut.  A run is given by its first and last piece."""

    def __init__(self, text: str, matches: Sequence[Span], longest: int) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        last = 0
        for start, end in sorted([*(word.span() for word in _words(text)), *(match[:2] for match in matches)]):
            if self.starts and start < last:
                last = self.ends[-1] = max(last, end)
            else:
                self.starts.append(start)
                self.ends.append(end)
                last = end
        self.starts[:1], self.ends[-1:] = [0], [len(text)]
        self._final = len(self.ends) - 1
        self._longest = longest

    def best(self, matches: Sequence[Span]) -> tuple[int, int]:
        """The run from the first to the last match of the best passage."""
        pieces = [bisect_right(self.starts, start) - 1 for start, _, _ in matches]
        best, best_score, words, stop = (0, 0), (0, 0), Counter[int](), 0
        for first, match in enumerate(matches):
            while stop < len(matches) and self._fits(pieces[first], pieces[stop]):
                words.update(matches[stop][2])
                stop += 1
            score = len(words), stop - first
            if score > best_score:
                best, best_score = (pieces[first], pieces[stop - 1]), score
            words -= Counter(match[2])
            stop = max(stop, first + 1)
        return best

    def around(self, first: int, last: int) -> tuple[int, int]:
        """The longest run that fits around this one, centred as far as the text allows."""
        if self._fits(0, last):
            first = 0
        else:
            room = self._longest - 2 - (self.ends[last] - self.starts[first])
            first = bisect_left(self.starts, self.starts[first] - max(0, room // 2))
        last = self._furthest(first)
        return self._earliest(last), last

    def _fits(self, first: int, last: int) -> bool:
        return self.ends[last] - self.starts[first] + (first > 0) + (last < self._final) <= self._longest

    def _furthest(self, first: int) -> int:
        """The last piece of the longest run that starts with `first`."""
        limit = self.starts[first] + self._longest - (first > 0)
        return self._final if self.ends[-1] <= limit else bisect_right(self.ends, limit - 1) - 1

    def _earliest(self, last: int) -> int:
        """The first piece of the longest run that ends with `last`."""
        limit = self.ends[last] - self._longest + (last < self._final)
        return 0 if limit <= 0 else bisect_left(self.starts, limit + 1)
