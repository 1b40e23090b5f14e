"""The response cache: expiry, size limit, order of eviction."""

import pytest

from tests.fake_engine import INFO
from web.response_cache import LIFETIME, OVERHEAD, CachedResponse, ResponseCache


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def response(size: int = 0) -> CachedResponse:
    return CachedResponse(INFO, "etag", b"x" * size, ())


def of_total_size(size: int) -> CachedResponse:
    """A response that takes `size` bytes of the cache under a key of one letter."""
    return response(size - OVERHEAD - 1)


def keys_in(cache: ResponseCache, keys: str) -> str:
    return "".join(key for key in keys if cache.get((key,)) is not None)


def test_response_expires_after_its_lifetime() -> None:
    clock = Clock()
    cache = ResponseCache(clock=clock)
    cache.put(("a",), response())
    clock.now += LIFETIME
    assert keys_in(cache, "a") == "a"
    clock.now += 0.001
    assert keys_in(cache, "a") == ""


def test_expired_response_frees_its_bytes() -> None:
    clock = Clock()
    cache = ResponseCache(max_bytes=16_000, clock=clock)
    for key in "abcdefgh":
        cache.put((key,), of_total_size(2000))
    clock.now += LIFETIME + 1
    assert keys_in(cache, "abcdefgh") == ""
    for key in "ijklmnop":
        cache.put((key,), of_total_size(2000))
    assert keys_in(cache, "ijklmnop") == "ijklmnop"


def test_full_cache_evicts_the_least_recently_used_response() -> None:
    cache = ResponseCache(max_bytes=16_000)
    for key in "abcdefgh":
        cache.put((key,), of_total_size(2000))
    assert keys_in(cache, "a") == "a"
    cache.put(("i",), of_total_size(1001))
    assert keys_in(cache, "abcdefghi") == "acdefghi"


def test_large_response_evicts_as_many_as_it_needs() -> None:
    cache = ResponseCache(max_bytes=16_000)
    for key in "abcdefghijklmn":
        cache.put((key,), of_total_size(1100))
    cache.put(("o",), of_total_size(2000))
    assert keys_in(cache, "abcdefghijklmno") == "cdefghijklmno"


def test_new_response_replaces_the_old_one_and_frees_its_bytes() -> None:
    cache = ResponseCache(max_bytes=16_000)
    for key in "abcdefgh":
        cache.put((key,), of_total_size(2000))
    new = of_total_size(2000)
    cache.put(("h",), new)
    assert cache.get(("h",)) is new
    assert keys_in(cache, "abcdefgh") == "abcdefgh"


@pytest.mark.parametrize(("size", "cached"), [(2000, "a"), (2001, "")])
def test_response_larger_than_an_eighth_of_the_cache_is_not_cached(size: int, cached: str) -> None:
    cache = ResponseCache(max_bytes=16_000)
    cache.put(("a",), of_total_size(size))
    assert keys_in(cache, "a") == cached


def test_every_part_of_the_key_counts() -> None:
    cache = ResponseCache(max_bytes=16_000)
    cache.put(("a" * 500, "b" * 501), response())
    assert cache.get(("a" * 500, "b" * 501)) is None
