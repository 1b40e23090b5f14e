"""The words that follow some others in the articles, all in their exact forms."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np

from search.analysis.analyzer import forms
from search.analysis.form_hash import form_hash
from search.analysis.stemming import stem
from search.arrays import Array, binary_search, new_runs
from search.query.nodes import And, Term
from search.schema import SCHEMA
from search.searcher.evaluator import Evaluator
from search.searcher.index_reader import IndexReader
from search.searcher.term_positions import DocumentPositions, TermPositions
from search.snapshot.segment import FIELD_COUNT

MAX_DOCS: Final = 2000
"""Only the newest documents with the words before are searched, if so many have them: that takes a millisecond."""
MAX_READ: Final = 8
"""So few articles are read faster than the positions of many words."""


class FollowingWords:
    """The words that follow a run of adjacent forms."""

    def __init__(self, reader: IndexReader, run: Sequence[str]) -> None:
        self._reader = reader
        self._evaluator = Evaluator(reader)
        self._run = tuple(run)
        terms = dict.fromkeys(map(stem, run))
        self._doc_ids = self._evaluator.doc_ids(And(tuple(map(Term, terms))))[:MAX_DOCS]
        self._span = FIELD_COUNT * (len(run) + 1) + int(np.iinfo(reader.segment.positions.dtype).max) + 1

    @cached_property
    def all_counts(self) -> Counter[str] | None:
        """The number of articles in which each word follows; None if too many have the run."""
        few = len(self._run) == 1 or len(self._doc_ids) <= MAX_READ
        doc_ids = self._doc_ids if few else self._next[0]
        if len(doc_ids) > MAX_READ:
            return None
        articles = map(self._reader.article, doc_ids.tolist())
        texts = ((text for field in SCHEMA.text if field.texts for text in field.texts(each)) for each in articles)
        return Counter(form for each in texts for form in set().union(*(_followers(text, self._run) for text in each)))

    def count(self, form: str) -> int:
        """The number of articles in which the form follows."""
        if self.all_counts is not None:
            return self.all_counts[form]
        doc_ids, next_keys = self._next
        keys = np.intersect1d(self._keys(form, doc_ids), next_keys, assume_unique=True)
        return int(new_runs(keys // self._span).sum())

    @cached_property
    def _next(self) -> tuple[Array, Array]:
        """The documents that have the run, and the key of each position after it."""
        doc_ids, next_keys = self._doc_ids, np.zeros(0, np.int64)
        for i, form in enumerate(self._run):
            keys = self._keys(form, doc_ids) + FIELD_COUNT * (len(self._run) - i)
            next_keys = np.intersect1d(next_keys, keys, assume_unique=True) if i else keys
        having = next_keys // self._span
        distinct = new_runs(having)
        return doc_ids[having[distinct]], next_keys + (np.cumsum(distinct) - 1 - having) * self._span

    def _keys(self, form: str, doc_ids: Array) -> Array:
        """index in `doc_ids` · span + position, ascending, for each occurrence of the form in these documents."""
        reader, term = self._reader, self._evaluator.term_number(stem(form))
        if term is None or not binary_search(doc_ids, reader.segment.posting_docs[reader.postings(term)])[1].any():
            return np.zeros(0, np.int64)
        occurrences = DocumentPositions(reader, {term: TermPositions(reader, term)}, doc_ids)
        same = occurrences.forms == form_hash(form)
        keys: Array = occurrences.doc_indices[same].astype(np.int64) * self._span + occurrences.positions[same]
        return keys


def _followers(text: str, run: tuple[str, ...]) -> set[str]:
    """The forms that follow the run in the text, at the position after it."""
    placed = set(forms(text))
    return {
        follower
        for form, start in placed
        if form == run[0] and all((other, start + i) in placed for i, other in enumerate(run))
        for follower, position in placed
        if position == start + len(run)
    }
