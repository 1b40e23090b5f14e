"""Scores matching documents by BM25F: the best field of each word counts, and a share of the others (dis-max).

Every path through the code does the same floating-point operations in the same order: a score does not depend on the
path.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Final, assert_never

import numpy as np

from search.arrays import Array, run_length
from search.query.nodes import And, Everything, Leaf, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.schema import TEXT_FIELDS
from search.searcher.doc_sets import indices_of, intersection, largest, lookup
from search.searcher.index_reader import IndexReader, field_sets
from search.searcher.matcher import Matcher
from search.searcher.node_idf import Idf, synonym_shares
from search.snapshot.segment import FIELD_COUNT

# How much longer it takes than to match a posting.
SCORE_WORK: Final = 2
"""To score a document by a term."""
PREFIX_WORK: Final = 8
"""To score the posting of a prefix in all fields."""

Weights = Sequence[float]
"""The weight of each field."""


class Evaluator(Matcher):
    """Matches and scores the nodes of one search."""

    def __init__(self, reader: IndexReader) -> None:
        super().__init__(reader)
        self._prefixes: dict[Prefix, tuple[list[float], list[Array]]] = {}

    def scores(self, node: Node, doc_ids: Array) -> Array:
        """[doc_ids] the BM25F score of each document, 0 for those that do not match."""
        match node:
            case Term() | Phrase() | Prefix():
                return self.leaf_scores(node, doc_ids, self.reader.field_weights)
            case Word(child=child):
                return self.scores(child, doc_ids)
            case Synonyms(original, synonyms):
                best = self.scores(original, doc_ids)
                for synonym in synonyms:
                    weights = self.synonym_weights(original, synonym)
                    np.maximum(best, self.leaf_scores(synonym, doc_ids, weights), out=best)
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

    def leaf_scores(self, leaf: Leaf, doc_ids: Array, weights: Weights) -> Array:
        """[doc_ids] the leaf's score with these field weights, 0 for documents that do not match."""
        self.work.add("words", SCORE_WORK * len(doc_ids))
        if not isinstance(leaf, Term):
            scores = self._best_field(self._matching_field_scores(leaf, weights), len(self.doc_ids(leaf)))
            return lookup(doc_ids, self.doc_ids(leaf), scores, self.reader.doc_count, default=0)
        stats = self._stats(leaf, doc_ids)
        if len(stats) < self.reader.no_posting:
            return self._best_field(self._term_field_scores(leaf, stats, weights), len(stats))
        # Fewer term stats than documents: score each of them once.
        return self._best_field(self._term_field_scores(leaf, None, weights), self.reader.no_posting + 1).take(stats)

    def field_scores(self, leaf: Leaf, doc_ids: Array, weights: Weights) -> list[Array]:
        """For each field, [doc_ids] its part of `leaf_scores`: all parts add up to the score."""
        parts = self._full_field_scores(leaf, doc_ids, weights)
        best = parts.argmax(axis=0)
        shares = np.where(np.arange(FIELD_COUNT)[:, None] == best, 1.0, self.reader.ranking.tie_breaker)
        return list(parts * shares)

    def fields_with(self, leaf: Leaf, doc_ids: Array) -> Array:
        """[doc_ids] the fields of each document that have the leaf, as a bit set."""
        if isinstance(leaf, Term) and leaf.field is None:
            return self.reader.field_sets.take(self._stats(leaf, doc_ids))
        return field_sets(self._full_field_scores(leaf, doc_ids, (1.0,) * FIELD_COUNT))

    def synonym_weights(self, original: Node, synonym: Leaf) -> Weights:
        """The field weights of a synonym.

        They are lower if it is rarer than the original, or has more words: it must not outweigh what was typed."""
        reader = self.reader
        shares = synonym_shares(Idf(reader.term_idf, lambda prefix: self._prefix(prefix)[0]), original, synonym)
        weights = zip(reader.field_weights, shares, strict=True)
        return [reader.ranking.synonym * weight * share for weight, share in weights]

    def _full_field_scores(self, leaf: Leaf, doc_ids: Array, weights: Weights) -> Array:
        """[4, doc_ids] the leaf's full score in each field."""
        table = np.zeros((FIELD_COUNT, len(doc_ids)))
        if isinstance(leaf, Term):
            for field, scores in self._term_field_scores(leaf, self._stats(leaf, doc_ids), weights).items():
                table[field] = scores
        else:
            matching, doc_count = self.doc_ids(leaf), self.reader.doc_count
            for field, scores in self._matching_field_scores(leaf, weights).items():
                table[field] = lookup(doc_ids, matching, scores, doc_count, default=0)
        return table

    def _best_field(self, by_field: dict[int, Array], count: int) -> Array:
        """[count] the best field's score, and a share of the others'."""
        scores = list(by_field.values())
        if not scores:
            return np.zeros(count)
        best = reduce(np.maximum, scores)
        return best if len(scores) == 1 else best + self.reader.ranking.tie_breaker * (reduce(np.add, scores) - best)

    def _stats(self, leaf: Term, doc_ids: Array) -> Array:
        """[doc_ids] the row of `term_stats` of each document, or that for no posting."""
        reader, term = self.reader, self.term_number(leaf.text)
        if term is None:
            return np.full(len(doc_ids), reader.no_posting)
        postings = reader.postings(term)
        matching, stats = reader.segment.posting_docs[postings], reader.segment.posting_stats[postings]
        return lookup(doc_ids, matching, stats, reader.doc_count, reader.no_posting)

    def _term_field_scores(self, leaf: Term, stats: Array | None, weights: Weights) -> dict[int, Array]:
        """Field → [stats] weight · (idf · saturation) of these rows of `term_stats`, or of all rows."""
        term = self.term_number(leaf.text)
        if term is None:
            return {}
        reader = self.reader
        idf = reader.idf(term)
        return {
            field: weights[field]
            * (idf[field] * (reader.saturation[field] if stats is None else reader.saturation[field].take(stats)))
            for field in _fields(leaf)
            if reader.segment.doc_frequencies[term, field]
        }

    def _matching_field_scores(self, leaf: Phrase | Prefix, weights: Weights) -> dict[int, Array]:
        """Field → the score in that field of each document that matches the leaf."""
        if isinstance(leaf, Phrase):
            return self._phrase_field_scores(leaf, weights)
        idf, saturation = self._prefix(leaf)
        return {field: weights[field] * (idf[field] * saturation[field]) for field in _fields(leaf)}

    def _phrase_field_scores(self, node: Phrase, weights: Weights) -> dict[int, Array]:
        """Weight · the sum of the terms' BM25 in each matching document that has the phrase in the field."""
        doc_ids, has_phrase = self.phrase(node)
        reader = self.reader
        field_scores = {}
        stats, idf = [], []
        for term in self.all_term_numbers(node.terms):
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
                field_scores[field] = np.zeros(len(doc_ids))
                field_scores[field][in_field] = weights[field] * total
        return field_scores

    def _prefix(self, node: Prefix) -> tuple[list[float], list[Array]]:
        """The idf of each field, and for each field the best saturation of each matching document.

        All terms with the prefix count as one: the idf is that of the documents that have any of them."""
        if node not in self._prefixes:
            reader, postings = self.reader, self.reader.prefix_postings(node.text)
            self.work.add("prefixes", PREFIX_WORK * run_length(postings))
            doc_ids = reader.segment.posting_docs[postings].astype(np.intp)  # once for all fields
            stats = reader.segment.posting_stats[postings].astype(np.intp)
            matching = self.doc_ids(Prefix(node.text))
            best = [
                largest(matching, doc_ids, reader.saturation[field].take(stats), reader.doc_count)
                for field in range(FIELD_COUNT)
            ]
            idf = reader.prefix_idf(node.text, [int(np.count_nonzero(saturation)) for saturation in best])
            if node.field is not None:
                matching = best[TEXT_FIELDS.index(node.field)] > 0
                best = [saturation[matching] for saturation in best]
            self._prefixes[node] = idf, best
        return self._prefixes[node]

    def _scattered(self, values: Array, subset: Array, doc_ids: Array) -> Array:
        """[doc_ids] the values of a subset of the documents, 0 for the others."""
        if len(subset) == len(doc_ids):
            return values
        scattered = np.zeros(len(doc_ids))
        scattered[indices_of(subset, doc_ids, self.reader.doc_count)] = values
        return scattered


def _fields(leaf: Leaf) -> Sequence[int]:
    return range(FIELD_COUNT) if leaf.field is None else (TEXT_FIELDS.index(leaf.field),)
