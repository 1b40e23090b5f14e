"""How long queries take, all engines taking turns, so that what slows the machine down slows all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean
from time import perf_counter_ns

import numpy as np

from tests.bench.engines import Engine
from tests.bench.questions import Kind


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a query."""

    p50: float
    p99: float


Latencies = Mapping[str, Mapping[str, Latency]]
"""Kind of question → engine → how long it took."""


def measure(
    engines: Mapping[str, Engine], kinds: Sequence[Kind], rounds: int, slow: Collection[str] = (), slow_rounds: int = 0
) -> Latencies:
    """Ask every engine everything, `rounds` times; the `slow` ones only the first `slow_rounds`.

    Engines are asked in turn, question by question, another one first each time."""
    taken: dict[str, dict[str, list[int]]] = {kind.name: {name: [] for name in engines} for kind in kinds}
    turn = 0
    for number in range(rounds):
        taking_part = [name for name in engines if name not in slow or number < slow_rounds]
        for kind in kinds:
            for question in kind.questions:
                turn += 1
                for offset in range(len(taking_part)):
                    name = taking_part[(turn + offset) % len(taking_part)]
                    search = engines[name].search
                    begun = perf_counter_ns()
                    search(question)
                    taken[kind.name][name].append(perf_counter_ns() - begun)
    return {kind: {name: summary(times) for name, times in by_engine.items()} for kind, by_engine in taken.items()}


def summary(nanoseconds: Sequence[int]) -> Latency:
    """Median and 99th percentile."""
    p50, p99 = (np.percentile(nanoseconds, (50, 99)) / 1e6).tolist()
    return Latency(p50, p99)


def ratios(latencies: Latencies, one: str, other: str) -> dict[str, float]:
    """For each kind of question, how much of the other's median time the one takes."""
    return {kind: by_engine[one].p50 / by_engine[other].p50 for kind, by_engine in latencies.items()}


def geometric_mean(values: Collection[float]) -> float:
    """Of positive values."""
    return exp(fmean(log(value) for value in values))
