"""Runs the benchmark: builds every engine's index, compares results, measures times, writes RESULTS.md."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import Final

import click

from tests.bench import (
    agreement,
    builds,
    corpus,
    datasette_service,
    highlight_agreement,
    history,
    latency,
    queries,
    report,
    scaling,
    servers,
    serving,
    similar_latency,
    suggest_latency,
    throughput,
)
from tests.bench.engines import LUCENE, SQLITE, TANTIVY, THIS, WHOOSH, Engine, lucene_java
from tests.bench.engines.article_search import UNMARKED, ArticleSearchEngine
from tests.bench.engines.lucene_java import LuceneEngine
from tests.bench.engines.sqlite_fts5 import SqliteEngine
from tests.bench.engines.tantivy_terms import TantivyEngine
from tests.bench.engines.whoosh_groupedby import WhooshEngine
from tests.bench.queries import BenchQuery, QueryClass
from tests.bench.vocabulary import Vocabulary
from web.parameters import PAGE_DEFAULTS

RESULTS = Path(__file__).parent / "RESULTS.md"
ROUNDS, VARIANT_ROUNDS, SLOW_ROUNDS, BUILDS = 20, 10, {SQLITE: 2, WHOOSH: 1}, 2
REFERENCE_QUERIES = 3
DATASETTE_QUERIES = 4
PEERS: Final[Mapping[str, Callable[[Path], Engine]]] = {
    TANTIVY: TantivyEngine,
    LUCENE: LuceneEngine,
    SQLITE: SqliteEngine,
    WHOOSH: WhooshEngine,
}


@click.command()
@click.option("--articles", type=click.IntRange(min=1000), default=100_000, show_default=True, help="Articles.")
@click.option("--check", is_flag=True, help="Compare results only; measure and write nothing.")
@click.option("--scale", type=click.IntRange(min=1000), help="Also measure this engine with N articles.")
@click.option("--why", help="What changed since the last run, for the history.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path(gettempdir(), "article-search-bench"),
              help="Folder for archives and indexes; archives are reused.")  # fmt: skip
def main(articles: int, check: bool, scale: int | None, why: str | None, folder: Path) -> None:
    """Compare this engine with other engines on a synthetic archive."""
    archive, root = corpus.archive(folder, articles), folder / f"indexes-{articles}"
    peers = _peers(folder)
    _show_progress("Reading the archive")
    vocabulary = Vocabulary(corpus.read(archive))
    classes = [*queries.query_classes(vocabulary), queries.no_match()]
    if check:
        _check(archive, root, peers, classes)
    else:
        figures = _measure(archive, root, peers, articles, vocabulary, classes, scale)
        RESULTS.write_text(history.with_history(report.markdown(figures), RESULTS.read_text(encoding="utf-8"), why))
        click.echo(RESULTS.read_text(encoding="utf-8"))


def _peers(folder: Path) -> list[str]:
    """The other engines; Lucene only if this machine can run it."""
    try:
        lucene_java.download(folder / lucene_java.JARS)
        lucene_java.java()
    except lucene_java.LuceneUnavailableError as error:
        _show_progress(f"Without Lucene: {error}")
        return [name for name in PEERS if name != LUCENE]
    return list(PEERS)


def _check(archive: Path, root: Path, peers: Sequence[str], classes: Sequence[QueryClass]) -> None:
    _build(archive, root, peers, times=1)
    engines = _open(root, peers)
    totals = agreement.check_engines(engines, classes)
    click.echo(f"{sum(map(len, totals.values()))} queries: {', '.join(engines)} return the same totals and counts.")
    marked = highlight_agreement.check_highlights(engines, classes)
    click.echo(f"{marked} titles and excerpts: their highlighters mark the words of the query.")
    click.echo(f"{_check_datasette(root, engines[THIS], classes)} queries: Datasette finds as many articles.")
    routes = throughput.check(root / THIS, root / TANTIVY, root / throughput.DATASETTE)
    click.echo(f"{routes} servers respond.")
    compared = agreement.check_reference(
        ArticleSearchEngine(root / THIS), corpus.read(archive), classes, REFERENCE_QUERIES
    )
    click.echo(
        f"{compared} queries: this engine returns the results of an exhaustive search, including scores and order."
    )


def _check_datasette(root: Path, this: Engine, classes: Sequence[QueryClass]) -> int:
    some = [query for query in _all_queries(classes) if query.text.isalpha() and not query.window]
    some = some[:: len(some) // DATASETTE_QUERIES]
    port = servers.free_port()
    command = datasette_service.command(root / throughput.DATASETTE, port)
    with servers.running(command, port, datasette_service.json_path(BenchQuery())):
        agreement.check_totals(this, lambda query: datasette_service.total(port, query), some)
    return len(some)


def _measure(
    archive: Path,
    root: Path,
    peers: Sequence[str],
    articles: int,
    vocabulary: Vocabulary,
    classes: Sequence[QueryClass],
    scale: int | None,
) -> report.Figures:
    seconds = _build(archive, root, peers, BUILDS)
    disk = {name: builds.disk_megabytes(root / name, name) for name in (THIS, *peers)}
    _show_progress("Updating")
    updates = builds.update_this(archive, root / THIS, articles)
    small = builds.small(root.parent, BUILDS)
    _show_progress("Comparing results")
    engines = _open(root, peers)
    totals = agreement.check_engines(engines, classes)
    highlight_agreement.check_highlights({name: engines[name] for name in engines if name not in SLOW_ROUNDS}, classes)
    _show_progress("Timing queries")
    if isinstance(lucene := engines.get(LUCENE), LuceneEngine):
        lucene.warm_up(_all_queries(classes))
    plain = latency.measure(engines, classes, ROUNDS, SLOW_ROUNDS)
    default = latency.measure(engines, classes, ROUNDS, SLOW_ROUNDS, highlights=True)
    fast = {name: engine for name, engine in engines.items() if name not in SLOW_ROUNDS}
    warm = latency.measure(fast, classes, ROUNDS, turn_per_class=True)
    warm_default = latency.measure(fast, classes, ROUNDS, highlights=True, turn_per_class=True)
    variants = latency.measure(_variants(root / THIS), classes, VARIANT_ROUNDS, highlights=True)
    _show_progress("Timing completion and correction")
    suggest = suggest_latency.measure(root / THIS)
    _show_progress("Timing similar articles")
    similar = similar_latency.measure(root / THIS)
    _show_progress("Serving")
    start = serving.start_seconds(root / THIS, classes[0].queries[0].text)
    megabytes = serving.worker_megabytes(root / THIS, vocabulary)
    loads = throughput.measure(root / THIS, root / TANTIVY, root / throughput.DATASETTE, vocabulary)
    grown = None
    if scale:
        _show_progress(f"Measuring {scale:,} articles")
        grown = scaling.measure(root.parent, scale, root / THIS, classes, vocabulary, seconds[THIS], megabytes)
    command = f"make bench N={articles}{f' SCALE={scale}' if scale else ''}"
    return report.Figures(
        command, articles, totals, plain, default, warm, warm_default, variants, disk, seconds, updates,
        small, suggest, similar, start, megabytes, loads, grown,
    )  # fmt: skip


def _build(archive: Path, root: Path, peers: Sequence[str], times: int) -> dict[str, float]:
    """Build every engine's index; returns the best seconds of each.  This engine and tantivy take turns."""
    seconds: dict[str, list[float]] = {}
    shutil.rmtree(root, ignore_errors=True)
    for name in [THIS, TANTIVY] * times + [name for name in peers if name != TANTIVY]:
        _show_progress(f"Building: {name}")
        elapsed = (
            builds.build_this(archive, root / name) if name == THIS else builds.build_peer(name, archive, root / name)
        )
        seconds.setdefault(name, []).append(elapsed)
    datasette_service.build(corpus.read(archive), root / throughput.DATASETTE)
    return {name: min(values) for name, values in seconds.items()}


def _open(root: Path, peers: Sequence[str]) -> dict[str, Engine]:
    return {THIS: ArticleSearchEngine(root / THIS), **{name: PEERS[name](root / name) for name in peers}}


def _variants(folder: Path) -> dict[str, Engine]:
    """This engine with the API's and the page's default request, and with each of them without a part of it."""
    return {
        THIS: ArticleSearchEngine(folder),
        report.UNMARKED: ArticleSearchEngine(folder, UNMARKED),
        report.UNTIMED: ArticleSearchEngine(folder, PAGE_DEFAULTS.model_copy(update={"timeline": "none"})),
        report.THIS_PAGE: ArticleSearchEngine(folder, PAGE_DEFAULTS),
    }


def _all_queries(classes: Iterable[QueryClass]) -> list[BenchQuery]:
    return [query for query_class in classes for query in query_class.queries]


def _show_progress(step: str) -> None:
    click.echo(f"{step} …", err=True)


if __name__ == "__main__":
    main(prog_name="python -m tests.bench")
