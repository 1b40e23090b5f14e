"""A parsed query to the documents that match, and to their scores.

First the documents, by set operations on postings; then, once filters have had their say, the scores of those left.
Every way through the code does the same floating-point operations in the same order, so a score does not depend on how
it was reached.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

import numpy as np

from search.analysis import FIELDS
from search.query.nodes import And, Everything, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.query_words import synonym_weight
from search.searcher.doc_sets import difference, distinct, intersection, looked_up, positions, union
from search.searcher.index_reader import IndexReader
from search.searcher.phrase_matcher import phrase_fields
from search.snapshot.arrays import Array
from search.snapshot.segment import FIELD_COUNT

_NONE = np.zeros(0, np.uint32)


class Evaluator:
    """One query over one index."""

    def __init__(self, index: IndexReader) -> None:
        self.index = index
        self._terms: dict[str, int | None] = {}
        self._known: dict[Node, Array] = {}
        self._phrases: dict[Phrase, tuple[Array, Array]] = {}

    def documents(self, node: Node) -> Array:
        """The documents that match, ascending."""
        match node:
            case Term():
                return self._term_documents(node)
            case Word(child=child):
                return self.documents(child)
            case Everything():
                return np.arange(self.index.documents, dtype=np.uint32)
            case Nothing():
                return _NONE
        if node not in self._known:
            self._known[node] = self._combined(node)
        return self._known[node]

    def scores(self, node: Node, documents: Array) -> Array:
        """What the node adds to the score of each of `documents`: nothing to those that do not match it."""
        match node:
            case Term():
                return self._term_scores(node, documents)
            case Phrase():
                return looked_up(
                    self._phrase_scores(node), self.documents(node), documents, self.index.documents, default=0
                )
            case Prefix():
                return self._prefix_scores(node, documents)
            case Word(child=child):
                return self.scores(child, documents)
            case Synonyms(original, synonyms):
                best = self.scores(original, documents)
                for synonym in synonyms:
                    weight = self.index.ranking.synonym * synonym_weight(original, synonym)
                    np.maximum(best, weight * self.scores(synonym, documents), out=best)
                return best
            case And(children):
                inner = intersection(self.documents(node), documents, self.index.documents)
                total = np.zeros(len(inner))
                for child in dict.fromkeys(children):
                    if not isinstance(child, Not | Everything):
                        total += self.scores(child, inner)
                return self._spread(total, inner, documents)
            case Or(children):
                total = np.zeros(len(documents))
                for child in dict.fromkeys(children):
                    total += self.scores(child, documents)
                return total
            case Not() | Everything() | Nothing():
                return np.zeros(len(documents))
        assert_never(node)

    def by_field(self, leaf: Term | Phrase | Prefix, documents: Array) -> list[Array]:
        """What a leaf adds to the score of each of `documents`, field by field."""
        if not isinstance(leaf, Phrase):
            return [
                self.scores(replace(leaf, field=field), documents)
                if leaf.field in {None, field}
                else np.zeros(len(documents))
                for field in FIELDS
            ]
        size, found = self.index.documents, self.documents(leaf)
        return [looked_up(part, found, documents, size, default=0) for part in self._phrase_parts(leaf)]

    def _combined(self, node: Phrase | Prefix | Synonyms | And | Or | Not) -> Array:
        size = self.index.documents
        match node:
            case Phrase():
                return self._phrase(node)[0]
            case Prefix():
                return self._prefix_documents(node)
            case Synonyms(original, synonyms):
                return union([self.documents(child) for child in (original, *synonyms)], size)
            case Or(children):
                return union([self.documents(child) for child in children], size)
            case Not(child):
                return difference(self.documents(Everything()), self.documents(child), size)
            case And(children):
                return self._all_of(children)
        assert_never(node)

    def _all_of(self, children: tuple[Node, ...]) -> Array:
        """Smallest sets first: every later step then costs no more than the smallest."""
        wanted = sorted((self.documents(c) for c in children if not isinstance(c, Not)), key=len)
        found = wanted[0] if wanted else self.documents(Everything())
        for other in wanted[1:]:
            found = intersection(found, other, self.index.documents)
        for child in children:
            if isinstance(child, Not) and len(found):
                found = difference(found, self.documents(child.child), self.index.documents)
        return found

    # Terms

    def number(self, text: str) -> int | None:
        """The term's number, None where it does not occur."""
        if text not in self._terms:
            self._terms[text] = self.index.segment.terms.find(text)
        return self._terms[text]

    def _numbers(self, texts: Sequence[str]) -> list[int]:
        """The terms' numbers; none at all where one of them does not occur."""
        numbers = [number for text in texts if (number := self.number(text)) is not None]
        return numbers if len(numbers) == len(texts) else []

    def _term_documents(self, node: Term) -> Array:
        term = self.number(node.text)
        if term is None:
            return _NONE
        if node.field is None:
            return self.index.segment.posting_docs[self.index.postings(term)]
        if node not in self._known:
            self._known[node] = self._in_field(self.index.postings(term), FIELDS.index(node.field))
        return self._known[node]

    def _in_field(self, postings: slice, field: int) -> Array:
        segment = self.index.segment
        occurs = segment.term_stats[:, field] > 0
        return segment.posting_docs[postings][occurs.take(segment.posting_stats[postings])]

    def _term_scores(self, node: Term, documents: Array) -> Array:
        term = self.number(node.text)
        if term is None or not len(documents):
            return np.zeros(len(documents))
        segment, postings, index = self.index.segment, self.index.postings(term), self.index
        holding, shapes = segment.posting_docs[postings], segment.posting_stats[postings]
        wanted = looked_up(shapes, holding, documents, index.documents, index.no_posting)
        return self._stats_scores(term, node.field, wanted)

    def _stats_scores(self, term: int, field: str | None, rows: Array) -> Array:
        """boost · (idf · saturation), summed over the fields in order, for each of these rows of `term_stats`."""
        index = self.index
        idf, boosts = index.idf(term), index.ranking.boosts
        few = len(rows) < index.no_posting
        total: Array | None = None
        for number in range(FIELD_COUNT) if field is None else (FIELDS.index(field),):
            if idf[number]:
                saturation = index.saturation[number].take(rows) if few else index.saturation[number]
                part = boosts[number] * (idf[number] * saturation)
                total = part if total is None else total + part
        if total is None:
            return np.zeros(len(rows))
        return total if few else total.take(rows)

    def _spread(self, values: Array, inner: Array, documents: Array) -> Array:
        """Values of `inner`, a subset of `documents`, as values of `documents`, zero for the others."""
        if len(inner) == len(documents):
            return values
        spread = np.zeros(len(documents))
        spread[positions(inner, documents, self.index.documents)] = values
        return spread

    # Phrases

    def _phrase(self, node: Phrase) -> tuple[Array, Array]:
        """The documents with the phrase, and [documents, 4] in which fields they have it."""
        if node not in self._phrases:
            terms = self._numbers(node.terms)
            if terms:
                candidates = self._all_of(tuple(Term(text) for text in dict.fromkeys(node.terms)))
                self._phrases[node] = phrase_fields(self.index, terms, node.offsets, candidates, node.field)
            else:
                self._phrases[node] = _NONE, np.zeros((0, FIELD_COUNT), bool)
        return self._phrases[node]

    def _phrase_scores(self, node: Phrase) -> Array:
        """The sum over the fields of what the phrase gives there."""
        total = np.zeros(len(self.documents(node)))
        for part in self._phrase_parts(node):
            total += part
        return total

    def _phrase_parts(self, node: Phrase) -> list[Array]:
        """For each field, where it has the phrase: boost · the sum of its terms' BM25 there."""
        documents, has = self._phrase(node)
        index = self.index
        parts = [np.zeros(len(documents)) for _ in range(FIELD_COUNT)]
        if not len(documents):
            return parts
        shapes, idf = [], []
        for term in self._numbers(node.terms):
            postings = index.postings(term)
            at = positions(documents, index.segment.posting_docs[postings], index.documents)
            shapes.append(index.segment.posting_stats[postings].take(at))
            idf.append(index.idf(term))
        for field in range(FIELD_COUNT):
            here = has[:, field]
            if here.any():
                part = np.zeros(int(here.sum()))
                for of_term, rarity in zip(shapes, idf, strict=True):
                    part += rarity[field] * index.saturation[field].take(of_term[here])
                parts[field][here] = index.ranking.boosts[field] * part
        return parts

    # Prefixes

    def _prefix_postings(self, node: Prefix) -> slice:
        """All postings of all terms with the prefix: one run, since terms are sorted."""
        terms = self.index.segment.terms.prefixed(node.text)
        starts = self.index.segment.posting_starts
        return slice(int(starts[terms.start]), int(starts[terms.stop]))

    def _prefix_documents(self, node: Prefix) -> Array:
        postings = self._prefix_postings(node)
        if node.field is None:
            holding = self.index.segment.posting_docs[postings]
        else:
            holding = self._in_field(postings, FIELDS.index(node.field))
        return distinct(holding, self.index.documents)

    def _prefix_scores(self, node: Prefix, documents: Array) -> Array:
        """Each field's boost, once, for every field with a term that has the prefix."""
        index, postings = self.index, self._prefix_postings(node)
        total = np.zeros(len(documents))
        for field in range(FIELD_COUNT) if node.field is None else (FIELDS.index(node.field),):
            holding = distinct(self._in_field(postings, field), index.documents)
            inner = intersection(holding, documents, index.documents)
            total[positions(inner, documents, index.documents)] += index.ranking.boosts[field]
        return total
