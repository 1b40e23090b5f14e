"""Evaluates query nodes: which documents match, by set operations on postings, and their BM25F scores.

Every path through the code does the same floating-point operations in the same order: a score does not depend on the
path.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import assert_never

import numpy as np

from search.arrays import Array
from search.query.nodes import And, Everything, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.query_words import synonym_weight
from search.schema import TEXT_FIELDS
from search.searcher.doc_sets import difference, doc_set, indices_of, intersection, lookup, union
from search.searcher.index_reader import IndexReader
from search.searcher.phrase_matcher import match_phrase
from search.snapshot.segment import FIELD_COUNT

_NO_DOCS = np.zeros(0, np.uint32)


class Evaluator:
    """Evaluates the nodes of one search and caches their doc sets."""

    def __init__(self, reader: IndexReader) -> None:
        self.reader = reader
        self._term_numbers: dict[str, int | None] = {}
        self._doc_sets: dict[Node, Array] = {}
        self._phrases: dict[Phrase, tuple[Array, Array]] = {}

    def doc_ids(self, node: Node) -> Array:
        """The doc set of the matching documents."""
        match node:
            case Term(text, None):
                term = self.term_number(text)
                return _NO_DOCS if term is None else self.reader.segment.posting_docs[self.reader.postings(term)]
            case Word(child=child):
                return self.doc_ids(child)
            case Everything():
                return np.arange(self.reader.doc_count, dtype=np.uint32)
            case Nothing():
                return _NO_DOCS
        if node not in self._doc_sets:
            self._doc_sets[node] = self._matching(node)
        return self._doc_sets[node]

    def scores(self, node: Node, doc_ids: Array) -> Array:
        """[doc_ids] the BM25F score of each document, 0 for those that do not match."""
        match node:
            case Term():
                return self._term_scores(node, doc_ids)
            case Phrase():
                scores = reduce(np.add, self._phrase_field_scores(node))
                return lookup(doc_ids, self.doc_ids(node), scores, self.reader.doc_count, default=0)
            case Prefix():
                return self._prefix_scores(node, doc_ids)
            case Word(child=child):
                return self.scores(child, doc_ids)
            case Synonyms(original, synonyms):
                best = self.scores(original, doc_ids)
                for synonym in synonyms:
                    weight = self.reader.ranking.synonym * synonym_weight(original, synonym)
                    np.maximum(best, weight * self.scores(synonym, doc_ids), out=best)
                return best
            case And(children):
                matching = intersection(self.doc_ids(node), doc_ids, self.reader.doc_count)
                total = np.zeros(len(matching))
                for child in dict.fromkeys(children):
                    if not isinstance(child, Not | Everything):
                        total += self.scores(child, matching)
                return self._scattered(total, matching, doc_ids)
            case Or(children):
                total = np.zeros(len(doc_ids))
                for child in dict.fromkeys(children):
                    total += self.scores(child, doc_ids)
                return total
            case Not() | Everything() | Nothing():
                return np.zeros(len(doc_ids))
        assert_never(node)

    def field_scores(self, leaf: Term | Phrase | Prefix, doc_ids: Array) -> list[Array]:
        """For each field, [doc_ids] the leaf's score in that field."""
        if not isinstance(leaf, Phrase):
            return [
                self.scores(replace(leaf, field=field), doc_ids)
                if leaf.field in {None, field}
                else np.zeros(len(doc_ids))
                for field in TEXT_FIELDS
            ]
        matching, doc_count = self.doc_ids(leaf), self.reader.doc_count
        return [lookup(doc_ids, matching, scores, doc_count, default=0) for scores in self._phrase_field_scores(leaf)]

    def _matching(self, node: Term | Phrase | Prefix | Synonyms | And | Or | Not) -> Array:
        doc_count = self.reader.doc_count
        match node:
            case Term(text, field):
                term = self.term_number(text)
                return _NO_DOCS if term is None else self._docs_in(field, self.reader.postings(term))
            case Phrase():
                return self._phrase(node)[0]
            case Prefix(field=field):
                return doc_set(self._docs_in(field, self._prefix_postings(node)), doc_count)
            case Synonyms(original, synonyms):
                return union([self.doc_ids(child) for child in (original, *synonyms)], doc_count)
            case Or(children):
                return union([self.doc_ids(child) for child in children], doc_count)
            case Not(child):
                return difference(self.doc_ids(Everything()), self.doc_ids(child), doc_count)
            case And(children):
                return self._matching_all(children)
        assert_never(node)

    def _matching_all(self, children: tuple[Node, ...]) -> Array:
        """Intersects the smallest sets first: each step then costs at most as much as the smallest set."""
        included = sorted((self.doc_ids(c) for c in children if not isinstance(c, Not)), key=len)
        matching = included[0] if included else self.doc_ids(Everything())
        for other in included[1:]:
            matching = intersection(matching, other, self.reader.doc_count)
        for child in children:
            if isinstance(child, Not) and len(matching):
                matching = difference(matching, self.doc_ids(child.child), self.reader.doc_count)
        return matching

    def term_number(self, text: str) -> int | None:
        """The term's index in the term dictionary, or None."""
        if text not in self._term_numbers:
            self._term_numbers[text] = self.reader.segment.terms.find(text)
        return self._term_numbers[text]

    def _all_term_numbers(self, texts: Sequence[str]) -> list[int]:
        """The numbers of the terms; empty if any term does not occur."""
        numbers = [number for text in texts if (number := self.term_number(text)) is not None]
        return numbers if len(numbers) == len(texts) else []

    def _docs_in(self, field: str | None, postings: slice) -> Array:
        """The documents of the postings, without those of other fields."""
        segment = self.reader.segment
        doc_ids = segment.posting_docs[postings]
        if field is None:
            return doc_ids
        occurs = segment.term_stats[:, TEXT_FIELDS.index(field)] > 0
        return doc_ids[occurs.take(segment.posting_stats[postings])]

    def _term_scores(self, node: Term, doc_ids: Array) -> Array:
        term = self.term_number(node.text)
        if term is None or not len(doc_ids):
            return np.zeros(len(doc_ids))
        segment, postings, reader = self.reader.segment, self.reader.postings(term), self.reader
        matching, stats = segment.posting_docs[postings], segment.posting_stats[postings]
        return self._bm25f(term, node.field, lookup(doc_ids, matching, stats, reader.doc_count, reader.no_posting))

    def _bm25f(self, term: int, field: str | None, stats: Array) -> Array:
        """[stats] boost · (idf · saturation), summed over the fields in order; `stats` are rows of `term_stats`."""
        reader = self.reader
        idf, boosts = reader.idf(term), reader.field_weights
        few = len(stats) < reader.no_posting
        total: Array | None = None
        for i in range(FIELD_COUNT) if field is None else (TEXT_FIELDS.index(field),):
            if idf[i]:
                saturation = reader.saturation[i].take(stats) if few else reader.saturation[i]
                score = boosts[i] * (idf[i] * saturation)
                total = score if total is None else total + score
        if total is None:
            return np.zeros(len(stats))
        return total if few else total.take(stats)

    def _scattered(self, values: Array, subset: Array, doc_ids: Array) -> Array:
        """[doc_ids] the values of a subset of the documents, 0 for the others."""
        if len(subset) == len(doc_ids):
            return values
        scattered = np.zeros(len(doc_ids))
        scattered[indices_of(subset, doc_ids, self.reader.doc_count)] = values
        return scattered

    def _phrase(self, node: Phrase) -> tuple[Array, Array]:
        """The doc set of the phrase, and [documents, 4] the fields that have it."""
        if node not in self._phrases:
            terms = self._all_term_numbers(node.terms)
            if terms:
                candidates = self._matching_all(tuple(Term(text) for text in dict.fromkeys(node.terms)))
                self._phrases[node] = match_phrase(self.reader, terms, node.offsets, candidates, node.field)
            else:
                self._phrases[node] = _NO_DOCS, np.zeros((0, FIELD_COUNT), bool)
        return self._phrases[node]

    def _phrase_field_scores(self, node: Phrase) -> list[Array]:
        """For each field, boost · the sum of the terms' BM25 in each matching document that has the phrase there."""
        doc_ids, has_phrase = self._phrase(node)
        reader = self.reader
        field_scores = [np.zeros(len(doc_ids)) for _ in range(FIELD_COUNT)]
        stats, idf = [], []
        for term in self._all_term_numbers(node.terms):
            postings = reader.postings(term)
            indices = indices_of(doc_ids, reader.segment.posting_docs[postings], reader.doc_count)
            stats.append(reader.segment.posting_stats[postings].take(indices))
            idf.append(reader.idf(term))
        for field in range(FIELD_COUNT):
            in_field = has_phrase[:, field]
            if in_field.any():
                total = np.zeros(int(in_field.sum()))
                for term_stats, term_idf in zip(stats, idf, strict=True):
                    total += term_idf[field] * reader.saturation[field].take(term_stats[in_field])
                field_scores[field][in_field] = reader.field_weights[field] * total
        return field_scores

    def _prefix_postings(self, node: Prefix) -> slice:
        """The postings of all terms with the prefix: consecutive, because terms are sorted."""
        terms = self.reader.segment.terms.prefixed(node.text)
        starts = self.reader.segment.posting_starts
        return slice(int(starts[terms.start]), int(starts[terms.stop]))

    def _prefix_scores(self, node: Prefix, doc_ids: Array) -> Array:
        """The sum of the boosts of the fields that have a term with the prefix."""
        reader, postings = self.reader, self._prefix_postings(node)
        total = np.zeros(len(doc_ids))
        for field, weight in zip(TEXT_FIELDS, reader.field_weights, strict=True):
            if node.field in {None, field}:
                in_field = doc_set(self._docs_in(field, postings), reader.doc_count)
                matching = intersection(in_field, doc_ids, reader.doc_count)
                total[indices_of(matching, doc_ids, reader.doc_count)] += weight
        return total
