"""Minimum should match: full matches and, if these leave room on the first page, the best partial matches.

The order of relevance has three tiers:

0.  full matches that have the query word for word, if it has function words: text that was pasted
1.  other full matches that come before every partial match: compact ones, and those with higher scores
2.  partial matches and other full matches

Each tier is sorted by score, without function words if partial matches are listed.  Only the partial matches that then
are on the first page are listed.
"""

from collections.abc import Sequence
from math import inf
from typing import Final, NamedTuple

import numpy as np

from search.arrays import Array
from search.query.nodes import And, Node, Word
from search.query.query_words import any_included, literal_phrase, optional_words, required_nodes
from search.searcher.compact_matches import compact_matches
from search.searcher.doc_sets import indices_of
from search.searcher.evaluator import Evaluator
from search.searcher.matcher import NO_DOCS
from search.searcher.scorer import content_scorer

FIRST_PAGE: Final = 20
"""The default page size.  That of the request does not matter, so pages of any size continue each other."""

MISSING_FACTOR: Final = 0.7
"""The score of a partial match is multiplied by this for each word that it lacks."""

_COMPETING: Final = 2
"""The tier of partial matches."""

MAX_FULL_MATCHES: Final = 10 * FIRST_PAGE
"""A query with more full matches has no partial matches: the first pages are full of good results without them."""


class MatchedDocs(NamedTuple):
    """The doc set of the matches."""

    doc_ids: Array
    missing: Array | None = None
    """[doc_ids] the number of words that each document lacks; None if all are full matches"""
    tiers: Array | None = None
    """[doc_ids] the tier of each document in the order of relevance; None if there is one tier"""
    scores: Array | None = None
    """[doc_ids] the score of each document without function words; None if all are full matches"""

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
        columns = (None if column is None else column[selection] for column in self[1:])
        return MatchedDocs(self.doc_ids[selection], *columns)


def match_documents(evaluator: Evaluator, root: Node, full_only: bool) -> MatchedDocs:
    """The full matches and, unless `full_only`, the partial matches that are on the first page."""
    full = evaluator.doc_ids(root)
    literal = _literal_matches(evaluator, root, full)
    words = () if full_only or len(full) > MAX_FULL_MATCHES else optional_words(root)
    if words:
        compact = compact_matches(evaluator, words, full)
        if np.count_nonzero(compact) < FIRST_PAGE:
            partial, missing = _nearest(evaluator, root, words)
            if len(partial):
                return _merged(evaluator, root, full, literal, compact, partial, missing)
    return _full_matches(full, literal)


def relevance_order(doc_ids: Array, tiers: Array, scores: Array) -> Array:
    """The indices of the documents tier by tier, best first, ties newest first."""
    return np.lexsort((doc_ids, -scores, tiers))


def fewest_missing(evaluator: Evaluator, root: Node) -> float:
    """The smallest number of words that a partial match lacks; infinity if there are no partial matches."""
    partial, missing = _nearest(evaluator, root, optional_words(root))
    return missing if len(partial) else inf


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
    candidates = evaluator.doc_ids(And(required)) if required else None
    counts = counts if candidates is None else counts.take(candidates)
    for missing in range(1, len(words) + any_included(required)):
        nearest = np.flatnonzero(counts == len(words) - missing)
        if len(nearest):
            return nearest.astype(np.uint32) if candidates is None else candidates.take(nearest), missing
    return NO_DOCS, 0


def _merged(
    evaluator: Evaluator, root: Node, full: Array, literal: Array, compact: Array, partial: Array, missing: int
) -> MatchedDocs:
    """The full matches, and those of the partial matches that are on the first page."""
    scorer, factor = content_scorer(evaluator, root), MISSING_FACTOR**missing
    full_scores = scorer.scores(full)
    # With a full page of better full matches, no partial match is on it, whatever the tiers.
    least = np.partition(full_scores, -FIRST_PAGE)[-FIRST_PAGE] if len(full) >= FIRST_PAGE else 0.0
    indices, scores = scorer.top(partial, FIRST_PAGE, least / factor)
    if not len(indices):
        return _full_matches(full, literal)
    partial, scores = partial[indices], scores * factor
    leads = literal | compact | (full_scores >= scores[0])
    tiers = np.concatenate((_COMPETING - leads.astype(np.int64) - literal, np.full(len(partial), _COMPETING)))
    lacking = np.concatenate((np.zeros(len(full), np.uint8), np.full(len(partial), missing, np.uint8)))
    doc_ids, scores = np.concatenate((full, partial)), np.concatenate((full_scores, scores))
    listed = lacking == 0
    listed[relevance_order(doc_ids, tiers, scores)[:FIRST_PAGE]] = True
    if not listed[len(full) :].any():
        return _full_matches(full, literal)
    merged = MatchedDocs(doc_ids, lacking, tiers, scores).where(listed)
    return merged.where(merged.doc_ids.argsort())
