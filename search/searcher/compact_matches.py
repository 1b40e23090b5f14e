"""Finds compact matches: full matches whose words stand together.

All the words are in title, topics and provider, or all are close together in the excerpt.
"""

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from typing import Final

import numpy as np

from search.arrays import Array
from search.boost_limits import MAX_DISTANCE
from search.query.nodes import Prefix, Term, Word
from search.schema import TEXT_FIELDS
from search.searcher.evaluator import Evaluator
from search.searcher.highlight_terms import leaves
from search.searcher.index_reader import field_set
from search.searcher.match_boosts import FIELD_SPAN
from search.searcher.term_positions import DocumentPositions
from search.snapshot.segment import FIELD_COUNT

SHORT_FIELDS: Final = ("title", "topics", "provider")

_EXCERPT: Final = TEXT_FIELDS.index("excerpt")
_IN_EXCERPT: Final = field_set(["excerpt"])
_IN_SHORT: Final = field_set(SHORT_FIELDS)
_NEVER: Final = np.iinfo(np.int64).min // 2


def compact_matches(evaluator: Evaluator, words: Sequence[Word], doc_ids: Array) -> Array:
    """[doc_ids] which of the full matches, a doc set, are compact."""
    if not len(doc_ids):
        return np.zeros(0, bool)
    fields = [reduce(or_, (evaluator.fields_with(leaf, doc_ids) for leaf in leaves(word))) for word in words]
    compact: Array = reduce(and_, ((of_word & _IN_SHORT) != 0 for of_word in fields))
    undecided = np.flatnonzero(((reduce(and_, fields) & _IN_EXCERPT) != 0) & ~compact)
    compact[undecided] = _close_in_excerpt(evaluator, words, doc_ids[undecided])
    return compact


def _close_in_excerpt(evaluator: Evaluator, words: Sequence[Word], doc_ids: Array) -> Array:
    """[doc_ids] whether a part of the excerpt has all words, none more than `MAX_DISTANCE` after the next, on average.

    A phrase counts at its first term.  The terms of a prefix are too many: it may be anywhere in the excerpt."""
    terms = [each for word in words if (each := _terms(evaluator, word)) is not None]
    if len(terms) < 2 or not len(doc_ids):
        return np.ones(len(doc_ids), bool)
    positions = DocumentPositions(
        evaluator.reader, {term: evaluator.positions(term) for of_word in terms for term in of_word}, doc_ids
    )
    keys = positions.doc_indices * FIELD_SPAN + positions.positions // FIELD_COUNT
    keys[positions.positions % FIELD_COUNT != _EXCERPT] = _NEVER
    order = keys.argsort()
    keys = keys[order]
    first = keys  # of the shortest part that ends here and has all words
    for of_word in terms:
        has_word = np.zeros(len(keys), bool)
        for term in of_word:
            has_word[positions.term_slices[term]] = True
        first = np.minimum(first, np.maximum.accumulate(np.where(has_word[order], keys, _NEVER)))
    close = np.zeros(len(doc_ids), bool)
    ends = np.flatnonzero((keys >= 0) & (keys - first <= MAX_DISTANCE * (len(terms) - 1)))
    close[positions.doc_indices[order[ends]]] = True
    return close


def _terms(evaluator: Evaluator, word: Word) -> list[int] | None:
    """The known terms at which a word counts; None if it has a prefix."""
    texts = []
    for leaf in leaves(word):
        if isinstance(leaf, Prefix):
            return None
        texts.append(leaf.text if isinstance(leaf, Term) else leaf.terms[0])
    return [number for text in texts if (number := evaluator.term_number(text)) is not None]
