"""Matches query nodes: which documents match, by set operations on postings."""

from collections.abc import Sequence
from typing import Final, assert_never

import numpy as np

from search.arrays import Array, run_length
from search.query.nodes import And, Everything, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.query_words import required_children
from search.schema import TEXT_FIELDS
from search.searcher.doc_sets import SEARCH_RATIO, difference, doc_set, indices_among, intersection, union
from search.searcher.index_reader import IndexReader
from search.searcher.phrase_matcher import match_phrase
from search.searcher.term_positions import TermPositions
from search.searcher.work import work_on
from search.snapshot.segment import FIELD_COUNT

NO_DOCS = np.zeros(0, np.uint32)

# How much longer it takes than to match a posting.
FIELD_WORK: Final = 3
"""To match a posting in one field."""
PHRASE_WORK: Final = 16
"""To compare the positions of a term in a document."""


class Matcher:
    """Matches the nodes of one search and caches their doc sets."""

    def __init__(self, reader: IndexReader) -> None:
        self.reader = reader
        self.work = work_on(reader.doc_count)
        self._term_numbers: dict[str, int | None] = {}
        self._doc_sets: dict[Node, Array] = {}
        self._phrases: dict[Phrase, tuple[Array, Array]] = {}
        self._positions: dict[int, TermPositions] = {}

    def doc_ids(self, node: Node) -> Array:
        """The doc set of the matching documents."""
        match node:
            case Term(text, None):
                term = self.term_number(text)
                return NO_DOCS if term is None else self.reader.segment.posting_docs[self.reader.postings(term)]
            case Word(child=child):
                return self.doc_ids(child)
            case Everything():
                return np.arange(self.reader.doc_count, dtype=np.uint32)
            case Nothing():
                return NO_DOCS
        if node not in self._doc_sets:
            self._doc_sets[node] = self._matching(node)
        return self._doc_sets[node]

    def term_number(self, text: str) -> int | None:
        """The term's index in the term dictionary, or None."""
        if text not in self._term_numbers:
            self._term_numbers[text] = self.reader.segment.terms.find(text)
        return self._term_numbers[text]

    def phrase(self, node: Phrase) -> tuple[Array, Array]:
        """The doc set of the phrase, and [documents, 4] the fields that have it."""
        if node not in self._phrases:
            terms = self.all_term_numbers(node.terms)
            if terms:
                candidates = self._matching_all(tuple(Term(text) for text in dict.fromkeys(node.terms)))
                self.work.add("phrases", PHRASE_WORK * len(candidates) * len(set(terms)))
                self._phrases[node] = match_phrase(self.reader, terms, node.offsets, candidates, node.field)
            else:
                self._phrases[node] = NO_DOCS, np.zeros((0, FIELD_COUNT), bool)
        return self._phrases[node]

    def all_term_numbers(self, texts: Sequence[str]) -> list[int]:
        """The numbers of the terms; empty if any term does not occur."""
        numbers = [number for text in texts if (number := self.term_number(text)) is not None]
        return numbers if len(numbers) == len(texts) else []

    def positions(self, term: int) -> TermPositions:
        """The positions of a term, by its index in the term dictionary."""
        if term not in self._positions:
            self._positions[term] = TermPositions(self.reader, term)
        return self._positions[term]

    def _matching(self, node: Term | Phrase | Prefix | Synonyms | And | Or | Not) -> Array:
        doc_count = self.reader.doc_count
        match node:
            case Term(text, field):
                term = self.term_number(text)
                return NO_DOCS if term is None else self._docs_in(field, self.reader.postings(term))
            case Phrase():
                return self.phrase(node)[0]
            case Prefix(field=field):
                self.work.add("prefixes", run_length(self.reader.prefix_postings(node.text)))
                return doc_set(self._docs_in(field, self.reader.prefix_postings(node.text)), doc_count)
            case Synonyms(original, synonyms):
                return self._union((original, *synonyms))
            case Or(children):
                return self._union(children)
            case Not(child):
                self.work.add("words", doc_count)
                return difference(self.doc_ids(Everything()), self.doc_ids(child), doc_count)
            case And(children):
                return self._matching_all(required_children(children))
        assert_never(node)

    def _matching_all(self, children: tuple[Node, ...]) -> Array:
        """Intersects the smallest sets first: each step then costs at most as much as the smallest set.

        The postings of a prefix are many, so they are searched for the documents that have the terms.  A `Word` in a
        search is not: its score needs all documents with the prefix."""
        terms = [child for child in children if isinstance(child, Term)]
        prefixes = [child for child in children if isinstance(child, Prefix)] if terms else []
        included = sorted((self.doc_ids(c) for c in children if not isinstance(c, Not) and c not in prefixes), key=len)
        matching = included[0] if included else self.doc_ids(Everything())
        for other in included[1:]:
            self.work.add("words", min(len(other), SEARCH_RATIO * len(matching)))
            matching = intersection(matching, other, self.reader.doc_count)
        for prefix in prefixes:
            matching = self._having_prefix(prefix, matching)
        for child in children:
            if isinstance(child, Not) and len(matching):
                self.work.add("words", len(matching))
                matching = difference(matching, self.doc_ids(child.child), self.reader.doc_count)
        return matching

    def _union(self, children: Sequence[Node]) -> Array:
        sets = [self.doc_ids(child) for child in children]
        self.work.add("words", sum(map(len, sets)))
        return union(sets, self.reader.doc_count)

    def _having_prefix(self, prefix: Prefix, doc_ids: Array) -> Array:
        """The documents that match the prefix, of those with these ids."""
        postings = self.reader.prefix_postings(prefix.text)
        self.work.add("prefixes", run_length(postings))
        among = indices_among(self.reader.segment.posting_docs[postings], doc_ids, self.reader.doc_count)
        return doc_set(self._docs_in(prefix.field, among + postings.start), self.reader.doc_count)

    def _docs_in(self, field: str | None, postings: slice | Array) -> Array:
        """The documents of the postings, without those of other fields."""
        segment = self.reader.segment
        doc_ids = segment.posting_docs[postings]
        if field is None:
            return doc_ids
        self.work.add("words", FIELD_WORK * (run_length(postings) if isinstance(postings, slice) else len(postings)))
        occurs = segment.term_stats[:, TEXT_FIELDS.index(field)] > 0
        return doc_ids.compress(occurs.take(segment.posting_stats[postings]))
