"""Searches offered at a multiple of the rate that one worker can answer.

At least 80% of that rate must be answered, and everything else refused with `Retry-After`; probes always answered."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from search import build_index
from search.demo import write_archive
from tests.faults.load import Load, capacity, offer, searches
from tests.faults.server import Server, serving

TITLE: Final = "Overload"

ARTICLES: Final = int(os.environ.get("ARTICLES", "20000"))
SECONDS: Final = float(os.environ.get("SECONDS", "10"))
WORDS: Final = ("baklo", "bebam", "bebro", "beka", "bekla", "besa", "bila", "bina", "bisa", "bodo", "robot", "car")


def measure() -> Iterator[tuple[str, str]]:
    with TemporaryDirectory() as folder:
        archive, index = Path(folder) / "archive", Path(folder) / "index"
        write_archive(archive, ARTICLES, seed=1)
        build_index(archive, index)
        with serving(index, workers=1, max_client_connections=10_000) as server:
            yield from _rows(server)


def _rows(server: Server) -> Iterator[tuple[str, str]]:
    paths = searches(WORDS)
    capacity(server.port, paths, 2.0)  # warms up
    most = capacity(server.port, paths, SECONDS)
    yield "searches that four clients get answered", f"{most:,.0f}/s"
    for factor in (1, 2, 4):
        load, slowest_probe = _with_probes(server, paths, factor * most)
        offered = load.statuses.total() / load.seconds
        share = load.served_per_second / most
        yield (
            f"offered {factor}× ({offered:,.0f}/s)",
            f"{share:.0%} answered ({load.served_per_second:,.0f}/s, p99 {_p99(load, 200)}), "
            f"{load.statuses[503]:,} × 503 (p99 {_p99(load, 503)}), slowest probe {slowest_probe * 1000:,.0f} ms",
        )
        assert set(load.statuses) <= {200, 503}, load.statuses
        assert load.without_retry_after == 0
        assert factor == 1 or share >= 0.8, share


def _p99(load: Load, status: int) -> str:
    times = sorted(load.times.get(status, ()))
    return f"{times[int(len(times) * 0.99)] * 1000:,.0f} ms" if times else "–"


def _with_probes(server: Server, paths: Iterator[str], per_second: float) -> tuple[Load, float]:
    """The load, and the seconds of the slowest of the probes that were sent all the time."""
    slowest, done = 0.0, threading.Event()

    def probe() -> None:
        nonlocal slowest
        while not done.wait(0.05):
            started = perf_counter()
            assert server.status("/healthz") == 200
            slowest = max(slowest, perf_counter() - started)

    prober = threading.Thread(target=probe)
    prober.start()
    try:
        return offer(server.port, paths, per_second, SECONDS), slowest
    finally:
        done.set()
        prober.join()
