"""Finds the words of titles and excerpts that distinguish a set of documents from the rest of the archive."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Final

import numpy as np

from search.analysis.analyzer import matching_tokens
from search.analysis.function_words import FUNCTION_WORDS
from search.arrays import Array, top_indices
from search.article import Article
from search.results import SignificantWord
from search.searcher.doc_sets import intersection
from search.searcher.index_reader import IndexReader, field_set
from search.searcher.log_likelihood import NEARLY_CERTAIN, log_likelihood
from search.snapshot.word_dictionary import WordDictionary

_IN_TEXT: Final = field_set(["title", "excerpt"])
_MIN_DOCS: Final = 2
READ: Final = 8
"""The number of articles that are read to see how they write a word."""
_CANDIDATES: Final = 4
"""The number of terms read for each word to return, because some are function words."""


class SignificantWords:
    """The significant words of any documents of one snapshot."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader

    def of(self, doc_ids: Array, limit: int) -> tuple[SignificantWord, ...]:
        """The words that are more frequent in these documents than chance explains, most significant first."""
        everywhere, here = self._everywhere, self._frequencies(doc_ids)
        others = self._reader.doc_count - len(doc_ids)
        if not others or not len(doc_ids):
            return ()
        scores, candidates = significant(here, len(doc_ids), everywhere, others, limit)
        words: list[SignificantWord] = []
        for term in candidates:
            if len(words) < limit and (word := self._word(term, doc_ids)):
                words.append(SignificantWord(word, int(here[term]), int(everywhere[term]), float(scores[term])))
        return tuple(words)

    @cached_property
    def _everywhere(self) -> Array:
        return self._frequencies(np.arange(self._reader.doc_count, dtype=np.uint32))

    def _frequencies(self, doc_ids: Array) -> Array:
        """[T] how many of the documents have each term in the title or the excerpt."""
        segment = self._reader.segment
        if not len(segment.terms):
            return np.zeros(0, np.int64)
        in_text = (self._reader.field_sets & _IN_TEXT).astype(bool).take(segment.posting_stats)
        among = np.zeros(self._reader.doc_count, bool)
        among[doc_ids.astype(np.intp)] = True
        counted = in_text & among.take(segment.posting_docs)
        frequencies: Array = np.add.reduceat(counted, segment.posting_starts[:-1].astype(np.intp), dtype=np.int64)
        return frequencies

    def _word(self, term: int, doc_ids: Array) -> str | None:
        """The term as its newest documents write it; None for a function word."""
        reader, text = self._reader, self._reader.segment.terms[term]
        having = intersection(reader.segment.posting_docs[reader.postings(term)], doc_ids, reader.doc_count)
        return usual_spelling(text, map(reader.article, having[:READ].tolist()), reader.snapshot.dictionary)


def significant(here: Array, count: int, everywhere: Array, others: int, limit: int) -> tuple[Array, list[int]]:
    """The score of each term, and the candidates for the `limit` most significant words, best first.

    `here` and `everywhere`: how many of the `count` articles, and of all, have each term; `others`: the rest."""
    scores = log_likelihood(here, count, everywhere - here, others)
    likely = np.flatnonzero((scores > NEARLY_CERTAIN) & (here >= _MIN_DOCS))
    best: list[int] = likely[top_indices(scores[likely], _CANDIDATES * limit)].tolist()
    return scores, best


def usual_spelling(term: str, articles: Iterable[Article], dictionary: WordDictionary) -> str | None:
    """The word that these articles most often write for the term; None for a function word."""
    forms = Counter(
        token.form for article in articles for token in matching_tokens(f"{article.title} \n {article.excerpt}", {term})
    )
    if not forms:
        return None
    form = max(forms, key=lambda each: (forms[each], each))
    if form in FUNCTION_WORDS:
        return None
    number = dictionary.words.find(form)
    return form if number is None else dictionary.surface(number)
