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
from search.searcher.matcher import NO_DOCS
from search.searcher.minimum_match import MatchedDocs, relevance_order
from search.searcher.scorer import Scorer, content_scorer
from search.snapshot.segment import UNDATED


class Page(NamedTuple):
    """One page: doc ids in order; scores, None unless sorted by relevance; how many words each document lacks."""

    doc_ids: list[int]
    scores: list[float | None]
    missing: list[int]

    def followed_by(self, other: "Page") -> "Page":
        return Page(self.doc_ids + other.doc_ids, self.scores + other.scores, self.missing + other.missing)


class Collector:
    """Sorts the matches of the query `root`, tier by tier."""

    def __init__(self, evaluator: Evaluator, root: Node, matched: MatchedDocs, sort: Sort) -> None:
        self._reader = evaluator.reader
        self._matched = matched
        self._sort = sort
        self.scorer = Scorer(evaluator, root) if matched.scores is None else content_scorer(evaluator, root)

    def page(self, offset: int, count: int) -> Page:
        """At most `count` documents, after the first `offset`."""
        doc_ids, missing, tiers, scores = self._matched
        if missing is not None and tiers is not None and scores is not None:
            indices = relevance_order(doc_ids, tiers, scores)[offset : offset + count]
            return Page(doc_ids[indices].tolist(), scores[indices].tolist(), missing[indices].tolist())
        page = Page([], [], [])
        for doc_ids in self._tiers():
            remaining = count - len(page.doc_ids)
            if remaining and offset < len(doc_ids):
                page = page.followed_by(self._top_of_tier(doc_ids, offset, remaining))
            offset = max(0, offset - len(doc_ids))
        return page

    def doc_ids(self) -> Array:
        """[N] the documents in order, none of which may be a partial match."""
        found = [self._sorted(doc_ids) for doc_ids in self._tiers() if len(doc_ids)]
        return np.concatenate(found) if found else NO_DOCS

    def first_of_each(self, indices: Array, groups: Array) -> Array:
        """The indices of the documents that are sorted first in their group; `groups` are those at `indices`."""
        doc_ids, _, tiers, scores = self._matched.where(indices)
        if self._sort != "relevance":
            keys = _column_keys(self._reader, doc_ids, self._sort)
        else:
            keys = self.scorer.scores(doc_ids) if scores is None else scores
        order = np.lexsort((doc_ids, -keys, np.zeros(len(doc_ids)) if tiers is None else tiers, groups))
        return indices[order[new_runs(groups[order])]]

    def _tiers(self) -> Iterator[Array]:
        """The documents of each tier, all of which are full matches."""
        doc_ids, _, tiers, _ = self._matched
        if tiers is None:
            yield doc_ids
            return
        for tier in np.unique(tiers).tolist():
            yield doc_ids[tiers == tier]

    def _top_of_tier(self, doc_ids: Array, offset: int, count: int) -> Page:
        """At most `count` of the documents after the first `offset`."""
        if self._sort != "relevance":
            selected = self._top_by_column(doc_ids, offset, count)
            return Page(selected.tolist(), [None] * len(selected), [0] * len(selected))
        indices, scores = (column[offset:] for column in self.scorer.top(doc_ids, offset + count))
        return Page(doc_ids[indices].tolist(), scores.tolist(), [0] * len(indices))

    def _sorted(self, doc_ids: Array) -> Array:
        """All documents of a tier in order."""
        if self._sort != "relevance":
            return self._top_by_column(doc_ids, 0, len(doc_ids))
        indices, _ = self.scorer.top(doc_ids, len(doc_ids))
        return doc_ids[indices]

    def _top_by_column(self, doc_ids: Array, offset: int, count: int) -> Array:
        if self._sort == "newest" and int(doc_ids[0]) >= self._reader.ahead:
            return doc_ids[offset : offset + count]
        return doc_ids[top_indices(_column_keys(self._reader, doc_ids, self._sort), offset + count)[offset:]]


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
