"""Metrics of one ranking, from 0 to 1 (best)."""

from collections.abc import Collection, Mapping, Sequence
from math import log2

from tests.eval.engines import HITS


def reciprocal_rank(ranking: Sequence[str], expected: Collection[str]) -> float:
    """1 / rank of the first expected result in the top ten, 0 if there is none."""
    return next((1 / rank for rank, id in enumerate(ranking[:HITS], 1) if id in expected), 0.0)


def ndcg(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Normalized discounted cumulative gain of the top ten, with gains of 2**grade - 1."""
    ideal = sorted(grades.values(), reverse=True)
    return _gain([grades.get(id, 0) for id in ranking]) / _gain(ideal)


def _gain(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades[:HITS], 1))
