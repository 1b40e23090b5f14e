"""The order by relevance: BM25F, times a few bounded factors.

    score = BM25F · (1 + recency · r) · (1 + heat · h) · (1 + exact · e) · (1 + proximity · p)

r, h, e and p are from 0 to 1, the settings are `Ranking`'s.  r halves after `recency_days` and then ever more slowly,
counted from the newest article, not from today: the same index always answers the same.
"""

import numpy as np

from search.query.nodes import Node
from search.searcher.evaluator import Evaluator
from search.searcher.match_boosts import MatchBoosts
from search.snapshot.arrays import Array
from search.snapshot.top_indices import top_indices

_ROUNDING = 1 - 1e-9
_FEW = 400
"""So few are all looked at at once: to look twice would take as long."""
_AHEAD = 2
"""So many times as many as are wanted are looked at first: among them, most of the best will be."""


class Scorer:
    """Scores articles for one query.  `typed` is the query as typed where `root` asks for less."""

    def __init__(self, evaluation: Evaluator, root: Node, typed: Node | None = None) -> None:
        self._evaluation = evaluation
        self.index = evaluation.index
        self.root = root
        self.closeness = MatchBoosts(self.index, typed or root, evaluation.number)

    def scores(self, documents: Array) -> Array:
        """Every document's score."""
        return self._closely(self._likely(documents), documents, np.arange(len(documents)))

    def best(self, documents: Array, count: int) -> tuple[Array, Array]:
        """The positions of the `count` best documents, best first, equal ones newest first; and their scores.

        The likeliest are looked at closely first; then only those that could still reach what `count` of them have."""
        likely = self._likely(documents)
        if self.closeness.most == 1:
            positions = top_indices(likely, count)
            return positions, likely[positions]
        candidates = self._candidates(likely, documents, count)
        scores = self._closely(likely, documents, candidates)
        order = top_indices(scores, count)
        return candidates[order], scores[order]

    def _candidates(self, likely: Array, documents: Array, count: int) -> Array:
        """The positions of all documents that can be among the `count` best, ascending."""
        if len(documents) <= max(_FEW, _AHEAD * count):
            return np.arange(len(documents))
        likeliest = np.sort(top_indices(likely, _AHEAD * count))
        reached = np.sort(self._closely(likely, documents, likeliest))[-count]
        return np.flatnonzero(likely >= reached / self.closeness.most * _ROUNDING)

    def _closely(self, likely: Array, documents: Array, positions: Array) -> Array:
        """The scores of the documents at these positions, which ascend."""
        scores = likely[positions]
        for factor in self.closeness.factors(documents[positions]):
            scores *= factor
        return scores

    def _likely(self, documents: Array) -> Array:
        """The scores but for what only a close look tells."""
        scores, prior = self._evaluation.scores(self.root, documents), self.index.prior
        return scores if prior is None else scores * prior.take(documents)
