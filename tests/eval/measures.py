"""How good one ranking is: figures from 0 to 1, 1 being best."""

from collections.abc import Collection, Mapping, Sequence
from math import log2

from tests.eval.engines import HITS


def reciprocal_rank(ranking: Sequence[str], answers: Collection[str]) -> float:
    """One divided by the place of the first answer among the first ten, 0 where there is none."""
    return next((1 / place for place, id in enumerate(ranking[:HITS], 1) if id in answers), 0.0)


def ndcg(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain of the first ten, with gains of 2**grade - 1; what has no grade has 0."""
    ideal = sorted(grades.values(), reverse=True)
    return _gain([grades.get(id, 0) for id in ranking]) / _gain(ideal)


def _gain(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades[:HITS], 1))
