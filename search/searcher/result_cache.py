"""Caches the results of searches, limited in bytes, so that a repeated search is not computed again."""

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar, cast

import msgspec

from search.byte_cache import ByteCache
from search.errors import RequestInvalid
from search.request import SearchRequest

Result = TypeVar("Result")
Size = Callable[[Any], int]

_KEY_BYTES: Final = 4000
"""About the size of a request and of the entry of the cache."""
_BYTES_PER_JSON_BYTE: Final = 2
"""How much more memory results take than their JSON, at most: measured for pages of hits, facets and timelines."""


class ResultCache:
    """The results of all searchers of an engine.  Thread-safe.

    It keeps refusals too, which cost as much as the dearest answers.  It must not refer to a searcher: a replaced one
    releases its snapshot when its last search ends."""

    def __init__(self, max_bytes: int) -> None:
        self._cache: ByteCache[tuple[Hashable, ...], object] = ByteCache(max_bytes)

    def result(
        self, key: tuple[Hashable, ...], request: SearchRequest, compute: Callable[[], Result], size: Size | None = None
    ) -> Result:
        """The cached result, or a new one.  `size` measures it in bytes; by default it is estimated from its JSON."""
        key = (*key, request)
        found = self._cache.get(key)
        if found is None:
            try:
                found = compute()
            except RequestInvalid as refusal:
                found = refusal.with_traceback(None)
            self._cache.put(key, found, _size_of(request) + (size or json_size)(found))
        if isinstance(found, RequestInvalid):
            raise RequestInvalid(found.mistakes, found.complete)
        return cast(Result, found)


def json_size(result: object) -> int:
    """About the bytes that plain values take, without the request in them."""
    if isinstance(result, RequestInvalid):
        return _KEY_BYTES
    return _BYTES_PER_JSON_BYTE * len(msgspec.json.encode(result, enc_hook=lambda _: None))


def _size_of(request: SearchRequest) -> int:
    return _KEY_BYTES + _BYTES_PER_JSON_BYTE * len(request.model_dump_json(exclude_defaults=True))
