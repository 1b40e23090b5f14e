"""Which part of a long text shows best why it was found."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from search.analysis.folding import CONTINUING, UNSPACED

_LONGEST_WORD = 100
_words = re.compile(rf"[{UNSPACED}][{CONTINUING}]*|[^\s{UNSPACED}]{{1,{_LONGEST_WORD}}}").finditer


class Span(NamedTuple):
    """A stretch of a text that matched, and the numbers of the words of the query that it matched for."""

    start: int
    end: int
    words: frozenset[int] = frozenset()


def apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that overlap made one."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start < result[-1].end:
            before = result[-1]
            result[-1] = Span(before.start, max(before.end, span.end), before.words | span.words)
        else:
            result.append(span)
    return result


def window(text: str, marks: Sequence[Span], longest: int) -> tuple[int, int]:
    """Where the best part of a text of more than `longest` characters begins and ends.

    That is the part with the most different words of the query; of several the one with the most marks; then the one
    whose marks come first.  Around them stands as much as there is room for, and before them the whole beginning of the
    text if it will do.  Where nothing is marked, it is the beginning.

    With a character more on each side where it is cut, it has at most `longest`.  It is cut between words and outside
    the marks, which are `apart`; elsewhere only if there is no such place."""
    pieces = _Pieces(text, marks, longest)
    first, last = pieces.around(*pieces.best(marks))
    return (pieces.starts[first], pieces.ends[last]) if first <= last else (0, longest - 1)


class _Pieces:
    """A text in pieces that are not cut.  A run of them is told by its first and its last."""

    def __init__(self, text: str, marks: Sequence[Span], longest: int) -> None:
        pieces = apart(chain((Span(*word.span()) for word in _words(text)), marks))
        self.starts = [0, *(piece.start for piece in pieces[1:])]
        self.ends = [*(piece.end for piece in pieces[:-1]), len(text)]
        self._final = len(self.ends) - 1
        self._longest = longest

    def best(self, marks: Sequence[Span]) -> tuple[int, int]:
        """The run from the first to the last mark of the best part."""
        at = [bisect_right(self.starts, mark.start) - 1 for mark in marks]
        best, most, held, stop = (0, 0), (0, 0), Counter[int](), 0
        for first, mark in enumerate(marks):
            while stop < len(marks) and self._fits(at[first], at[stop]):
                held.update(marks[stop].words)
                stop += 1
            worth = len(held), stop - first
            if worth > most:
                best, most = (at[first], at[stop - 1]), worth
            held -= Counter(mark.words)
            stop = max(stop, first + 1)
        return best

    def around(self, first: int, last: int) -> tuple[int, int]:
        """The longest run with this one in its middle, or as near to that as the ends of the text allow."""
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
        """The last piece of the longest run from here."""
        limit = self.starts[first] + self._longest - (first > 0)
        return self._final if self.ends[-1] <= limit else bisect_right(self.ends, limit - 1) - 1

    def _earliest(self, last: int) -> int:
        """The first piece of the longest run up to here."""
        limit = self.ends[last] - self._longest + (last < self._final)
        return 0 if limit <= 0 else bisect_left(self.starts, limit + 1)
