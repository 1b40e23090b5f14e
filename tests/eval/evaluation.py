"""The queries for one archive, and the scores of an engine."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import sqrt
from pathlib import Path
from statistics import stdev
from typing import NamedTuple

from tests.eval.archive import Archive
from tests.eval.engines import Engine
from tests.eval.fits import Fits, oracle
from tests.eval.judgements import JudgedQuery, articles_judged, judgements
from tests.eval.known_items import CLASSES, KnownItem, known_items
from tests.eval.metrics import ndcg, reciprocal_rank


class Score(NamedTuple):
    """A reciprocal rank or an NDCG, and what an oracle could reach."""

    value: float
    oracle: float = 1.0


Scores = Mapping[str, Sequence[Score]]
"""Class → scores of its queries."""


class EvalQuery(NamedTuple):
    """A query, the score of a ranking of ids, and the expected id; `oracle` is less than 1 if stories fit equally."""

    text: str
    score: Callable[[Sequence[str]], float]
    expected: str
    oracle: float = 1.0


class Evaluation(NamedTuple):
    """An archive and its queries by class.  `skipped` are the titles of the judged sets of other archives."""

    title: str
    archive: Archive
    queries: Mapping[str, Sequence[EvalQuery]]
    skipped: Sequence[str]


def evaluation_of(folder: Path, seeds: Sequence[int], most: int) -> Evaluation:
    """Up to `most` known-item queries of each class and seed, and the judged queries of the archive."""
    archive = Archive(folder)
    fits = Fits(archive)
    queries = {
        name: [_known(archive, fits, item) for item in known_items(archive, name, seeds, most)] for name in CLASSES
    }
    sets = judgements()
    ids = {article.id for article in archive.articles}
    mine = [title for title, judged_set in sets.items() if articles_judged(judged_set) <= ids]
    for name, judged in sets[mine[0]].items() if mine else ():
        queries[name] = list(map(_judged, judged))
    title = mine[0] if mine else f"The archive {folder.name}"
    return Evaluation(title, archive, queries, [title for title in sets if title not in mine])


def _known(archive: Archive, fits: Fits, item: KnownItem) -> EvalQuery:
    score = partial(reciprocal_rank, expected=archive.stories[item.id], stories=archive.stories)
    return EvalQuery(item.text, score, item.id, oracle(fits.equal_stories(item.text, item.id)))


def _judged(query: JudgedQuery) -> EvalQuery:
    best = max(query.grades, key=query.grades.__getitem__)
    return EvalQuery(query.query, partial(ndcg, grades=query.grades), best)


def evaluate(engine: Engine, evaluation: Evaluation) -> Scores:
    """The scores of an engine on every query."""
    return {
        name: [Score(query.score(engine.best(query.text)), query.oracle) for query in queries]
        for name, queries in evaluation.queries.items()
    }


def answerable(scores: Sequence[Score]) -> list[float]:
    """The values of the queries that only one story fits."""
    return [score.value for score in scores if score.oracle == 1]


def mean(scores: Sequence[Score]) -> float:
    """The mean over the answerable queries; 0 if a class has none."""
    return _mean(answerable(scores))


def success_rate(scores: Sequence[Score]) -> float:
    """The share of answerable queries with the expected result in first place, from reciprocal ranks."""
    return _mean([value == 1 for value in answerable(scores)])


def standard_error(scores: Sequence[Score]) -> float:
    """The standard error of the mean; 0 for fewer than two answerable queries."""
    values = answerable(scores)
    return stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0


def oracle_mean(scores: Sequence[Score]) -> float:
    """The oracle's mean over all queries; 0 if a class has none."""
    return _mean([score.oracle for score in scores])


def oracle_share(scores: Sequence[Score]) -> float:
    """The mean over all queries as a share of the oracle's; 0 if a class has none."""
    return _mean([score.value for score in scores]) / (oracle_mean(scores) or 1)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
