"""Work that may be done beside what goes on, where there is another process to do it."""

from collections.abc import Callable
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Beside(Protocol):
    """Has work done in another process; what it returns waits for the result."""

    def __call__(self, work: Callable[[], _T], /) -> Callable[[], _T]: ...
