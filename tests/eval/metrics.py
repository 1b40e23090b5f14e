"""Metrics of one ranking, from 0 to 1 (best)."""

from collections.abc import Iterable, Mapping, Sequence
from math import log2
from typing import NamedTuple

from tests.eval.engines import HITS


def reciprocal_rank(ranking: Sequence[str], expected: str, stories: Mapping[str, str]) -> float:
    """1 / rank of the expected story among the stories of the top ten, 0 if it is not there.

    `stories` has the story of each id.  Duplicates count as one result."""
    ranked = dict.fromkeys(stories[id] for id in ranking[:HITS])
    return next((1 / rank for rank, story in enumerate(ranked, 1) if story == expected), 0.0)


def ndcg(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Normalized discounted cumulative gain of the top ten, with gains of 2**grade - 1."""
    ideal = sorted(grades.values(), reverse=True)
    return _gain([grades.get(id, 0) for id in ranking]) / _gain(ideal)


def _gain(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades[:HITS], 1))


class Share(NamedTuple):
    """How many of some cases are right."""

    right: int
    cases: int


def share(cases: Iterable[bool]) -> Share:
    outcomes = list(cases)
    return Share(sum(outcomes), len(outcomes))
