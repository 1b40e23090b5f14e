"""Caches successful responses, so that a repeated request is not computed again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING

from search import ByteCache, IndexInfo
from web.compression import MIN_BYTES, best_coding, compressed
from web.preconditions import not_modified

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_BYTES = 32 * 2**20
LIFETIME = 30.0  # seconds; pages show the age of the index, to the minute
_WITH_COPIES = 2  # the body, and a third of its size for each of two compressed copies
OVERHEAD = 1000  # bytes, about the size of the Python objects of one cached response

Key = tuple[str | bytes, ...]


@dataclass(frozen=True)
class CachedResponse:
    """The body and headers of a 200 response, and the index that it was computed from."""

    index: IndexInfo
    etag: str
    body: bytes
    headers: tuple[tuple[str, str], ...]

    @cached_property
    def _encoded(self) -> dict[str, tuple[bytes, tuple[tuple[str, str], ...]]]:
        """The body and headers in each coding that a client has asked for."""
        return {}

    def encoded(self, accept_encoding: str) -> tuple[bytes, list[tuple[str, str]]] | None:
        """The body and headers for a client with this Accept-Encoding header; None if it accepts no coding."""
        coding = best_coding(accept_encoding, len(self.body) < MIN_BYTES)
        if coding is None:
            return None
        if coding not in self._encoded:
            body = compressed(self.body, coding)
            length = ("Content-Length", str(len(body)))
            content_encoding = () if coding == "identity" else (("Content-Encoding", coding),)
            self._encoded[coding] = body, (*self.headers, *content_encoding, length)
        body, headers = self._encoded[coding]
        return body, [*headers]

    def is_known_to(self, environ: "WSGIEnvironment") -> bool:
        """Whether the client that sends this request has the response already."""
        return not_modified(environ, self.etag, self._last_modified)

    @cached_property
    def _last_modified(self) -> str:
        return dict(self.headers).get("Last-Modified", "")


class ResponseCache:
    """A cache of responses, limited in bytes and in the age of a response.  Thread-safe."""

    def __init__(self, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = monotonic) -> None:
        self._responses: ByteCache[Key, tuple[CachedResponse, float]] = ByteCache(max_bytes)
        self._clock = clock

    def get(self, key: Key) -> CachedResponse | None:
        """The cached response to this request, or None if there is none or it has expired."""
        entry = self._responses.get(key)
        if entry is None:
            return None
        response, expires = entry
        if expires < self._clock():
            self._responses.remove(key)
            return None
        return response

    def put(self, key: Key, response: CachedResponse) -> None:
        """Cache a response unless it is too large; the least recently used ones make room for it."""
        self._responses.put(key, (response, self._clock() + LIFETIME), _size(key, response))


def _size(key: Key, response: CachedResponse) -> int:
    return _WITH_COPIES * len(response.body) + sum(map(len, key)) + OVERHEAD
