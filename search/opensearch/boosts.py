"""Multiplies scores by bounded boosts, as `search/searcher/scorer.py` says: recency, heat, exact forms, proximity."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from search.boost_limits import AHEAD_SECONDS, MAX_DISTANCE, MAX_HEAT
from search.opensearch.mapping import FORMS
from search.opensearch.query_dsl import Query, any_query, phrase_query
from search.periods import midnight
from search.query.nodes import Node, Word
from search.query.query_words import adjacent_terms, included_words, plain_term
from search.schema import TEXT_FIELDS
from search.settings import Ranking

# In Lucene's expressions, which take half the time of Painless.
_RECENCY: Final = (
    "doc['published'].empty || doc['published'].value >= ahead ? 0 "
    ": recency_days / (recency_days + max(midnight - doc['published'].value, 0) / 86400)"
)
_HEAT: Final = "doc['heat'].empty ? 0 : min(max(doc['heat'].value, 0), max_heat) / max_heat"
_DOCUMENT_BOOST: Final = f"(1 + recency * ({_RECENCY})) * (1 + heat * ({_HEAT}))"


def boosted(query: Query, root: Node, ranking: Ranking, today: date) -> Query:
    """The query with its scores multiplied by the boosts for the query `root`."""
    query = _with_factor(query, [_document_boost(ranking, today)] if ranking.recency or ranking.heat else [])
    query = _with_factor(query, _sum_of(_exact_forms(root, ranking.exact)))
    return _with_factor(query, _sum_of(_proximity(root, ranking.proximity)))


def _with_factor(query: Query, functions: Sequence[Query]) -> Query:
    """The query with its scores multiplied by the sum of the functions' values."""
    if not functions:
        return query
    return {
        "function_score": {
            "query": query, "functions": list(functions), "score_mode": "sum", "boost_mode": "multiply"
        }
    }  # fmt: skip


def _sum_of(boosts: Sequence[Query]) -> list[Query]:
    """1, and the weight of each filter that matches."""
    return [{"weight": 1.0}, *boosts] if boosts else []


def _document_boost(ranking: Ranking, today: date) -> Query:
    start = int(midnight(today).timestamp())
    params: dict[str, Any] = {
        "midnight": start,
        "ahead": start + AHEAD_SECONDS,
        "recency": ranking.recency,
        "recency_days": ranking.recency_days,
        "heat": ranking.heat,
        "max_heat": MAX_HEAT,
    }
    return {"script_score": {"script": {"lang": "expression", "source": _DOCUMENT_BOOST, "params": params}}}


def _exact_forms(root: Node, boost: float) -> list[Query]:
    words = [word for word in included_words(root) if word.form is not None] if boost else []
    return [{"filter": _has_form(word), "weight": boost / len(words)} for word in words if plain_term(word) is not None]


def _has_form(word: Word) -> Query:
    fields = TEXT_FIELDS if word.field is None else (word.field,)
    return any_query([{"term": {f"{field}.{FORMS}": {"value": word.form}}} for field in fields])


def _proximity(root: Node, boost: float) -> list[Query]:
    """Half of the weight for terms near each other, the other half if they also are adjacent in query order."""
    pairs = adjacent_terms(root) if boost else []
    return [
        {"filter": any_query([place(field, first.text, second.text) for field in TEXT_FIELDS]), "weight": weight}
        for first, second in pairs
        for weight in (boost / len(pairs) / 2,)
        for place in (_near, _adjacent)
    ]


def _adjacent(field: str, first: str, second: str) -> Query:
    return phrase_query(field, (first, second), (0, 1))


def _near(field: str, first: str, second: str) -> Query:
    if first == second:  # a span would be near itself
        return any_query(
            [phrase_query(field, (first, second), (0, distance)) for distance in range(1, MAX_DISTANCE + 1)]
        )
    terms = [{"span_term": {field: {"value": term}}} for term in (first, second)]
    return {"span_near": {"clauses": terms, "slop": MAX_DISTANCE - 1, "in_order": False}}
