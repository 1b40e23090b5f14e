"""The place in a list of results that the next call continues from."""

import re
from typing import Final, NamedTuple, Self

from search.errors import Mistake, RequestInvalid
from search.request import MAX_WINDOW

MAX_START: Final = MAX_WINDOW - 100
"""The next two pages fit into the window."""

_CURSOR: Final = re.compile(r"([0-9A-Za-z_][0-9A-Za-z_.-]{0,99})@([0-9]{1,5})", re.ASCII)


class Cursor(NamedTuple):
    """The snapshot that the results are from, and how many of them to skip.  As text it is `snapshot@number`."""

    snapshot: str
    start: int

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor with this text.  Raises `RequestInvalid`."""
        match = _CURSOR.fullmatch(text.strip())
        if match is None or int(match[2]) > MAX_START:
            raise RequestInvalid([Mistake("cursor", "must be the next_cursor of an answer", "unreadable")])
        return cls(match[1], int(match[2]))

    def __str__(self) -> str:
        return f"{self.snapshot}@{self.start}"
