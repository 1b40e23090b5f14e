"""Collects the top docs of a search, page by page."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from search.query.nodes import Node
from search.request import Sort
from search.searcher.evaluator import Evaluator
from search.searcher.minimum_match import MatchedDocs
from search.searcher.scorer import Scorer
from search.searcher.top_docs import page_of, sort_keys
from search.snapshot.arrays import Array, new_runs


class Page(NamedTuple):
    """One page: doc ids in order; scores, None unless sorted by relevance; weights as in `MatchedDocs.missing`."""

    doc_ids: list[int]
    scores: list[float | None]
    missing: list[int]


class Collector:
    """Sorts the matches of the query `root`: full matches first, then partial matches by the words that they lack."""

    def __init__(self, evaluator: Evaluator, root: Node, matched: MatchedDocs, sort: Sort) -> None:
        self._reader = evaluator.reader
        self._matched = matched
        self._sort = sort
        self.full_scorer = Scorer(evaluator, root)
        self.partial_scorer = (
            self.full_scorer if matched.missing is None else Scorer(evaluator, matched.root, original=root)
        )

    def page(self, offset: int, count: int) -> Page:
        """At most `count` documents, after the first `offset`."""
        pages = []
        for missing, doc_ids in self._tiers():
            if count and offset < len(doc_ids):
                pages.append(self._page_of_tier(missing, doc_ids, offset, count))
                count -= len(pages[-1].doc_ids)
            offset = max(0, offset - len(doc_ids))
        return _joined(pages)

    def first_of_each(self, indices: Array, groups: Array) -> Array:
        """The indices of the documents that are sorted first in their group; `groups` are those at `indices`."""
        doc_ids, missing = self._matched.doc_ids[indices], self._matched.missing
        tiers = np.zeros(len(doc_ids)) if missing is None else missing[indices]
        order = np.lexsort((doc_ids, -self._sort_keys(doc_ids, tiers), tiers, groups))
        return indices[order[new_runs(groups[order])]]

    def _sort_keys(self, doc_ids: Array, tiers: Array) -> Array:
        """[doc_ids] the sort keys within each tier: largest first, ties newest first."""
        if self._sort != "relevance":
            return sort_keys(self._reader, doc_ids, self._sort)
        return np.where(tiers == 0, self.full_scorer.scores(doc_ids), self.partial_scorer.scores(doc_ids))

    def _tiers(self) -> Iterator[tuple[int, Array]]:
        """Each value of `MatchedDocs.missing`, ascending, with its doc set."""
        doc_ids, missing = self._matched.doc_ids, self._matched.missing
        if missing is None:
            yield 0, doc_ids
            return
        for tier in np.unique(missing).tolist():
            yield tier, doc_ids[missing == tier]

    def _page_of_tier(self, missing: int, doc_ids: Array, offset: int, count: int) -> Page:
        if self._sort != "relevance":
            selected, scores = page_of(self._reader, doc_ids, self._sort, offset, count), None
        else:
            scorer = self.partial_scorer if missing else self.full_scorer
            indices, top_scores = scorer.top(doc_ids, offset + count)
            selected, scores = doc_ids[indices[offset:]], top_scores[offset:].tolist()
        return Page(selected.tolist(), scores or [None] * len(selected), [missing] * len(selected))


def _joined(pages: Sequence[Page]) -> Page:
    return (
        Page(*(list(chain.from_iterable(parts)) for parts in zip(*pages, strict=True))) if pages else Page([], [], [])
    )
