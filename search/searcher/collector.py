"""The articles found, in the order in which they are listed, page by page."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from search.query.nodes import Node
from search.request import Sort
from search.searcher.evaluator import Evaluator
from search.searcher.minimum_match import MatchedDocs
from search.searcher.scorer import Scorer
from search.searcher.top_docs import keys, page_of
from search.snapshot.arrays import Array, new_runs


class Page(NamedTuple):
    """Documents in their order; their scores, None unless they were ordered by those; what each lacks, as in
    `MatchedDocs.missing`."""

    documents: list[int]
    scores: list[float | None]
    missing: list[int]


class Collector:
    """What was found for the query `typed`, in the order of `sort`; None of a text, where there is no relevance.

    Articles that lack words come after all that have them, those that lack fewest first."""

    def __init__(self, evaluation: Evaluator, typed: Node, found: MatchedDocs, sort: Sort) -> None:
        self._index = evaluation.index
        self._found = found
        self._sort = sort
        self.relevance = Scorer(evaluation, typed)
        """of articles that have every word"""
        self.loosely = self.relevance if found.missing is None else Scorer(evaluation, found.root, typed)
        """of those that lack some"""

    def page(self, offset: int, count: int) -> Page:
        """`count` documents at most, from the one after `offset` on."""
        pages = []
        for lacking, documents in self._tiers():
            if count and offset < len(documents):
                pages.append(self._page_of_tier(lacking, documents, offset, count))
                count -= len(pages[-1].documents)
            offset = max(0, offset - len(documents))
        return _joined(pages)

    def firsts(self, positions: Array, story: Array) -> Array:
        """Of the documents at these positions, those listed before all others of the same `story`."""
        documents, missing = self._found.documents[positions], self._found.missing
        lacking = np.zeros(len(documents)) if missing is None else missing[positions]
        order = np.lexsort((documents, -self._keys(documents, lacking), lacking, story))
        story = story[order]
        return positions[order[new_runs(story)]]

    def _keys(self, documents: Array, lacking: Array) -> Array:
        """By what is listed first where as many words are lacking: the larger, equal ones newest first."""
        if self._sort != "relevance":
            return keys(self._index, documents, self._sort)
        return np.where(lacking == 0, self.relevance.scores(documents), self.loosely.scores(documents))

    def _tiers(self) -> Iterator[tuple[int, Array]]:
        """What is lacking, as in `MatchedDocs.missing`, and the documents that lack so much; what lacks least first."""
        documents, missing = self._found.documents, self._found.missing
        if missing is None:
            yield 0, documents
            return
        for lacking in np.unique(missing).tolist():
            yield lacking, documents[missing == lacking]

    def _page_of_tier(self, lacking: int, documents: Array, offset: int, count: int) -> Page:
        if self._sort != "relevance":
            chosen, scores = page_of(self._index, documents, self._sort, offset, count), None
        else:
            positions, found = (self.loosely if lacking else self.relevance).best(documents, offset + count)
            chosen, scores = documents[positions[offset:]], found[offset:].tolist()
        return Page(chosen.tolist(), scores or [None] * len(chosen), [lacking] * len(chosen))


def _joined(pages: Sequence[Page]) -> Page:
    return (
        Page(*(list(chain.from_iterable(parts)) for parts in zip(*pages, strict=True))) if pages else Page([], [], [])
    )
