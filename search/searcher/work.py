"""Limits the work of a request: how many postings, positions and scores its searches may touch.

The limit grows with the archive, as the work of a usual search does.  It allows what people and programs ask for, and
refuses what takes more than 20 times as long as the median of random queries (`tests/faults/work.py`).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal

from search.errors import Mistake, RequestInvalid

Part = Literal["words", "prefixes", "phrases", "spelling", "explanations"]

PASSES: Final = 100
"""A request may touch so many postings for each article of the archive."""
LEAST: Final = 2_000_000
"""A request may touch so many postings in any archive: 5 ms."""

SPELLING_WORK: Final = 2
"""How much longer it takes to compare a mistyped word with one of the dictionary than to match a posting."""

_DEAR: Final[dict[Part, tuple[str, str]]] = {
    "words": ("frequent words", "Use fewer words or groups, or rarer words."),
    "prefixes": ("words with *", "Use fewer of them, or write more letters before *."),
    "phrases": ("phrases of frequent words", "Use fewer or longer phrases."),
    "spelling": ("words that no article has", "Use fewer of them."),
    "explanations": ("explanations of many results", "Leave out explain, or lower per_page."),
}


class Work:
    """The work of one request.  A unit is the time in which one posting is matched: about 2 ns."""

    def __init__(self, doc_count: int, shared: bool = False) -> None:
        self._shared = shared
        self.limit = max(LEAST, PASSES * doc_count)
        self.done: Counter[Part] = Counter()

    def add(self, part: Part, units: int) -> None:
        """Count work before it is done.  Raises `RequestInvalid` if the request then takes too much."""
        self.done[part] += units
        if (total := self.done.total()) > self.limit:
            dearest, share = self.done.most_common(1)[0]
            what, advice = _DEAR[dearest]
            detail = f"takes too much work, {share * 100 // total}% of it for {what}. {advice}"
            if self._shared:
                detail += " The searches of one request share the limit."
            parameter = "explain" if dearest == "explanations" else "q"
            raise RequestInvalid([Mistake(parameter, detail, "too_much_work")])


_shared: ContextVar[list[Work] | None] = ContextVar("shared work", default=None)


@contextmanager
def shared_work() -> Iterator[None]:
    """Within this context, all searches together may do the work of one request."""
    token = _shared.set([])
    try:
        yield
    finally:
        _shared.reset(token)


def work_on(doc_count: int) -> Work:
    """The work of the current request, or of a new one, on an index of so many documents."""
    shared = _shared.get()
    if shared is None:
        return Work(doc_count)
    if not shared:
        shared.append(Work(doc_count, shared=True))
    return shared[0]
