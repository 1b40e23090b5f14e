"""Minimum should match: full matches and, if these leave room on the first page, the best partial matches.

The order of relevance has three tiers, each sorted by score:

0.  full matches that have the query word for word, if it has function words: text that was pasted
1.  other full matches that come before every partial match: compact ones, and those with higher scores
2.  partial matches and other full matches, scored without function words

Only the partial matches that then are on the first page are listed.
"""

from collections.abc import Sequence
from math import inf
from typing import Final, NamedTuple

import numpy as np

from search.arrays import Array
from search.query.nodes import And, Everything, Node, Word
from search.query.query_words import any_included, literal_phrase, optional_words, required_nodes
from search.searcher.compact_matches import compact_matches
from search.searcher.doc_sets import indices_of
from search.searcher.evaluator import Evaluator
from search.searcher.matcher import NO_DOCS
from search.searcher.relevance import MISSING_FACTOR, Relevance

FIRST_PAGE: Final = 20
"""The default page size.  That of the request does not matter, so pages of any size continue each other."""

COMPETING: Final = 2
"""The tier of partial matches."""

_SAMPLE: Final = 256
"""So many full matches are checked first: most queries with many full matches have a page of compact ones in them."""


class MatchedDocs(NamedTuple):
    """The doc set of the matches."""

    doc_ids: Array
    missing: Array | None = None
    """[doc_ids] the number of words that each document lacks; None if all are full matches"""
    tiers: Array | None = None
    """[doc_ids] the tier of each document in the order of relevance; None if there is one tier"""

    @property
    def full_matches(self) -> int:
        return len(self.doc_ids) if self.missing is None else int(np.count_nonzero(self.missing == 0))

    @property
    def most_missing(self) -> int:
        """The number of words that each partial match lacks; 0 if there are none."""
        return 0 if self.missing is None or not len(self.missing) else int(self.missing.max())

    def full(self) -> "MatchedDocs":
        """The full matches alone, in one tier."""
        return MatchedDocs(self.doc_ids if self.missing is None else self.doc_ids[self.missing == 0])

    def where(self, selection: Array | slice) -> "MatchedDocs":
        """The matches at these indices or with this mask."""
        missing, tiers = (None if column is None else column[selection] for column in (self.missing, self.tiers))
        return MatchedDocs(self.doc_ids[selection], missing, tiers)


def match_documents(evaluator: Evaluator, root: Node, full_only: bool) -> MatchedDocs:
    """The full matches and, unless `full_only`, the partial matches that are on the first page."""
    full = evaluator.doc_ids(root)
    words = () if full_only else optional_words(root)
    literal = _literal_matches(evaluator, root, full)
    compact = _compact_matches(evaluator, words, full) if words else None
    if compact is not None:
        partial, missing = _nearest(evaluator, root, words)
        if len(partial):
            return _merged(evaluator, root, full, literal, compact, partial, missing)
    return _full_matches(full, literal)


def fewest_missing(evaluator: Evaluator, root: Node) -> float:
    """The smallest number of words that a partial match lacks; infinity if there are no partial matches."""
    partial, missing = _nearest(evaluator, root, optional_words(root))
    return missing if len(partial) else inf


def _compact_matches(evaluator: Evaluator, words: Sequence[Word], full: Array) -> Array | None:
    """[full] which full matches are compact; None if they fill the first page, so that no partial match is on it."""
    compact = np.zeros(len(full), bool)
    for part in (slice(0, _SAMPLE), slice(_SAMPLE, None)):
        compact[part] = compact_matches(evaluator, words, full[part])
        if np.count_nonzero(compact) >= FIRST_PAGE:
            return None
    return compact


def _literal_matches(evaluator: Evaluator, root: Node, full: Array) -> Array:
    """[full] which of the full matches have the query word for word."""
    phrase = literal_phrase(root)
    literal = np.zeros(len(full), bool)
    if phrase is not None:
        literal[indices_of(evaluator.doc_ids(phrase), full, evaluator.reader.doc_count)] = True
    return literal


def _full_matches(full: Array, literal: Array) -> MatchedDocs:
    return MatchedDocs(full, tiers=np.where(literal, 0, 1)) if literal.any() else MatchedDocs(full)


def _nearest(evaluator: Evaluator, root: Node, words: Sequence[Word]) -> tuple[Array, int]:
    """The partial matches that lack the fewest words, and that number.

    Each has at least one of the words, unless required nodes select documents."""
    required = required_nodes(root)
    counts = np.zeros(evaluator.reader.doc_count, np.uint8)
    for word in words:
        counts[evaluator.doc_ids(word).astype(np.intp)] += 1
    candidates = evaluator.doc_ids(And(required)) if required else evaluator.doc_ids(Everything())
    counts = counts.take(candidates) if required else counts
    most = int(counts[counts < len(words)].max(initial=0))
    if most == 0 and not any_included(required):
        return NO_DOCS, 0
    return candidates[counts == most], len(words) - most


def _merged(
    evaluator: Evaluator, root: Node, full: Array, literal: Array, compact: Array, partial: Array, missing: int
) -> MatchedDocs:
    """The full matches, and those of the partial matches that are on the first page."""
    relevance = Relevance(evaluator, root)
    indices, scores = relevance.content.top(partial, FIRST_PAGE)
    partial, scores = partial[indices], scores * MISSING_FACTOR**missing
    full_scores = relevance.content.scores(full)
    leads = literal | compact | (full_scores >= scores[0])
    others = full[~leads]
    competing = np.concatenate((others, partial))
    order = np.lexsort((competing, -np.concatenate((full_scores[~leads], scores))))
    room = max(0, FIRST_PAGE - int(np.count_nonzero(leads)))
    listed = partial[order[:room][order[:room] >= len(others)] - len(others)]
    if not len(listed):
        return _full_matches(full, literal)
    doc_ids = np.concatenate((full, listed))
    ascending = doc_ids.argsort()
    return MatchedDocs(
        doc_ids[ascending],
        np.concatenate((np.zeros(len(full), np.uint8), np.full(len(listed), missing, np.uint8)))[ascending],
        np.concatenate((COMPETING - leads.astype(np.int64) - literal, np.full(len(listed), COMPETING)))[ascending],
    )
