"""What is asked of every engine about one archive, and how each does."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from tests.eval.archive import Archive
from tests.eval.engines import Engine
from tests.eval.judgements import articles_judged, judgements
from tests.eval.known_items import CLASSES, known_items
from tests.eval.measures import ndcg, reciprocal_rank

JUDGED: Final = "judged by hand"

Figures = Mapping[str, Sequence[float]]
"""For each class the figure of each of its queries: reciprocal ranks, NDCG for those judged by hand."""


class Question(NamedTuple):
    """A query, what a ranking of ids for it is worth, and the ids looked for."""

    text: str
    worth: Callable[[Sequence[str]], float]
    wanted: frozenset[str]


class Trial(NamedTuple):
    """An archive and the questions about it by class.  `left_out` are the titles of judged sets that other archives
    have."""

    title: str
    archive: Archive
    questions: Mapping[str, Sequence[Question]]
    left_out: Sequence[str]


def trial_of(folder: Path, seed: int, most: int) -> Trial:
    """Up to `most` known items a class, and the queries judged by hand if it is an archive they are about."""
    archive = Archive(folder)
    questions = {
        name: [
            Question(item.text, partial(reciprocal_rank, answers=item.answers), item.answers)
            for item in known_items(archive, name, seed, most)
        ]
        for name in CLASSES
    }
    sets = judgements()
    ids = {article.id for article in archive.articles}
    mine = [title for title, queries in sets.items() if articles_judged(queries) <= ids]
    for title in mine:
        questions[JUDGED] = [
            Question(judged.query, partial(ndcg, grades=judged.grades), frozenset(judged.grades))
            for judged in sets[title]
        ]
    title = mine[0] if mine else f"The archive {folder.name}"
    return Trial(title, archive, questions, [title for title in sets if title not in mine])


def figures(engine: Engine, trial: Trial) -> Figures:
    """How the engine does on every question."""
    return {
        name: [question.worth(engine.best(question.text)) for question in questions]
        for name, questions in trial.questions.items()
    }


def mean(values: Sequence[float]) -> float:
    """The mean; 0 of nothing, as of a class that an archive is too poor for."""
    return sum(values) / len(values) if values else 0.0


def success(values: Sequence[float]) -> float:
    """The share of queries answered by the first hit, given reciprocal ranks."""
    return mean([float(value == 1) for value in values])
