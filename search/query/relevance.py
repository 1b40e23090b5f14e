"""The order by relevance: BM25F, times a few bounded factors.

    score = BM25F · (1 + recency · r) · (1 + heat · h) · (1 + exact · e) · (1 + proximity · p)

r, h, e and p are from 0 to 1, the settings are `Ranking`'s.  r halves after `recency_days` and then ever more slowly,
counted from the newest article, not from today: the same index always answers the same.
"""

import numpy as np

from search.query.closeness import Closeness
from search.query.evaluator import Evaluation
from search.query.order import best, floor
from search.query.syntax import Node
from search.snapshot.arrays import Array

_ROUNDING = 1 - 1e-9


class Relevance:
    """Scores articles for one query.  `typed` is the query as typed where `root` asks for less."""

    def __init__(self, evaluation: Evaluation, root: Node, typed: Node | None = None) -> None:
        self._evaluation = evaluation
        self.index = evaluation.index
        self.root = root
        self.closeness = Closeness(self.index, typed or root, evaluation.number)

    def scores(self, documents: Array) -> Array:
        """Every document's score."""
        scores = self._likely(documents)
        for factor in self.closeness.factors(documents):
            scores *= factor
        return scores

    def best(self, documents: Array, count: int) -> tuple[Array, Array]:
        """The positions of the `count` best documents, best first, equal ones newest first; and their scores.

        Only those are looked at closely whose score could then reach what the `count` best have without."""
        likely, most = self._likely(documents), self.closeness.most
        if most == 1 or not len(documents):
            positions = best(likely, count)
            return positions, likely[positions]
        least = floor(likely, min(count, len(documents))) / most * _ROUNDING
        candidates = np.flatnonzero(likely >= least)
        scores = likely[candidates]
        for factor in self.closeness.factors(documents[candidates]):
            scores *= factor
        order = best(scores, count)
        return candidates[order], scores[order]

    def _likely(self, documents: Array) -> Array:
        """The scores but for what only a close look tells."""
        scores, prior = self._evaluation.scores(self.root, documents), self.index.prior
        return scores if prior is None else scores * prior.take(documents)
