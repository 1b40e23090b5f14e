"""Scores documents by relevance: BM25F, times a few bounded boosts.

    score = BM25F · (1 + recency · r) · (1 + heat · h) · (1 + exact · e) · (1 + proximity · p)

r, h, e and p are from 0 to 1; their weights are those of `Ranking`.  r halves after `recency_days` and then decreases
ever more slowly.  It counts from the start of today (UTC): scores change once a day, and one article with a wrong date
in the future changes no other article's score.
"""

import numpy as np

from search.arrays import Array, top_indices
from search.query.nodes import Node
from search.query.query_words import relaxed_query, without_function_words
from search.searcher.evaluator import Evaluator
from search.searcher.match_boosts import MatchBoosts

_ROUNDING = 1 - 1e-9
_FEW = 400
"""Up to this many documents are all scored in one pass, which is as fast as two."""
_FIRST_PASS = 2
"""The first pass scores this many times the wanted documents: these include most of the top docs."""


def content_scorer(evaluator: Evaluator, root: Node) -> "Scorer":
    """Scores full and partial matches on one scale: by the words that a document has, without function words."""
    return Scorer(evaluator, relaxed_query(root), without_function_words(root))


class Scorer:
    """Scores the documents of one query.  `original` is the full query if `root` is a relaxed one."""

    def __init__(self, evaluator: Evaluator, root: Node, original: Node | None = None) -> None:
        self._evaluator = evaluator
        self.reader = evaluator.reader
        self.root = root
        self.match_boosts = MatchBoosts(evaluator, original or root)

    def scores(self, doc_ids: Array) -> Array:
        """[doc_ids] the score of each document."""
        if not len(doc_ids):
            return np.zeros(0)
        return self._boosted(self._base_scores(doc_ids), doc_ids, np.arange(len(doc_ids)))

    def top(self, doc_ids: Array, count: int, least: float = 0.0) -> tuple[Array, Array]:
        """The indices of the `count` best documents, best first, ties newest first; and their scores.

        Documents that score less than `least` may be left out.  Match boosts are computed only for documents that can
        reach the top with them."""
        base_scores = self._base_scores(doc_ids)
        if self.match_boosts.max_boost == 1:
            indices = top_indices(base_scores, count)
            return indices, base_scores[indices]
        candidates = self._candidates(base_scores, doc_ids, count, least)
        scores = self._boosted(base_scores, doc_ids, candidates)
        order = top_indices(scores, count)
        return candidates[order], scores[order]

    def _candidates(self, base_scores: Array, doc_ids: Array, count: int, least: float) -> Array:
        """The indices of all documents that can be among the `count` best with at least this score, ascending."""
        candidates = self._reaching(least, base_scores) if least else np.arange(len(doc_ids))
        if len(candidates) > max(_FEW, _FIRST_PASS * count):
            likeliest = np.sort(top_indices(base_scores, _FIRST_PASS * count))
            least = max(least, np.sort(self._boosted(base_scores, doc_ids, likeliest))[-count])
            candidates = self._reaching(least, base_scores)
        return candidates

    def _reaching(self, score: float, base_scores: Array) -> Array:
        """The indices of the documents that match boosts can bring to this score."""
        return np.flatnonzero(base_scores >= score / self.match_boosts.max_boost * _ROUNDING)

    def _boosted(self, base_scores: Array, doc_ids: Array, indices: Array) -> Array:
        """[indices] the scores of the documents at these indices, which ascend."""
        scores = base_scores[indices]
        for factor in self.match_boosts.factors(doc_ids[indices]):
            scores *= factor
        return scores

    def _base_scores(self, doc_ids: Array) -> Array:
        """[doc_ids] the scores without match boosts."""
        scores, boosts = self._evaluator.scores(self.root, doc_ids), self.reader.doc_boosts
        return scores if boosts is None else scores * boosts.take(doc_ids)
