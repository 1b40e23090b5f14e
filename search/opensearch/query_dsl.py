"""Translates query nodes to OpenSearch's query language.

A translated query matches exactly the articles that the node matches.  In a scoring context it also scores them as
`search/query/nodes.py` says: the best field of each word counts, and a share of the others (dis-max).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol, assert_never

from search.opensearch.mapping import GAP
from search.query.nodes import And, Everything, Leaf, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.query_words import required_children
from search.schema import TEXT_FIELDS
from search.searcher.node_idf import Idf, synonym_shares
from search.settings import Ranking

Query = dict[str, Any]
Weights = Mapping[str, float]
"""The weight of each text field."""

NO_ARTICLE: Final[Query] = {"match_none": {}}
ALL_ARTICLES: Final[Query] = {"constant_score": {"filter": {"match_all": {}}, "boost": 0.0}}

_MOST_SCORED_TERMS: Final = 32
"""The most frequent terms of a prefix, which are scored one by one in a field.  A query may have 1,024 terms."""


class Statistics(Protocol):
    """How many articles of an archive have terms, and what that makes them worth."""

    def idf_of(self, doc_frequency: int) -> float:
        """The inverse document frequency of what so many articles have."""

    def term_idf(self, text: str) -> Sequence[float]:
        """That of a term in each field, also of one that never occurs."""

    def prefix_idf(self, prefix: str) -> Sequence[float]:
        """That of all terms with the prefix in each field."""

    def terms_with(self, prefix: str, field: int, size: int) -> Sequence[tuple[str, int]]:
        """The most frequent terms with the prefix in a field, and the number of articles that have each there."""


class Translator:
    """Translates query nodes."""

    def __init__(self, ranking: Ranking, statistics: Statistics) -> None:
        self._ranking = ranking
        self._statistics = statistics
        self._idf = Idf(statistics.term_idf, lambda prefix: statistics.prefix_idf(prefix.text))
        self.weights: Weights = {field: getattr(ranking, field) for field in TEXT_FIELDS}

    def query(self, node: Node) -> Query:
        """The query that matches and scores as the node does."""
        return self._query(node, self.weights)

    def weighted(self, leaf: Leaf, weights: Weights) -> Query:
        """The query that matches the leaf in the fields that have a weight, and scores it with these."""
        return self._leaf(leaf, weights)

    def _query(self, node: Node, weights: Weights) -> Query:
        match node:
            case Term() | Phrase() | Prefix():
                return self._leaf(node, weights)
            case Word(child=child):
                return self._query(child, weights)
            case Synonyms(original, synonyms):
                spellings = [self._query(original, weights)]
                spellings += [self._query(each, self._synonym_weights(original, each, weights)) for each in synonyms]
                return _best(spellings, 0.0)
            case And(children):
                return self._all(tuple(dict.fromkeys(children)), weights)
            case Or(children):
                return any_query(self._query(child, weights) for child in dict.fromkeys(children))
            case Not(child):
                return {"bool": {"must_not": [self._query(child, weights)]}}
            case Everything():
                return ALL_ARTICLES
            case Nothing():
                return NO_ARTICLE
        assert_never(node)

    def _all(self, children: tuple[Node, ...], weights: Weights) -> Query:
        required = required_children(children)
        included = [child for child in required if not isinstance(child, Not)]
        return {
            "bool": {
                "must": [self._query(child, weights) for child in included] or [ALL_ARTICLES],
                "must_not": [self._query(child.child, weights) for child in required if isinstance(child, Not)],
                "should": [self._query(child, weights) for child in children if child not in required],
            }
        }

    def _synonym_weights(self, original: Node, synonym: Leaf, weights: Weights) -> Weights:
        shares = zip(TEXT_FIELDS, synonym_shares(self._idf, original, synonym), strict=True)
        return {field: self._ranking.synonym * weights[field] * share for field, share in shares}

    def _leaf(self, leaf: Leaf, weights: Weights) -> Query:
        fields = [field for field in weights if leaf.field in {None, field}]
        match leaf:
            case Term(text):
                queries = [_term(field, text, weights[field]) for field in fields]
            case Phrase(terms, offsets):
                queries = [_phrase(field, terms, offsets, weights[field]) for field in fields]
            case Prefix(text):
                queries = [self._prefix(field, text, weights[field]) for field in fields]
        return _best(queries, self._ranking.tie_breaker)

    def _prefix(self, field: str, text: str, weight: float) -> Query:
        """Scored as one term: with the idf of all terms with the prefix, and the best saturation of any of them.

        That of rare terms is taken to be 1, as of a word that occurs once in a text of average length."""
        matching: Query = {"prefix": {field: {"value": text}}}
        number = TEXT_FIELDS.index(field)
        terms = self._statistics.terms_with(text, number, _MOST_SCORED_TERMS)
        if not terms:
            return {"bool": {"filter": [matching]}}
        weight *= self._statistics.prefix_idf(text)[number]
        scored = [_term(field, term, weight / self._statistics.idf_of(count)) for term, count in terms]
        if len(terms) == _MOST_SCORED_TERMS:  # perhaps there are others
            others = {"filter": [matching], "must_not": [{"terms": {field: [term for term, _ in terms]}}]}
            scored.append({"constant_score": {"filter": {"bool": others}, "boost": weight}})
        return {"bool": {"filter": [matching], "should": [_best(scored, 0.0)]}}


def phrase_query(field: str, terms: Sequence[str], offsets: Sequence[int]) -> Query:
    """Matches articles with the terms in the field, `terms[i]` at `offsets[i]` positions after the first."""
    positions = [GAP] * (offsets[-1] + 1)
    for term, offset in zip(terms, offsets, strict=True):
        positions[offset] = term
    return {"match_phrase": {field: {"query": " ".join(positions)}}}


def phrase_in_any_field(terms: Sequence[str], offsets: Sequence[int]) -> Query:
    """Matches articles with the phrase in any field."""
    return any_query(phrase_query(field, terms, offsets) for field in TEXT_FIELDS)


def _term(field: str, text: str, weight: float) -> Query:
    return {"term": {field: {"value": text, "boost": weight}}}


def _phrase(field: str, terms: Sequence[str], offsets: Sequence[int], weight: float) -> Query:
    """Scored as the sum of its terms' scores."""
    scored = [_term(field, text, weight) for text in terms]
    return {"bool": {"filter": [phrase_query(field, terms, offsets)], "should": scored}}


def _best(queries: Sequence[Query], tie_breaker: float) -> Query:
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": list(queries), "tie_breaker": tie_breaker}}


def any_query(queries: Iterable[Query]) -> Query:
    """Matches articles that match any of the queries; the scores of those add up."""
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
