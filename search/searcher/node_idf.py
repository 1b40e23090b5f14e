"""The inverse document frequency of query nodes, by which synonyms are kept from outweighing what was typed."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import add
from typing import NamedTuple, assert_never

from search.query.nodes import And, Everything, Leaf, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.snapshot.segment import FIELD_COUNT


class Idf(NamedTuple):
    """The inverse document frequency in each field: of a term by its text, also of one that never occurs, and of all
    terms with a prefix."""

    of_term: Callable[[str], Sequence[float]]
    of_prefix: Callable[[Prefix], Sequence[float]]


def synonym_shares(idf: Idf, original: Node, synonym: Leaf) -> list[float]:
    """For each field, the share of the usual weight of synonyms that a synonym has.

    It is lower than 1 if the synonym is rarer than the original, or has more words."""
    return [min(1.0, limit / own) for limit, own in zip(_of(idf, original), _of(idf, synonym), strict=True)]


def _of(idf: Idf, node: Node) -> Sequence[float]:
    """For each field, the sum of the idf of the terms that the node includes."""
    match node:
        case Term(text):
            return idf.of_term(text)
        case Phrase(terms):
            return _added(map(idf.of_term, terms))
        case Prefix():
            return idf.of_prefix(node)
        case Word(child=child) | Synonyms(original=child):
            return _of(idf, child)
        case And(children) | Or(children):
            return _added(_of(idf, child) for child in dict.fromkeys(children))
        case Not() | Everything() | Nothing():
            return [0.0] * FIELD_COUNT
    assert_never(node)


def _added(vectors: Iterable[Sequence[float]]) -> list[float]:
    """The sums by field."""
    return [reduce(add, values) for values in zip(*vectors, strict=True)]
