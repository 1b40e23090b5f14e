"""Answers kept ready: a request that was answered from the same index a moment ago is not worked out again."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from search import IndexInfo

MAX_BYTES = 16 * 2**20
LIFETIME = 30.0  # seconds; pages say how old the index is, to the minute

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A successful answer: its body and headers, and the index it was made from."""

    index: IndexInfo
    etag: str
    body: bytes
    headers: tuple[tuple[str, str], ...]


class ResponseCache:
    """The answers used last, up to a number of bytes.  Safe to share between threads."""

    def __init__(self, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = monotonic) -> None:
        self._answers: OrderedDict[Key, tuple[CachedResponse, float]] = OrderedDict()
        self._free = max_bytes
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = Lock()

    def get(self, key: Key) -> CachedResponse | None:
        """The answer to this request, unless there is none or it is too old."""
        with self._lock:
            found = self._answers.get(key)
            if found is None:
                return None
            answer, until = found
            if until < self._clock():
                self._drop(key)
                return None
            self._answers.move_to_end(key)
            return answer

    def put(self, key: Key, answer: CachedResponse) -> None:
        """Keep an answer; what was used longest ago makes room for it."""
        if _size(key, answer) > self._max_bytes // 8:
            return
        with self._lock:
            if key in self._answers:
                self._drop(key)
            self._answers[key] = answer, self._clock() + LIFETIME
            self._free -= _size(key, answer)
            while self._free < 0:
                self._drop(next(iter(self._answers)))

    def _drop(self, key: Key) -> None:
        answer, _ = self._answers.pop(key)
        self._free += _size(key, answer)


def _size(key: Key, answer: CachedResponse) -> int:
    return len(answer.body) + sum(map(len, key)) + 1000  # about what the objects around them take
