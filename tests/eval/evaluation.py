"""The queries for one archive, and the scores of an engine."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from tests.eval.archive import Archive
from tests.eval.engines import Engine
from tests.eval.judgements import articles_judged, judgements
from tests.eval.known_items import CLASSES, known_items
from tests.eval.metrics import ndcg, reciprocal_rank

JUDGED: Final = "judged queries"

Scores = Mapping[str, Sequence[float]]
"""Class → scores of its queries: reciprocal ranks, or NDCG for judged queries."""


class EvalQuery(NamedTuple):
    """A query, the score of a ranking of ids, and the expected ids."""

    text: str
    score: Callable[[Sequence[str]], float]
    expected: frozenset[str]


class Evaluation(NamedTuple):
    """An archive and its queries by class.  `skipped` are the titles of the judged sets of other archives."""

    title: str
    archive: Archive
    queries: Mapping[str, Sequence[EvalQuery]]
    skipped: Sequence[str]


def evaluation_of(folder: Path, seed: int, most: int) -> Evaluation:
    """Up to `most` known-item queries of each class, and the judged queries of the archive."""
    archive = Archive(folder)
    queries = {
        name: [
            EvalQuery(item.text, partial(reciprocal_rank, expected=item.expected), item.expected)
            for item in known_items(archive, name, seed, most)
        ]
        for name in CLASSES
    }
    sets = judgements()
    ids = {article.id for article in archive.articles}
    mine = [title for title, queries in sets.items() if articles_judged(queries) <= ids]
    for title in mine:
        queries[JUDGED] = [
            EvalQuery(judged.query, partial(ndcg, grades=judged.grades), frozenset(judged.grades))
            for judged in sets[title]
        ]
    title = mine[0] if mine else f"The archive {folder.name}"
    return Evaluation(title, archive, queries, [title for title in sets if title not in mine])


def evaluate(engine: Engine, evaluation: Evaluation) -> Scores:
    """The scores of an engine on every query."""
    return {
        name: [query.score(engine.best(query.text)) for query in queries]
        for name, queries in evaluation.queries.items()
    }


def mean(values: Sequence[float]) -> float:
    """The mean; 0 if a class has no queries."""
    return sum(values) / len(values) if values else 0.0


def success_rate(values: Sequence[float]) -> float:
    """The share of queries with the expected result in first place, from reciprocal ranks."""
    return mean([float(value == 1) for value in values])
