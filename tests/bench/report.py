"""Formats the figures of a run as Markdown: targets first, then all measurements."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.bench.builds import CHANGED, SMALL, Updates
from tests.bench.engines import LUCENE, SQLITE, TANTIVY, THIS, WHOOSH
from tests.bench.latency import Latencies, Latency, geometric_mean, ratios
from tests.bench.queries import NO_MATCH
from tests.bench.scaling import Scaling
from tests.bench.suggest_latency import SuggestLatency
from tests.bench.throughput import BARE, DEFAULT, NO_OP, PAGE, PATHS, Loads

THIS_PAGE, UNMARKED, UNTIMED = "this, page", "this, without highlights", "this, page without a timeline"

_STORED = {
    THIS: "articles; terms, positions and exact forms; columns for facets, filters, sorting, stories, suggestions",
    TANTIVY: "articles (LZ4); terms and positions; columns for facets and dates",
    LUCENE: "articles (LZ4), titles and excerpts once more; terms, positions and offsets; columns for facets and dates",
    SQLITE: "articles, and their four texts once more; terms and positions; tables for facets and dates",
    WHOOSH: "articles; terms and positions; columns for facets and dates",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """All measurements of a run, in seconds, MB and numbers of matching articles."""

    command: str
    articles: int
    totals: dict[str, list[int]]
    plain: Latencies
    default: Latencies
    warm: Latencies  # in turns of a class
    warm_default: Latencies
    variants: Latencies  # of this engine, with highlights
    disk: dict[str, float]
    builds: dict[str, float]
    updates: Updates
    small: tuple[float, Updates]
    suggest_latency: SuggestLatency
    similar: Latency
    start: float
    megabytes: float
    loads: Loads
    scaling: Scaling | None

    @property
    def peers(self) -> list[str]:
        """The other engines of this run."""
        return [name for name in (TANTIVY, LUCENE, SQLITE, WHOOSH) if name in self.builds]

    @property
    def marks(self) -> float:
        """Milliseconds to highlight a page of results: the median of the query classes."""
        classes = (latency for name, latency in self.variants.items() if name != NO_MATCH)
        return median(latency[THIS].p50 - latency[UNMARKED].p50 for latency in classes)

    @property
    def timeline(self) -> float:
        """The time of the timeline as a percentage of the page's query without it: the mean of the query classes."""
        return 100 * (geometric_mean(ratios(self.variants, THIS_PAGE, UNTIMED).values()) - 1)

    @property
    def similarity(self) -> float:
        """The time of finding similar articles as a multiple of a page's query: of their medians."""
        return self.similar.p50 / median(latency[THIS_PAGE].p50 for latency in self.variants.values())


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
    yield from _query_targets(figures)
    full, (small_full, small) = figures.builds[THIS], figures.small
    yield Target("disk, this / tantivy", figures.disk[THIS] / figures.disk[TANTIVY], 2)
    yield Target("full build / (front matter in 2 processes + tantivy)", full / figures.builds[TANTIVY], 1.5)
    yield Target(f"update of {CHANGED} changed, share of the full build", 100 * figures.updates.changed / full, 5, " %")
    few = f"{SMALL:,} articles: "
    yield Target(
        f"{few}update of {CHANGED} changed, share of the full build", 100 * small.changed / small_full, 10, " %"
    )
    yield Target(f"{few}nothing changed, share of the full build", 100 * small.unchanged / small_full, 4, " %")
    yield Target("memory of a serving process beyond shared mappings", figures.megabytes, 120, " MB")
    yield Target("process start to first result, checksums verified", figures.start, 1, " s")
    yield from _http_targets(figures.loads)
    if figures.scaling:
        more = f"{figures.scaling.articles:,} articles against {figures.articles:,}: "
        limit = 1.1 * figures.scaling.articles / figures.articles
        yield Target(f"{more}query, worst class", max(figures.scaling.queries.values()), limit, " ×")
        yield Target(f"{more}build", figures.scaling.build, limit, " ×")
        yield Target(f"{more}memory", figures.scaling.memory, limit, " ×")


def _query_targets(figures: Figures) -> Iterator[Target]:
    for what, latencies, mean in (
        ("query", figures.plain, 0.4),
        ("query, warm", figures.warm, 0.4),
        ("default request", figures.default, 0.5),
        ("default request, warm", figures.warm_default, 0.5),
    ):
        against = ratios(latencies, THIS, TANTIVY)
        slowest = max(against, key=lambda name: against[name])
        yield Target(f"{what}, this / tantivy, worst class ({slowest})", against[slowest], 1)
        yield Target(f"{what}, this / tantivy, geometric mean", geometric_mean(against.values()), mean)
    yield Target("query, this / SQLite FTS5, geometric mean", _mean(figures.plain, SQLITE), 0.1)
    yield Target("query, this / Whoosh, geometric mean", _mean(figures.plain, WHOOSH), 0.01)
    yield Target("highlights of a page of results", figures.marks, 0.3, " ms")
    yield Target("timeline, share of the page's query without it", figures.timeline, 10, " %")
    yield Target("similar articles / query of the page, medians", figures.similarity, 3, " ×")
    yield Target("completion, 99th percentile", figures.suggest_latency.completion.p99, 2, " ms")
    yield Target(
        "search with three misspelled words, 99th percentile", figures.suggest_latency.correction.p99, 5, " ms"
    )


