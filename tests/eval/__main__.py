"""Runs the evaluation: scores of all engines, effects of settings, or the check against the thresholds."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import click

from search import Settings, SettingsError
from search.settings import PREFIX
from tests.eval.ablations import ABLATIONS, Ablation
from tests.eval.engines import Engine, Index, ThisEngine
from tests.eval.evaluation import Evaluation, Scores, evaluate, evaluation_of
from tests.eval.peers import peers
from tests.eval.report import (
    THIS,
    ablation,
    comparison,
    contributions,
    document,
    pooled,
    suggestions,
    synonym_rows,
    table,
)
from tests.eval.suggestions import suggestion_shares
from tests.eval.synonym_rows import effects
from tests.eval.thresholds import ARCHIVE, below_threshold

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
QUERIES: Final = 200


def main() -> int:
    """Run the command; returns 1 if a score is below its threshold."""
    options = _arguments().parse_args()
    if options.check:
        return _check()
    seeds = range(1, options.seeds + 1)
    evaluations = [evaluation_of(folder, seeds, options.queries) for folder in options.archives]
    if options.settings:
        _print(part for evaluation in evaluations for part in _ablations(evaluation, options.settings))
    elif options.misses:
        _print(map(_misses, evaluations))
    else:
        text = document(_comparisons(evaluations), options.archives, options.seeds, options.queries)
        _print([text])
        RESULTS.write_text(text, encoding="utf-8")
    return 0


def _print(parts: Iterable[str]) -> None:
    for part in parts:
        click.echo(part)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.eval", description="Measure search quality.")
    parser.add_argument("archives", nargs="*", type=Path, default=[ARCHIVE], help="folders of articles")
    parser.add_argument(
        "--queries", type=int, default=QUERIES, help="maximum queries of each class and seed (%(default)s)"
    )
    parser.add_argument("--seeds", type=int, default=1, help="number of seeds of the generated queries (%(default)s)")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--settings",
        nargs="+",
        action="append",
        type=_assignment,
        metavar="NAME=VALUE",
        help="show the effect of these settings, such as ranking.title=2; repeat for several variants",
    )
    mode.add_argument("--misses", action="store_true", help="list the queries with a score below the oracle's")
    mode.add_argument("--check", action="store_true", help="fail if a score is below its threshold")
    return parser


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _check() -> int:
    lines = below_threshold()
    _print(lines or ["All scores reach their thresholds."])
    return 1 if lines else 0


def _comparisons(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    """The tables of each archive, of all archives, of the ablations, and the skipped query sets."""
    with ExitStack() as opened:
        indexes = [opened.enter_context(Index(evaluation.archive.folder)) for evaluation in evaluations]
        measured = [_measured(*pair) for pair in zip(evaluations, indexes, strict=True)]
        for evaluation, each in zip(evaluations, measured, strict=True):
            yield comparison(f"{evaluation.title}: {len(evaluation.archive.articles)} articles", each)
        all_queries = pooled(measured)
        if len(evaluations) > 1:
            yield comparison("All of these queries", all_queries)
        without = {feature.name: _without(feature, evaluations, indexes) for feature in ABLATIONS}
        yield contributions(all_queries[THIS], without)
        yield synonym_rows(effects(evaluations, indexes))
        shares = {
            evaluation.title: suggestion_shares(index.opened(Settings()), evaluation, QUERIES)
            for evaluation, index in zip(evaluations, indexes, strict=True)
        }
        yield suggestions({title: each for title, each in shares.items() if each})
    yield from _skipped(evaluations)


def _measured(evaluation: Evaluation, index: Index) -> dict[str, Scores]:
    engines: dict[str, Engine] = {THIS: index.opened(Settings()), **peers(evaluation.archive.articles)}
    return {name: evaluate(engine, evaluation) for name, engine in engines.items()}


def _without(feature: Ablation, evaluations: Sequence[Evaluation], indexes: Sequence[Index]) -> Scores:
    scores = []
    for evaluation, index in zip(evaluations, indexes, strict=True):
        with feature.applied(index) as engine:
            scores.append({THIS: evaluate(engine, evaluation)})
    return pooled(scores)[THIS]


def _skipped(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    for title in sorted(set.intersection(*(set(evaluation.skipped) for evaluation in evaluations))):
        yield f"Not evaluated, because the archive is missing: the judged queries “{title}”.\n"


def _ablations(evaluation: Evaluation, variants: Sequence[Sequence[tuple[str, str]]]) -> Iterator[str]:
    with Index(evaluation.archive.folder) as index:
        before = evaluate(index.opened(Settings()), evaluation)
        for variant in variants:
            after = evaluate(index.opened(_settings(variant)), evaluation)
            yield ablation(evaluation, before, after, ", ".join("=".join(pair) for pair in variant))


def _settings(variant: Sequence[tuple[str, str]]) -> Settings:
    variables = {PREFIX + name.replace(".", "_").upper(): value for name, value in variant}
    try:
        return Settings.from_environment(variables)
    except SettingsError as error:
        sys.exit(str(error))


def _misses(evaluation: Evaluation) -> str:
    with Index(evaluation.archive.folder) as index:
        rows = list(_missed(index.opened(Settings()), evaluation))
    return f"## {evaluation.title}\n\n" + table(["class", "query", "score", "oracle", "expected", "first hit"], rows)


def _missed(engine: ThisEngine, evaluation: Evaluation) -> Iterator[list[str]]:
    titles = {article.id: article.title for article in evaluation.archive.articles}
    for name, queries in evaluation.queries.items():
        for query in queries:
            ranking = engine.best(query.text)
            score = query.score(ranking)
            if score < query.oracle:
                first = titles[ranking[0]] if ranking else "nothing"
                yield [name, query.text, f"{score:.2f}", f"{query.oracle:.2f}", titles[query.expected], first]


if __name__ == "__main__":
    sys.exit(main())
