"""`make bench`: builds this engine's index and the others', asks all of them the same, and writes a table of ratios."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

import click

from tests.bench import agreement, builds, corpus, growth, latency, questions, report, serving, typed
from tests.bench.engines import Engine
from tests.bench.engines.sqlite_fts5 import SqliteEngine
from tests.bench.engines.tantivy_terms import TantivyEngine
from tests.bench.engines.this import ThisEngine
from tests.bench.engines.whoosh_groupedby import WhooshEngine
from tests.bench.questions import Kind
from tests.bench.report import SQLITE, TANTIVY, THIS, WHOOSH
from tests.bench.vocabulary import Vocabulary

RESULTS = Path(__file__).parent / "RESULTS.md"
ROUNDS, SLOW_ROUNDS, BUILDS = 20, 2, 2
REFERENCE_QUESTIONS = 3


@click.command()
@click.option("--articles", type=click.IntRange(min=1000), default=100_000, show_default=True, help="How many.")
@click.option("--check", is_flag=True, help="Only see whether the answers are right; measure and write nothing.")
@click.option("--scale", type=click.IntRange(min=1000), help="Also compare with an archive of so many articles.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path(gettempdir(), "article-search-bench"),
              help="Where archives and indexes are kept; archives are used again.")  # fmt: skip
def main(articles: int, check: bool, scale: int | None, folder: Path) -> None:
    """Compare this engine with Whoosh, SQLite and tantivy on a synthetic archive."""
    archive, root = corpus.archive(folder, articles), folder / f"indexes-{articles}"
    _say("Reading the archive")
    vocabulary = Vocabulary(corpus.read(archive))
    kinds = questions.kinds(vocabulary)
    if check:
        _check(archive, root, kinds)
    else:
        figures = _measure(archive, root, articles, vocabulary, kinds, scale)
        RESULTS.write_text(report.markdown(figures), encoding="utf-8")
        click.echo(RESULTS.read_text(encoding="utf-8"))


def _check(archive: Path, root: Path, kinds: Sequence[Kind]) -> None:
    _build(archive, root, times=1)
    engines = _open(root)
    totals = agreement.check_engines(engines, kinds)
    click.echo(f"{sum(map(len, totals.values()))} questions: {', '.join(engines)} give the same totals and counts.")
    asked = agreement.check_reference(ThisEngine(root / THIS), corpus.read(archive), kinds, REFERENCE_QUESTIONS)
    click.echo(f"{asked} questions: this engine answers as looking at every article does, scores and order included.")


def _measure(
    archive: Path, root: Path, articles: int, vocabulary: Vocabulary, kinds: Sequence[Kind], scale: int | None
) -> report.Figures:
    seconds = _build(archive, root, BUILDS)
    _say("Updating")
    updates = builds.update_this(archive, root / THIS, articles)
    small = builds.small(root.parent, BUILDS)
    _say("Comparing answers")
    engines = _open(root)
    found = agreement.check_engines(engines, kinds)
    _say("Timing queries")
    latencies = latency.measure(engines, kinds, ROUNDS, {SQLITE, WHOOSH}, SLOW_ROUNDS)
    _say("Typing")
    asides = typed.measure(root / THIS)
    _say("Serving")
    start = serving.start_seconds(root / THIS, kinds[0].questions[0].text)
    megabytes = serving.worker_megabytes(root / THIS, vocabulary)
    throughput = serving.throughput(root / THIS, root / TANTIVY, vocabulary)
    grown = None
    if scale:
        _say(f"Growing to {scale:,} articles")
        grown = growth.measure(root.parent, scale, root / THIS, kinds, vocabulary, seconds[THIS], megabytes)
    command = f"make bench N={articles}{f' SCALE={scale}' if scale else ''}"
    return report.Figures(
        command, articles, found, latencies, seconds, updates, small, asides, start, megabytes, throughput, grown
    )


def _build(archive: Path, root: Path, times: int) -> dict[str, float]:
    """Every engine's index; seconds each.  What is compared by its time is built in turn, and the best time counts."""
    seconds: dict[str, list[float]] = {}
    shutil.rmtree(root, ignore_errors=True)
    for name in [THIS, TANTIVY] * times + [SQLITE, WHOOSH]:
        _say(f"Building: {name}")
        taken = (
            builds.build_this(archive, root / name) if name == THIS else builds.build_peer(name, archive, root / name)
        )
        seconds.setdefault(name, []).append(taken)
    return {name: min(taken) for name, taken in seconds.items()}


def _open(root: Path) -> dict[str, Engine]:
    return {
        THIS: ThisEngine(root / THIS),
        TANTIVY: TantivyEngine(root / TANTIVY),
        SQLITE: SqliteEngine(root / SQLITE),
        WHOOSH: WhooshEngine(root / WHOOSH),
    }


def _say(what: str) -> None:
    click.echo(f"{what} …", err=True)


if __name__ == "__main__":
    main(prog_name="python -m tests.bench")
