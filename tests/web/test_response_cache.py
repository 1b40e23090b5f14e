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
    """A response that takes `size` bytes of the cache, an odd number, under a key of one letter."""
    return response((size - OVERHEAD - 1) // 2)


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
    cache = ResponseCache(max_bytes=16_008, clock=clock)
    for key in "abcdefgh":
        cache.put((key,), of_total_size(2001))
    clock.now += LIFETIME + 1
    assert keys_in(cache, "abcdefgh") == ""
    for key in "ijklmnop":
        cache.put((key,), of_total_size(2001))
    assert keys_in(cache, "ijklmnop") == "ijklmnop"


def test_full_cache_evicts_the_least_recently_used_response() -> None:
    cache = ResponseCache(max_bytes=16_008)
    for key in "abcdefgh":
        cache.put((key,), of_total_size(2001))
    assert keys_in(cache, "a") == "a"
    cache.put(("i",), of_total_size(1001))
    assert keys_in(cache, "abcdefghi") == "acdefghi"


def test_large_response_evicts_as_many_as_it_needs() -> None:
    cache = ResponseCache(max_bytes=16_008)
    for key in "abcdefghijklmn":
        cache.put((key,), of_total_size(1101))
    cache.put(("o",), of_total_size(2001))
    assert keys_in(cache, "abcdefghijklmno") == "cdefghijklmno"


def test_new_response_replaces_the_old_one_and_frees_its_bytes() -> None:
    cache = ResponseCache(max_bytes=16_008)
    for key in "abcdefgh":
        cache.put((key,), of_total_size(2001))
    new = of_total_size(2001)
    cache.put(("h",), new)
    assert cache.get(("h",)) is new
    assert keys_in(cache, "abcdefgh") == "abcdefgh"


@pytest.mark.parametrize(("size", "cached"), [(4001, "a"), (4003, "")])
def test_response_larger_than_a_quarter_of_the_cache_is_not_cached(size: int, cached: str) -> None:
    cache = ResponseCache(max_bytes=16_008)
    cache.put(("a",), of_total_size(size))
    assert keys_in(cache, "a") == cached


def test_every_part_of_the_key_counts() -> None:
    cache = ResponseCache(max_bytes=16_008)
    cache.put(("a" * 1500, "b" * 1503), response())
    assert cache.get(("a" * 1500, "b" * 1503)) is None
