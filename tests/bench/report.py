"""Formats the figures of a run as Markdown: targets first, then all measurements."""

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.bench.builds import CHANGED, SMALL, Updates
from tests.bench.latency import Latencies, geometric_mean, ratios
from tests.bench.scaling import Scaling
from tests.bench.serving import Throughput
from tests.bench.suggest_latency import SuggestLatency

THIS, TANTIVY, SQLITE, WHOOSH = "this", "tantivy", "SQLite", "Whoosh"


@dataclass(frozen=True, slots=True)
class Figures:
    """All measurements of a run, in seconds, MB and numbers of matching articles."""

    command: str
    articles: int
    totals: dict[str, list[int]]
    latencies: Latencies
    builds: dict[str, float]
    updates: Updates
    small: tuple[float, Updates]
    suggest_latency: SuggestLatency
    start: float
    megabytes: float
    throughput: Throughput
    scaling: Scaling | None


@dataclass(frozen=True, slots=True)
class Target:
    """A figure with its target, a maximum or a minimum."""

    what: str
    figure: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure reaches its target."""
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    def row(self) -> list[str]:
        """The table cells: name, target, figure, whether it is met."""
        limit = f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit}"
        return [self.what, limit, f"{self.figure:.3g}{self.unit}", "yes" if self.met else "**no**"]


def targets(figures: Figures) -> Iterator[Target]:
    """The performance targets of this engine."""
    against = {name: ratios(figures.latencies, THIS, name) for name in (TANTIVY, SQLITE, WHOOSH)}
    requests = figures.throughput
    slowest = max(against[TANTIVY], key=lambda name: against[TANTIVY][name])
    full, (small_full, small) = figures.builds[THIS], figures.small
    yield Target(f"query, this / tantivy, worst class ({slowest})", against[TANTIVY][slowest], 1.0)
    yield Target("query, this / tantivy, geometric mean", geometric_mean(against[TANTIVY].values()), 0.6)
    yield Target("query, this / SQLite FTS5, geometric mean", geometric_mean(against[SQLITE].values()), 0.1)
    yield Target("query, this / Whoosh, geometric mean", geometric_mean(against[WHOOSH].values()), 0.01)
    yield Target("full build / (front matter in 2 processes + tantivy)", full / figures.builds[TANTIVY], 1.5)
    yield Target(f"update of {CHANGED} changed, share of the full build", 100 * figures.updates.changed / full, 5, " %")
    few = f"{SMALL:,} articles: "
    yield Target(
        f"{few}update of {CHANGED} changed, share of the full build", 100 * small.changed / small_full, 10, " %"
    )
    yield Target(f"{few}nothing changed, share of the full build", 100 * small.unchanged / small_full, 4, " %")
    yield Target("completion, 99th percentile", figures.suggest_latency.completion.p99, 2, " ms")
    yield Target(
        "search with three misspelled words, 99th percentile", figures.suggest_latency.correction.p99, 5, " ms"
    )
    yield Target("memory of a serving process beyond shared mappings", figures.megabytes, 120, " MB")
    yield Target("process start to first result, checksums verified", figures.start, 1, " s")
    yield Target("HTTP, hot / no-op route", requests.hot / requests.idle, 0.6, at_least=True)
    yield Target(
        "HTTP, cold / the same application over tantivy", requests.cold / requests.cold_tantivy, 1.0, at_least=True
    )
    if figures.scaling:
        more = f"{figures.scaling.articles:,} articles against {figures.articles:,}: "
        limit = 1.1 * figures.scaling.articles / figures.articles
        yield Target(f"{more}query, worst class", max(figures.scaling.queries.values()), limit, " ×")
        yield Target(f"{more}build", figures.scaling.build, limit, " ×")
        yield Target(f"{more}memory", figures.scaling.memory, limit, " ×")


def markdown(figures: Figures) -> str:
    """The whole report."""
    return "\n".join(
        [
            f"# {figures.articles:,} articles, one run",
            "",
            f"`{figures.command}` on {machine()}.",
            "",
            "The ratios within the run are the result; the times depend on the machine. For every query, all engines",
            "return the same totals and the same counts of topics and providers.",
            "",
            *table(["figure", "target", "measured", "met"], [target.row() for target in targets(figures)]),
            "",
            "## Queries",
            "",
            "Milliseconds from query text to the top 20 articles and both facets: median (99th percentile). No results",
            "are cached. Each class has several queries, and the engines take turns.",
            "",
            *_queries(figures),
            "",
            "## Builds",
            "",
            "Seconds in the report of each run, which is a process of its own. Python's start and the imports take",
            "another quarter of a second in every run.",
            "",
            *_builds(figures),
            "",
            "## Serving",
            "",
            *_serving(figures),
            "",
        ]
    )


def _queries(figures: Figures) -> Iterator[str]:
    others = TANTIVY, SQLITE, WHOOSH
    rows = []
    for name, latency in figures.latencies.items():
        against = [latency[THIS].p50 / latency[other].p50 for other in others]
        milliseconds = [f"{latency[engine].p50:.3g} ({latency[engine].p99:.3g})" for engine in (THIS, *others)]
        rows.append(
            [name, f"{median(figures.totals[name]):,.0f}", *milliseconds, *(f"{ratio:.2g}" for ratio in against)]
        )
    means = [f"{geometric_mean(ratios(figures.latencies, THIS, other).values()):.2g}" for other in others]
    rows.append(["geometric mean", "", "", "", "", "", *means])
    return table(["query", "articles", THIS, *others, *(f"this / {other}" for other in others)], rows)


def _builds(figures: Figures) -> Iterator[str]:
    full = figures.builds[THIS]
    rows = [
        [f"{name}, from files", f"{seconds:.1f}", f"{full / seconds:.2f}"] for name, seconds in figures.builds.items()
    ]
    rows.append([f"this, update of {CHANGED} changed files", f"{figures.updates.changed:.2f}", ""])
    rows.append(["this, nothing changed", f"{figures.updates.unchanged:.2f}", ""])
    small_full, small = figures.small
    rows.append([f"this, {SMALL:,} articles, from files", f"{small_full:.2f}", ""])
    rows.append([f"this, {SMALL:,} articles, update of {CHANGED} changed files", f"{small.changed:.3f}", ""])
    rows.append([f"this, {SMALL:,} articles, nothing changed", f"{small.unchanged:.3f}", ""])
    return table(["build", "seconds", "this / other"], rows)


def _serving(figures: Figures) -> Iterator[str]:
    requests = figures.throughput
    rows = [
        ["no-op route, requests/s", f"{requests.idle:,.0f}"],
        ["one search repeated, requests/s", f"{requests.hot:,.0f}"],
        ["distinct searches, requests/s", f"{requests.cold:,.0f}"],
        ["distinct searches, the same application over tantivy, requests/s", f"{requests.cold_tantivy:,.0f}"],
        ["process start to first result, s", f"{figures.start:.2f}"],
        ["anonymous memory of a worker after 1,000 searches, MB", f"{figures.megabytes:.0f}"],
    ]
    return table(["one worker, one client process", ""], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table with aligned columns."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, ["-" * width for width in widths], *rows):
        yield f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"


def machine() -> str:
    """The machine and the versions, in one line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "tantivy", "whoosh", "granian"))
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()}, "
        f"{packages}, SQLite {sqlite3.sqlite_version}"
    )
