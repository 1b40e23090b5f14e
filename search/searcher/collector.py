"""Collects the top docs of a search, page by page."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from search.arrays import Array, new_runs, top_indices
from search.query.nodes import Node
from search.request import Sort
from search.searcher.doc_sets import values_at
from search.searcher.evaluator import Evaluator
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs
from search.searcher.scorer import Scorer
from search.snapshot.segment import UNDATED


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
        page = Page([], [], [])
        for missing, doc_ids in self._tiers():
            remaining = count - len(page.doc_ids)
            if remaining and offset < len(doc_ids):
                selected, scores = self._top_of_tier(missing, doc_ids, offset, remaining)
                page.doc_ids.extend(selected.tolist())
                page.scores.extend(scores or [None] * len(selected))
                page.missing.extend([missing] * len(selected))
            offset = max(0, offset - len(doc_ids))
        return page

    def first_of_each(self, indices: Array, groups: Array) -> Array:
        """The indices of the documents that are sorted first in their group; `groups` are those at `indices`."""
        doc_ids, missing = self._matched.doc_ids[indices], self._matched.missing
        tiers = np.zeros(len(doc_ids)) if missing is None else missing[indices]
        order = np.lexsort((doc_ids, -self._sort_keys(doc_ids, tiers), tiers, groups))
        return indices[order[new_runs(groups[order])]]

    def _sort_keys(self, doc_ids: Array, tiers: Array) -> Array:
        """[doc_ids] the sort keys within each tier: largest first, ties newest first."""
        if self._sort != "relevance":
            return _column_keys(self._reader, doc_ids, self._sort)
        return np.where(tiers == 0, self.full_scorer.scores(doc_ids), self.partial_scorer.scores(doc_ids))

    def _tiers(self) -> Iterator[tuple[int, Array]]:
        """Each value of `MatchedDocs.missing`, ascending, with its doc set."""
        doc_ids, missing = self._matched.doc_ids, self._matched.missing
        if missing is None:
            yield 0, doc_ids
            return
        for tier in np.unique(missing).tolist():
            yield tier, doc_ids[missing == tier]

    def _top_of_tier(self, missing: int, doc_ids: Array, offset: int, count: int) -> tuple[Array, list[float] | None]:
        """At most `count` documents after the first `offset`, and their scores if they are sorted by relevance."""
        if self._sort == "newest" and int(doc_ids[0]) >= self._reader.ahead:
            return doc_ids[offset : offset + count], None
        if self._sort != "relevance":
            keys = _column_keys(self._reader, doc_ids, self._sort)
            return doc_ids[top_indices(keys, offset + count)[offset:]], None
        scorer = self.partial_scorer if missing else self.full_scorer
        indices, scores = scorer.top(doc_ids, offset + count)
        return doc_ids[indices[offset:]], scores[offset:].tolist()


def _column_keys(reader: IndexReader, doc_ids: Array, sort: Sort) -> Array:
    """[doc_ids] the keys of any sort but relevance: largest first, ties by doc id."""
    if sort == "heat":
        # Unknown heat is the smallest 32-bit number, which has a negative in 64 bits only.
        return values_at(reader.segment.heat, doc_ids).astype(np.int64)
    if sort == "oldest":
        published = values_at(reader.segment.published, doc_ids)
        # Undated articles come last.  UNDATED has no negative number, UNDATED + 1 has.
        return np.where(published == UNDATED, UNDATED + 1, -published)
    # Wrong dates, which are ahead of today, come after all right ones.
    return (doc_ids < reader.dated).astype(np.int64) + (doc_ids >= reader.ahead) * (doc_ids < reader.dated)
