"""Scores of full matches, and of full and partial matches on one scale."""

from typing import Final

import numpy as np

from search.arrays import Array
from search.query.nodes import Node
from search.query.query_words import relaxed_query, without_function_words
from search.searcher.evaluator import Evaluator
from search.searcher.scorer import Scorer

MISSING_FACTOR: Final = 0.7
"""The score of a partial match is multiplied by this for each word that it lacks."""


class Relevance:
    """Scores the matches of the query `root`: `full` all its words, `content` those that an article has, without
    function words."""

    def __init__(self, evaluator: Evaluator, root: Node) -> None:
        self.full = Scorer(evaluator, root)
        self.content = Scorer(evaluator, relaxed_query(root), without_function_words(root))

    def competing_scores(self, doc_ids: Array, missing: Array) -> Array:
        """[doc_ids] the scores of a doc set of full and partial matches, less for each word that a document lacks."""
        factors = np.array([MISSING_FACTOR**number for number in range(int(missing.max(initial=0)) + 1)])
        scores: Array = self.content.scores(doc_ids) * factors.take(missing)
        return scores
