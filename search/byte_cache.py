"""A least-recently-used cache that is limited in bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Final, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Cached = TypeVar("Cached")

_LARGEST_SHARE: Final = 4
"""A value that takes more than this part of the cache would evict too many others."""


class ByteCache(Generic[Key, Cached]):
    """Values with their sizes, as the caller measures them.  Thread-safe.

    `hits` and `misses` count the look-ups."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = self._free_bytes = max_bytes
        self._entries: OrderedDict[Key, tuple[Cached, int]] = OrderedDict()
        self._lock = Lock()
        self.hits = self.misses = 0

    def get(self, key: Key) -> Cached | None:
        """The cached value, or None."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                self.misses += 1
                return None
            self.hits += 1
            self._entries.move_to_end(key)
            return entry[0]

    def put(self, key: Key, value: Cached, size: int) -> None:
        """Cache a value of so many bytes unless it is too large; the least recently used ones make room for it."""
        if size * _LARGEST_SHARE > self._max_bytes:
            return
        with self._lock:
            self._remove(key)
            self._entries[key] = value, size
            self._free_bytes -= size
            while self._free_bytes < 0:
                self._remove(next(iter(self._entries)))

    def remove(self, key: Key) -> None:
        """Forget the value of a key, if there is one."""
        with self._lock:
            self._remove(key)

    def _remove(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._free_bytes += entry[1]
