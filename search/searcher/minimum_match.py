"""Minimum should match: full matches and, if these are few, partial matches that lack some words."""

from collections.abc import Sequence
from math import inf
from typing import Final, NamedTuple

import numpy as np

from search.arrays import Array
from search.query.nodes import And, Node, Word
from search.query.query_words import any_included, content_words, optional_words, relaxed_query, required_nodes
from search.searcher.doc_sets import contains
from search.searcher.evaluator import Evaluator

MIN_MATCHES: Final = 10
"""With fewer full matches than this, partial matches are added."""

_CONTENT_WORD: Final = 64  # more than a query has words


class MatchedDocs(NamedTuple):
    """The doc set of the matches of `root`.

    `missing` is None if all are full matches, else [doc_ids] the weight of the words that each document lacks: 64 + 1
    for a content word, 1 for another word."""

    doc_ids: Array
    root: Node
    missing: Array | None = None

    @property
    def max_missing(self) -> int:
        """The largest number of words that a match lacks."""
        return 0 if self.missing is None or not len(self.missing) else int((self.missing % _CONTENT_WORD).max())

    @property
    def full_matches(self) -> int:
        return len(self.doc_ids) if self.missing is None else int(np.count_nonzero(self.missing == 0))

    @property
    def min_missing(self) -> float:
        """The smallest value of `missing`; infinity if there are no matches."""
        if not len(self.doc_ids):
            return inf
        return 0 if self.missing is None else int(self.missing.min())

    def where(self, selection: Array | slice) -> "MatchedDocs":
        """The matches at these indices or with this mask."""
        missing = None if self.missing is None else self.missing[selection]
        return MatchedDocs(self.doc_ids[selection], self.root, missing)


def match_documents(evaluator: Evaluator, root: Node, full_only: bool) -> MatchedDocs:
    """The full matches; if these are few and not `full_only`, also the partial matches that lack the fewest words."""
    doc_ids = evaluator.doc_ids(root)
    optional = () if full_only or len(doc_ids) >= MIN_MATCHES else optional_words(root)
    return _with_partial_matches(evaluator, root, optional) if optional else MatchedDocs(doc_ids, root)


def missing_words(evaluator: Evaluator, root: Node, doc_id: int) -> tuple[str, ...]:
    """The words of the query that the document lacks, as in the query."""
    return tuple(word.source for word in optional_words(root) if not contains(evaluator.doc_ids(word), doc_id))


def _with_partial_matches(evaluator: Evaluator, root: Node, optional: tuple[Word, ...]) -> MatchedDocs:
    """The documents that lack at most as many content words as it takes to reach `MIN_MATCHES`.

    Each has a content word, unless required nodes select documents."""
    required, content = required_nodes(root), content_words(optional)
    min_content = 0 if any_included(required) else 1
    counts = _word_counts(evaluator, content)
    candidates = evaluator.doc_ids(And(required)) if required else np.flatnonzero(counts).astype(np.uint32)
    missing_content = len(content) - counts.take(candidates)
    totals = np.cumsum(np.bincount(missing_content, minlength=len(content) + 1)[: len(content) - min_content + 1])
    max_missing_content = int(np.searchsorted(totals, min(MIN_MATCHES, int(totals[-1]))))
    selected = np.flatnonzero(missing_content <= max_missing_content)
    candidates = candidates[selected]
    missing_count = len(optional) - _word_counts(evaluator, optional).take(candidates)
    missing = missing_content[selected].astype(np.uint16) * np.uint16(_CONTENT_WORD) + missing_count
    return MatchedDocs(candidates, relaxed_query(root), missing)


def _word_counts(evaluator: Evaluator, words: Sequence[Word]) -> Array:
    """[N] the number of the words that each document has."""
    counts = np.zeros(evaluator.reader.doc_count, np.uint8)
    for word in words:
        counts[evaluator.doc_ids(word).astype(np.intp)] += 1
    return counts
