"""Translates query nodes to OpenSearch's query language.

A translated query matches exactly the articles that the node matches.  In a scoring context it also scores them as
`search/query/nodes.py` says: the best field of each word counts, and a share of the others (dis-max).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, assert_never

from search.opensearch.mapping import GAP
from search.query.nodes import And, Everything, Leaf, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.query_words import required_children
from search.schema import TEXT_FIELDS
from search.settings import Ranking

Query = dict[str, Any]
Weights = Mapping[str, float]
"""The weight of each text field."""

NO_ARTICLE: Final[Query] = {"match_none": {}}
ALL_ARTICLES: Final[Query] = {"constant_score": {"filter": {"match_all": {}}, "boost": 0.0}}

_MOST_SCORED_TERMS: Final = 128
"""The terms of a prefix that score; all of them match."""


class Translator:
    """Translates the nodes of one search."""

    def __init__(self, ranking: Ranking) -> None:
        self._ranking = ranking
        self._weights: Weights = {field: getattr(ranking, field) for field in TEXT_FIELDS}

    def query(self, node: Node) -> Query:
        """The query that matches and scores as the node does."""
        return self._query(node, self._weights)

    def _query(self, node: Node, weights: Weights) -> Query:
        match node:
            case Term() | Phrase() | Prefix():
                return self._leaf(node, weights)
            case Word(child=child):
                return self._query(child, weights)
            case Synonyms(original, synonyms):
                lower = {field: weight * self._ranking.synonym for field, weight in weights.items()}
                return _best([self._query(original, weights), *(self._query(each, lower) for each in synonyms)], 0.0)
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

    def _leaf(self, leaf: Leaf, weights: Weights) -> Query:
        fields = TEXT_FIELDS if leaf.field is None else (leaf.field,)
        match leaf:
            case Term(text):
                queries = [_term(field, text, weights[field]) for field in fields]
            case Phrase(terms, offsets):
                queries = [_phrase(field, terms, offsets, weights[field]) for field in fields]
            case Prefix(text):
                queries = [_prefix(field, text, weights[field]) for field in fields]
        return _best(queries, self._ranking.tie_breaker)


def phrase_query(field: str, terms: Sequence[str], offsets: Sequence[int]) -> Query:
    """Matches articles with the terms in the field, `terms[i]` at `offsets[i]` positions after the first."""
    positions = [GAP] * (offsets[-1] + 1)
    for term, offset in zip(terms, offsets, strict=True):
        positions[offset] = term
    return {"match_phrase": {field: {"query": " ".join(positions)}}}


def _term(field: str, text: str, weight: float) -> Query:
    return {"term": {field: {"value": text, "boost": weight}}}


def _phrase(field: str, terms: Sequence[str], offsets: Sequence[int], weight: float) -> Query:
    """Scored as the sum of its terms' scores."""
    scored = [_term(field, text, weight) for text in terms]
    return {"bool": {"filter": [phrase_query(field, terms, offsets)], "should": scored}}


def _prefix(field: str, text: str, weight: float) -> Query:
    """Scored as one term: all terms with the prefix count as equally frequent."""
    scored = {"value": text, "rewrite": f"top_terms_blended_freqs_{_MOST_SCORED_TERMS}", "boost": weight}
    return {"bool": {"filter": [{"prefix": {field: {"value": text}}}], "should": [{"prefix": {field: scored}}]}}


def _best(queries: Sequence[Query], tie_breaker: float) -> Query:
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": list(queries), "tie_breaker": tie_breaker}}


def any_query(queries: Iterable[Query]) -> Query:
    """Matches articles that match any of the queries; the scores of those add up."""
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
