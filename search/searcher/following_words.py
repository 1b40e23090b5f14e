"""The words that follow some others in the articles, all in their exact forms."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, reduce
from typing import Final

import numpy as np

from search.analysis.analyzer import forms
from search.analysis.form_hash import form_hash
from search.analysis.stemming import stem
from search.arrays import Array, binary_search, new_runs
from search.article import Article
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
        self._run = tuple(run)
        terms = dict.fromkeys(map(stem, run))
        doc_ids = Evaluator(reader).doc_ids(And(tuple(map(Term, terms))))
        self._doc_ids = doc_ids[:MAX_DOCS].copy()  # many runs are cached: each would keep all documents in memory
        self._span = FIELD_COUNT * (len(run) + 1) + int(np.iinfo(reader.segment.positions.dtype).max) + 1

    @cached_property
    def all_counts(self) -> Counter[str] | None:
        """The number of articles in which each word follows; None if too many have the run."""
        few = len(self._run) == 1 or len(self._doc_ids) <= MAX_READ
        doc_ids = self._doc_ids if few else self._next[0]
        if len(doc_ids) > MAX_READ:
            return None
        return counted_followers(map(self._reader.article, doc_ids.tolist()), self._run)

    def counts(self, forms: Collection[str]) -> Mapping[str, int]:
        """The number of articles in which each of the forms follows."""
        if not forms:
            return {}
        if self.all_counts is not None:
            return {form: self.all_counts[form] for form in forms}
        doc_ids, next_keys = self._next
        return {
            form: int(new_runs(_common(keys, next_keys) // self._span).sum())
            for form, keys in self._keys(forms, doc_ids).items()
        }

    @cached_property
    def _next(self) -> tuple[Array, Array]:
        """The documents that have the run, and the key of each position after it."""
        keys = self._keys(self._run, self._doc_ids)
        after = [keys[form] + FIELD_COUNT * (len(self._run) - i) for i, form in enumerate(self._run)]
        next_keys = reduce(_common, after)
        having = next_keys // self._span
        distinct = new_runs(having)
        return self._doc_ids[having[distinct]], next_keys + (np.cumsum(distinct) - 1 - having) * self._span

    def _keys(self, forms: Collection[str], doc_ids: Array) -> dict[str, Array]:
        """Form → index in `doc_ids` · span + position, ascending, for each of its occurrences in these documents."""
        terms = {form: number for form in forms if (number := self._reader.segment.terms.find(stem(form))) is not None}
        runs = {term: TermPositions(self._reader, term) for term in terms.values()}
        occurrences = DocumentPositions(self._reader, runs, doc_ids)
        keys = occurrences.doc_indices * self._span + occurrences.positions
        result = dict.fromkeys(forms, np.zeros(0, np.int64))
        for form, term in terms.items():
            of_term = occurrences.term_slices[term]
            result[form] = keys[of_term][occurrences.forms[of_term] == form_hash(form)]
        return result


def counted_followers(articles: Iterable[Article], run: tuple[str, ...]) -> Counter[str]:
    """The number of articles in which each word follows the run."""
    texts = ((text for field in SCHEMA.text for text in field.texts_of(each)) for each in articles)
    return Counter(form for each in texts for form in set().union(*(_followers(text, run) for text in each)))


def _common(keys: Array, others: Array) -> Array:
    """The keys that are also in the others; both are ascending."""
    return keys[binary_search(keys, others)[1]]


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
