"""The figures of a run as Markdown: first what was asked of it, then all else."""

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.bench.builds import CHANGED, SMALL, Updates
from tests.bench.growth import Growth
from tests.bench.latency import Latencies, geometric_mean, ratios
from tests.bench.serving import Throughput
from tests.bench.typed import Typed

THIS, TANTIVY, SQLITE, WHOOSH = "this", "tantivy", "SQLite", "Whoosh"


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a run measured: seconds, MB, articles that questions find."""

    command: str
    articles: int
    found: dict[str, list[int]]
    latencies: Latencies
    builds: dict[str, float]
    updates: Updates
    small: tuple[float, Updates]
    typed: Typed
    start: float
    megabytes: float
    throughput: Throughput
    growth: Growth | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure with its limit: at most so much, or at least."""

    what: str
    figure: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure keeps to its limit."""
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    def row(self) -> list[str]:
        """What, limit, figure, whether it is met."""
        limit = f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit}"
        return [self.what, limit, f"{self.figure:.3g}{self.unit}", "yes" if self.met else "**no**"]


def bars(figures: Figures) -> Iterator[Bar]:
    """What the engine is held to."""
    against = {name: ratios(figures.latencies, THIS, name) for name in (TANTIVY, SQLITE, WHOOSH)}
    requests = figures.throughput
    slowest = max(against[TANTIVY], key=lambda kind: against[TANTIVY][kind])
    full, (small_full, small) = figures.builds[THIS], figures.small
    yield Bar(f"query, this / tantivy, worst kind ({slowest})", against[TANTIVY][slowest], 1.0)
    yield Bar("query, this / tantivy, geometric mean", geometric_mean(against[TANTIVY].values()), 0.6)
    yield Bar("query, this / SQLite FTS5, geometric mean", geometric_mean(against[SQLITE].values()), 0.1)
    yield Bar("query, this / Whoosh, geometric mean", geometric_mean(against[WHOOSH].values()), 0.01)
    yield Bar("full build / (front matter in 2 processes + tantivy)", full / figures.builds[TANTIVY], 1.5)
    yield Bar(f"update of {CHANGED} changed, share of the full build", 100 * figures.updates.changed / full, 5, " %")
    few = f"{SMALL:,} articles: "
    yield Bar(f"{few}update of {CHANGED} changed, share of the full build", 100 * small.changed / small_full, 10, " %")
    yield Bar(f"{few}nothing changed, share of the full build", 100 * small.unchanged / small_full, 4, " %")
    yield Bar("suggestions while typing, 99th percentile", figures.typed.suggestions.p99, 2, " ms")
    yield Bar("search with three words mistyped, 99th percentile", figures.typed.corrections.p99, 5, " ms")
    yield Bar("memory of a serving process beyond shared mappings", figures.megabytes, 120, " MB")
    yield Bar("process start to first answer, hashes checked", figures.start, 1, " s")
    yield Bar("HTTP, hot / no-op route", requests.hot / requests.idle, 0.6, at_least=True)
    yield Bar(
        "HTTP, cold / the same application over tantivy", requests.cold / requests.cold_tantivy, 1.0, at_least=True
    )
    if figures.growth:
        more = f"{figures.growth.articles:,} articles against {figures.articles:,}: "
        limit = 1.1 * figures.growth.articles / figures.articles
        yield Bar(f"{more}query, worst kind", max(figures.growth.queries.values()), limit, " ×")
        yield Bar(f"{more}build", figures.growth.build, limit, " ×")
        yield Bar(f"{more}memory", figures.growth.memory, limit, " ×")


def markdown(figures: Figures) -> str:
    """The whole report."""
    return "\n".join(
        [
            f"# {figures.articles:,} articles, one run",
            "",
            f"`{figures.command}` on {machine()}.",
            "",
            "Ratios within the run are what counts; the times are this machine's. Every engine gave the same totals",
            "and the same counts of topics and providers to every question.",
            "",
            *table(["what", "bar", "measured", "met"], [bar.row() for bar in bars(figures)]),
            "",
            "## Queries",
            "",
            "Milliseconds from query text to the best 20 articles and both facets, median (99th percentile); no cache",
            "of answers; several different queries of each kind, all engines in turn.",
            "",
            *_queries(figures),
            "",
            "## Builds",
            "",
            "By the report of each run, which is a process of its own; to start Python and load the modules, about a",
            "quarter of a second whatever there is to do, comes on top of that.",
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
    for kind, times in figures.latencies.items():
        against = [times[THIS].p50 / times[other].p50 for other in others]
        milliseconds = [f"{times[name].p50:.3g} ({times[name].p99:.3g})" for name in (THIS, *others)]
        rows.append(
            [kind, f"{median(figures.found[kind]):,.0f}", *milliseconds, *(f"{ratio:.2g}" for ratio in against)]
        )
    means = [f"{geometric_mean(ratios(figures.latencies, THIS, other).values()):.2g}" for other in others]
    rows.append(["geometric mean", "", "", "", "", "", *means])
    return table(["query", "articles", THIS, *others, *(f"this / {other}" for other in others)], rows)


def _builds(figures: Figures) -> Iterator[str]:
    full = figures.builds[THIS]
    rows = [[f"{name}, from files", f"{taken:.1f}", f"{full / taken:.2f}"] for name, taken in figures.builds.items()]
    rows.append([f"this, update of {CHANGED} changed files", f"{figures.updates.changed:.2f}", ""])
    rows.append(["this, nothing changed", f"{figures.updates.unchanged:.2f}", ""])
    small_full, small = figures.small
    rows.append([f"this, {SMALL:,} articles, from files", f"{small_full:.2f}", ""])
    rows.append([f"this, {SMALL:,} articles, update of {CHANGED} changed files", f"{small.changed:.3f}", ""])
    rows.append([f"this, {SMALL:,} articles, nothing changed", f"{small.unchanged:.3f}", ""])
    return table(["build", "seconds", "this / it"], rows)


def _serving(figures: Figures) -> Iterator[str]:
    requests = figures.throughput
    rows = [
        ["a route that does nothing, requests/s", f"{requests.idle:,.0f}"],
        ["one search over and over, requests/s", f"{requests.hot:,.0f}"],
        ["no search twice, requests/s", f"{requests.cold:,.0f}"],
        ["no search twice, the same application over tantivy, requests/s", f"{requests.cold_tantivy:,.0f}"],
        ["process start to first answer, s", f"{figures.start:.2f}"],
        ["anonymous memory of a worker after 1,000 searches, MB", f"{figures.megabytes:.0f}"],
    ]
    return table(["one worker, asked by one process", ""], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, its columns aligned for those who read it as text."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, ["-" * width for width in widths], *rows):
        yield f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"


def machine() -> str:
    """What the figures depend on, in a line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "tantivy", "whoosh", "granian"))
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()}, "
        f"{packages}, SQLite {sqlite3.sqlite_version}"
    )
