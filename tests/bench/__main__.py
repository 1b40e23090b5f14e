"""Runs the benchmark: builds every engine's index, compares results, measures times, writes RESULTS.md."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

import click

from tests.bench import agreement, builds, corpus, latency, queries, report, scaling, serving, suggest_latency
from tests.bench.engines import Engine
from tests.bench.engines.article_search import ArticleSearchEngine
from tests.bench.engines.sqlite_fts5 import SqliteEngine
from tests.bench.engines.tantivy_terms import TantivyEngine
from tests.bench.engines.whoosh_groupedby import WhooshEngine
from tests.bench.queries import QueryClass
from tests.bench.report import SQLITE, TANTIVY, THIS, WHOOSH
from tests.bench.vocabulary import Vocabulary

RESULTS = Path(__file__).parent / "RESULTS.md"
ROUNDS, SLOW_ROUNDS, BUILDS = 20, 2, 2
REFERENCE_QUERIES = 3


@click.command()
@click.option("--articles", type=click.IntRange(min=1000), default=100_000, show_default=True, help="Articles.")
@click.option("--check", is_flag=True, help="Compare results only; measure and write nothing.")
@click.option("--scale", type=click.IntRange(min=1000), help="Also measure this engine with N articles.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path(gettempdir(), "article-search-bench"),
              help="Folder for archives and indexes; archives are reused.")  # fmt: skip
def main(articles: int, check: bool, scale: int | None, folder: Path) -> None:
    """Compare this engine with Whoosh, SQLite and tantivy on a synthetic archive."""
    archive, root = corpus.archive(folder, articles), folder / f"indexes-{articles}"
    _show_progress("Reading the archive")
    vocabulary = Vocabulary(corpus.read(archive))
    classes = queries.query_classes(vocabulary)
    if check:
        _check(archive, root, classes)
    else:
        figures = _measure(archive, root, articles, vocabulary, classes, scale)
        RESULTS.write_text(report.markdown(figures), encoding="utf-8")
        click.echo(RESULTS.read_text(encoding="utf-8"))


def _check(archive: Path, root: Path, classes: Sequence[QueryClass]) -> None:
    _build(archive, root, times=1)
    engines = _open(root)
    totals = agreement.check_engines(engines, classes)
    click.echo(f"{sum(map(len, totals.values()))} queries: {', '.join(engines)} return the same totals and counts.")
    compared = agreement.check_reference(
        ArticleSearchEngine(root / THIS), corpus.read(archive), classes, REFERENCE_QUERIES
    )
    click.echo(
        f"{compared} queries: this engine returns the results of an exhaustive search, including scores and order."
    )


def _measure(
    archive: Path,
    root: Path,
    articles: int,
    vocabulary: Vocabulary,
    classes: Sequence[QueryClass],
    scale: int | None,
) -> report.Figures:
    seconds = _build(archive, root, BUILDS)
    _show_progress("Updating")
    updates = builds.update_this(archive, root / THIS, articles)
    small = builds.small(root.parent, BUILDS)
    _show_progress("Comparing results")
    engines = _open(root)
    totals = agreement.check_engines(engines, classes)
    _show_progress("Timing queries")
    latencies = latency.measure(engines, classes, ROUNDS, {SQLITE, WHOOSH}, SLOW_ROUNDS)
    _show_progress("Timing completion and correction")
    suggest = suggest_latency.measure(root / THIS)
    _show_progress("Serving")
    start = serving.start_seconds(root / THIS, classes[0].queries[0].text)
    megabytes = serving.worker_megabytes(root / THIS, vocabulary)
    throughput = serving.throughput(root / THIS, root / TANTIVY, vocabulary)
    grown = None
    if scale:
        _show_progress(f"Measuring {scale:,} articles")
        grown = scaling.measure(root.parent, scale, root / THIS, classes, vocabulary, seconds[THIS], megabytes)
    command = f"make bench N={articles}{f' SCALE={scale}' if scale else ''}"
    return report.Figures(
        command, articles, totals, latencies, seconds, updates, small, suggest, start, megabytes, throughput, grown
    )


def _build(archive: Path, root: Path, times: int) -> dict[str, float]:
    """Build every engine's index; returns the best seconds of each.  This engine and tantivy take turns."""
    seconds: dict[str, list[float]] = {}
    shutil.rmtree(root, ignore_errors=True)
    for name in [THIS, TANTIVY] * times + [SQLITE, WHOOSH]:
        _show_progress(f"Building: {name}")
        elapsed = (
            builds.build_this(archive, root / name) if name == THIS else builds.build_peer(name, archive, root / name)
        )
        seconds.setdefault(name, []).append(elapsed)
    return {name: min(values) for name, values in seconds.items()}


def _open(root: Path) -> dict[str, Engine]:
    return {
        THIS: ArticleSearchEngine(root / THIS),
        TANTIVY: TantivyEngine(root / TANTIVY),
        SQLITE: SqliteEngine(root / SQLITE),
        WHOOSH: WhooshEngine(root / WHOOSH),
    }


def _show_progress(step: str) -> None:
    click.echo(f"{step} …", err=True)


if __name__ == "__main__":
    main(prog_name="python -m tests.bench")