def _http_targets(loads: Loads) -> Iterator[Target]:
    bare, default, page, no_op = (loads[kind, THIS] for kind in (BARE, DEFAULT, PAGE, NO_OP))
    yield Target("HTTP, hot / no-op route", bare.hot / no_op.hot, 0.6, at_least=True)
    yield Target("HTTP, cold / no-op route", bare.cold / no_op.hot, 0.15, at_least=True)
    yield Target(
        "HTTP, cold / the same application over tantivy", bare.cold / loads[BARE, TANTIVY].cold, 1, at_least=True
    )
    yield Target("CPU, cold default request / cold request without highlights", default.cpu / bare.cpu, 1.4)
    yield Target("CPU, cold page / cold request without highlights", page.cpu / bare.cpu, 2.5)


def _mean(latencies: Latencies, peer: str) -> float:
    return geometric_mean(ratios(latencies, THIS, peer).values())


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
            "[CLUSTER.md](CLUSTER.md) has the figures over an OpenSearch cluster.",
            "",
            *table(["figure", "target", "measured", "met"], [target.row() for target in targets(figures)]),
            "",
            "## Queries without highlights",
            "",
            "Milliseconds from query text to the top 20 articles and both facets: median (99th percentile). No results",
            "are cached. Each class has several queries, and the engines take turns. Lucene's times are measured in",
            "its own process after a warm-up, and its articles are not decoded.",
            "",
            *_queries(figures, figures.plain),
            "",
            "## Queries with highlights",
            "",
            "The same with the title and the best passage of the excerpt marked: this engine's default request of",
            "the API, tantivy's SnippetGenerator, Lucene's UnifiedHighlighter on offsets in the postings, FTS5's",
            "highlight() and snippet(), Whoosh's Highlighter. tantivy marks no prefixes.",
            "",
            *_queries(figures, figures.default),
            "",
            "## Warm caches",
            "",
            "Above, the engines take a turn for each query, so each finds the processor's caches filled by the others.",
            "Here they take a turn for all queries of a class, as in a process that serves nothing else. Without",
            "highlights:",
            "",
            *_queries(figures, figures.warm),
            "",
            "With highlights:",
            "",
            *_queries(figures, figures.warm_default),
            "",
            "This engine's default requests in turns with each other:",
            "",
            *_variants(figures.variants),
            "",
            "## Disk",
            "",
            *_disk(figures),
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
            "One worker, one client process. Hot: one search repeated. Cold: distinct searches. CPU: of the server,",
            "for a cold request. “tantivy” is this application over tantivy; its responses have no partial matches,",
            "stories or explanations. Datasette has no highlights and does not rank.",
            "",
            *_loads(figures.loads),
            "",
            f"Process start to first result: {figures.start:.2f} s. Anonymous memory of a worker after 1,000 searches:",
            f"{figures.megabytes:.0f} MB.",
            "",
        ]
    )


def _queries(figures: Figures, latencies: Latencies) -> Iterator[str]:
    peers = [name for name in figures.peers if name in latencies[NO_MATCH]]
    rows = []
    for name, latency in sorted(latencies.items(), key=lambda item: item[0] == NO_MATCH):
        if name == NO_MATCH:
            rows += [_means(latencies, peers, "p50"), _means(latencies, peers, "p99")]
        rows.append(
            [
                name,
                f"{median(figures.totals[name]):,.0f}",
                *(f"{latency[engine].p50:.3g} ({latency[engine].p99:.3g})" for engine in (THIS, *peers)),
                *(f"{latency[THIS].p50 / latency[peer].p50:.2g}" for peer in peers),
            ]
        )
    return table(["query", "articles", THIS, *peers, *(f"this / {peer}" for peer in peers)], rows)


def _means(latencies: Latencies, peers: Sequence[str], percentile: str) -> list[str]:
    means = [f"{geometric_mean(ratios(latencies, THIS, peer, percentile).values()):.2g}" for peer in peers]
    name = "geometric mean" if percentile == "p50" else "geometric mean of the 99th percentiles"
    return [name, "", "", *("" for _ in peers), *means]


def _variants(latencies: Latencies) -> Iterator[str]:
    def row(name: str, latency: Mapping[str, float]) -> list[str]:
        highlights = latency[THIS] - latency[UNMARKED]
        return [name, *(f"{latency[each]:.3g}" for each in (UNMARKED, THIS)), f"{highlights:.3g}",
                *(f"{latency[each]:.3g}" for each in (UNTIMED, THIS_PAGE))]  # fmt: skip

    rows = [row(name, {each: latency[each].p50 for each in latency}) for name, latency in latencies.items()]
    return table(["query", "API, without highlights", "API", "difference", "page, without timeline", "page"], rows)


def _disk(figures: Figures) -> Iterator[str]:
    rows = [
        [name, f"{megabytes:.0f}", f"{figures.disk[THIS] / megabytes:.2f}", _STORED[name]]
        for name, megabytes in figures.disk.items()
    ]
    return table(["index", "MB", "this / other", "what it stores"], rows)


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


def _loads(loads: Loads) -> Iterator[str]:
    rows = [
        [kind, application, *(f"{rate:,.4g}" for rate in (load.hot, load.cold)), f"{load.cpu:.2f}"]
        for (kind, application), load in sorted(loads.items(), key=lambda item: [NO_OP, *PATHS].index(item[0][0]))
    ]
    return table(["request", "application", "hot, requests/s", "cold, requests/s", "CPU, ms"], rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table with aligned columns."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, ["-" * width for width in widths], *rows):
        yield f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"


def machine() -> str:
    """The machine and the versions, in one line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "tantivy", "whoosh", "datasette", "granian"))
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()}, "
        f"{packages}, SQLite {sqlite3.sqlite_version}"
    )
