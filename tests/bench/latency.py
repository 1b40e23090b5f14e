"""Measures query latency.  The engines take turns, so that other load affects all of them.

With a turn for each query, an engine finds the processor's caches filled by the others, as on a machine that searches
now and then.  With a turn for each class, all queries of a turn but the first find the engine's own code and data, as
in a server process under load.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean

import numpy as np

from tests.bench.engines import Engine
from tests.bench.queries import NO_MATCH, QueryClass


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
    slow: Mapping[str, int] | None = None,
    highlights: bool = False,
    turn_per_class: bool = False,
) -> Latencies:
    """Run every query on every engine `rounds` times, or as often as `slow` says; in a turn, one query or a class."""
    times: dict[str, dict[str, list[int]]] = {each.name: {name: [] for name in engines} for each in classes}
    rng = random.Random(1)
    for number in range(rounds):
        active = [name for name in engines if number < (slow or {}).get(name, rounds)]
        for query_class in classes:
            turns = [query_class.queries] if turn_per_class else [[query] for query in query_class.queries]
            for queries in turns:
                for name in rng.sample(active, len(active)):
                    times[query_class.name][name] += [engines[name].nanoseconds(each, highlights) for each in queries]
    return {key: {name: summary(values) for name, values in by_engine.items()} for key, by_engine in times.items()}


def summary(nanoseconds: Sequence[int]) -> Latency:
    """Median and 99th percentile."""
    p50, p99 = (np.percentile(nanoseconds, (50, 99)) / 1e6).tolist()
    return Latency(p50, p99)


def ratios(latencies: Latencies, engine: str, baseline: str, percentile: str = "p50") -> dict[str, float]:
    """The ratio of the latencies of two engines by query class, without the class that matches nothing."""
    return {
        name: getattr(by_engine[engine], percentile) / getattr(by_engine[baseline], percentile)
        for name, by_engine in latencies.items()
        if name != NO_MATCH
    }


def geometric_mean(values: Collection[float]) -> float:
    """The geometric mean of positive values."""
    return exp(fmean(log(value) for value in values))
