"""Caches are limited in bytes, whatever the answers are."""

import gc
import tracemalloc
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest

from search import SearchRequest
from search.byte_cache import ByteCache
from search.searcher.result_cache import ResultCache, json_size
from tests.faults.memory import LARGE
from tests.faults.work import API, Sent, Service

MEGABYTE: Final = 2**20


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({**LARGE, "per_page": 40, "q": "robot OR the OR car OR -{}"}, id="explained results"),
        pytest.param({"facets": "*", "facet_size": 1000, "per_page": 0, "q": "-{}"}, id="values"),
        pytest.param({"timeline": "day", "per_page": 0, "facets": "", "q": "-{}"}, id="timelines"),
        pytest.param({"url": ["https://{}.example/" + "x" * 300] * 40, "per_page": 0}, id="filters"),
    ],
)
def test_fault_67_caches_of_a_process_stay_within_the_setting(
    sample_index: Path, parameters: dict[str, object]
) -> None:
    service = Service(sample_index, cache_mb=1)
    numbers = count()

    def ask(times: int) -> None:
        for number, _ in zip(numbers, range(times), strict=False):
            of_number = {
                name: [each.format(number) for each in value] if isinstance(value, list) else str(value).format(number)
                for name, value in parameters.items()
            }
            sent = Sent("", f"{API}/search", urlencode(of_number, doseq=True), encoding="gzip")
            assert service.send(sent).status == 200

    ask(3)  # loads modules, fills the caches of articles
    gc.collect()
    tracemalloc.start()
    try:
        ask(60)
        gc.collect()
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 3 * MEGABYTE  # other threads of the tests allocate, too


def test_value_larger_than_a_quarter_is_not_cached() -> None:
    cache: ByteCache[str, str] = ByteCache(100)
    cache.put("a", "small", 25)
    cache.put("b", "large", 26)
    assert (cache.get("a"), cache.get("b")) == ("small", None)
    assert (cache.hits, cache.misses) == (1, 1)


def test_cache_of_no_bytes_computes_every_result_again() -> None:
    cache, calls = ResultCache(0), count()
    results = [cache.result((), SearchRequest(), lambda: next(calls), json_size) for _ in range(3)]
    assert results == [0, 1, 2]
