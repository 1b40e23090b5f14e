"""`python -m tests.eval`: the figures of every engine, what a change of settings does, or the check of the floors."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from search import Settings, SettingsError
from search.settings import PREFIX
from tests.eval.choices import CHOICES
from tests.eval.engines import Engine, Index, ThisEngine
from tests.eval.floors import ARCHIVE, SEED, fallen
from tests.eval.peers import peers
from tests.eval.report import OURS, ablation, compared, contributions, document, table, together
from tests.eval.trial import Figures, Trial, figures, trial_of

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
QUERIES: Final = 200


def main() -> int:
    """What the arguments ask for; 1 where a floor is missed."""
    asked = _arguments().parse_args()
    if asked.check:
        return _check()
    trials = [trial_of(folder, asked.seed, asked.queries) for folder in asked.archives]
    if asked.settings:
        _say(part for trial in trials for part in _ablations(trial, asked.settings))
    elif asked.misses:
        _say(map(_misses, trials))
    else:
        text = document(_comparisons(trials), asked.archives, asked.seed, asked.queries)
        _say([text])
        RESULTS.write_text(text, encoding="utf-8")
    return 0


def _say(parts: Iterable[str]) -> None:
    for part in parts:
        click.echo(part)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.eval", description="Measure how good the answers are.")
    parser.add_argument("archives", nargs="*", type=Path, default=[ARCHIVE], help="folders of articles")
    parser.add_argument("--queries", type=int, default=QUERIES, help="known items a class, at most (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="other queries by the same rules (%(default)s)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--settings",
        nargs="+",
        action="append",
        type=_assignment,
        metavar="NAME=VALUE",
        help="what these settings change, such as ranking.title=2; give it again for other ones",
    )
    what.add_argument("--misses", action="store_true", help="list the queries whose answer does not come first")
    what.add_argument("--check", action="store_true", help="fail where a figure is below its floor; for CI")
    return parser


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _check() -> int:
    lines = fallen()
    _say(lines or ["Every class is at or above its floor."])
    return 1 if lines else 0


def _comparisons(trials: Sequence[Trial]) -> Iterator[str]:
    """A part for each archive, one for all of them, and what could not be asked."""
    measured = [_measured(trial) for trial in trials]
    for trial, each in zip(trials, measured, strict=True):
        yield compared(f"{trial.title}: {len(trial.archive.articles)} articles", each)
    if len(trials) > 1:
        yield compared("All of these queries", together(measured))
    yield _contributions(trials, [each[OURS] for each in measured])
    yield from _left_out(trials)


def _contributions(trials: Sequence[Trial], as_set: Sequence[Figures]) -> str:
    without: dict[str, Figures] = {}
    indexes = [Index(trial.archive.folder) for trial in trials]
    for choice in CHOICES:
        found = [
            {OURS: figures(index.opened(choice.settings, **choice.asked), trial)}
            for index, trial in zip(indexes, trials, strict=True)
        ]
        without[choice.name] = together(found)[OURS]
    return contributions(together([{OURS: each} for each in as_set])[OURS], without)


def _measured(trial: Trial) -> dict[str, Figures]:
    with Index(trial.archive.folder) as index:
        engines: dict[str, Engine] = {OURS: index.opened(Settings()), **peers(trial.archive.articles)}
        return {name: figures(engine, trial) for name, engine in engines.items()}


def _left_out(trials: Sequence[Trial]) -> Iterator[str]:
    for title in sorted(set.intersection(*(set(trial.left_out) for trial in trials))):
        yield f"Left out, for want of their archive: the queries judged by hand under “{title}”.\n"


def _ablations(trial: Trial, variants: Sequence[Sequence[tuple[str, str]]]) -> Iterator[str]:
    with Index(trial.archive.folder) as index:
        before = figures(index.opened(Settings()), trial)
        for variant in variants:
            after = figures(index.opened(_settings(variant)), trial)
            yield ablation(trial, before, after, ", ".join("=".join(pair) for pair in variant))


def _settings(variant: Sequence[tuple[str, str]]) -> Settings:
    variables = {PREFIX + name.replace(".", "_").upper(): value for name, value in variant}
    try:
        return Settings.from_environment(variables)
    except SettingsError as error:
        sys.exit(str(error))


def _misses(trial: Trial) -> str:
    with Index(trial.archive.folder) as index:
        rows = list(_missed(index.opened(Settings()), trial))
    return f"## {trial.title}\n\n" + table(["class", "query", "worth", "wanted", "first hit"], rows)


def _missed(engine: ThisEngine, trial: Trial) -> Iterator[list[str]]:
    titles = {article.id: article.title for article in trial.archive.articles}
    for name, questions in trial.questions.items():
        for question in questions:
            found = engine.best(question.text)
            worth = question.worth(found)
            if worth < 1:
                first = titles[found[0]] if found else "nothing"
                yield [name, question.text, f"{worth:.2f}", titles[min(question.wanted)][:60], first[:60]]


if __name__ == "__main__":
    sys.exit(main())
