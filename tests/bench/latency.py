"""Measures query latency.  The engines take turns, so that other load affects all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean
from time import perf_counter_ns

import numpy as np

from tests.bench.engines import Engine
from tests.bench.queries import QueryClass


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of a query."""

    p50: float
    p99: float


Latencies = Mapping[str, Mapping[str, Latency]]
"""Query class → engine → latency."""


def measure(
    engines: Mapping[str, Engine],
    classes: Sequence[QueryClass],
    rounds: int,
    slow: Collection[str] = (),
    slow_rounds: int = 0,
) -> Latencies:
    """Run every query on every engine `rounds` times, on the `slow` engines `slow_rounds` times.

    The engines alternate for each query, in rotating order."""
    times: dict[str, dict[str, list[int]]] = {each.name: {name: [] for name in engines} for each in classes}
    turn = 0
    for number in range(rounds):
        active = [name for name in engines if name not in slow or number < slow_rounds]
        for query_class in classes:
            for query in query_class.queries:
                turn += 1
                for offset in range(len(active)):
                    name = active[(turn + offset) % len(active)]
                    search = engines[name].search
                    started = perf_counter_ns()
                    search(query)
                    times[query_class.name][name].append(perf_counter_ns() - started)
    return {key: {name: summary(values) for name, values in by_engine.items()} for key, by_engine in times.items()}


def summary(nanoseconds: Sequence[int]) -> Latency:
    """Median and 99th percentile."""
    p50, p99 = (np.percentile(nanoseconds, (50, 99)) / 1e6).tolist()
    return Latency(p50, p99)


def ratios(latencies: Latencies, engine: str, baseline: str) -> dict[str, float]:
    """The ratio of the median latencies of two engines by query class."""
    return {name: by_engine[engine].p50 / by_engine[baseline].p50 for name, by_engine in latencies.items()}


def geometric_mean(values: Collection[float]) -> float:
    """The geometric mean of positive values."""
    return exp(fmean(log(value) for value in values))
