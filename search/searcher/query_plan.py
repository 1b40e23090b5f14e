"""What a request's text is taken for: as typed, with a mistyped word corrected, or with a word lacking."""

from typing import Final, NamedTuple

from search.query.nodes import Node
from search.query.parser import parse
from search.query.synonym_expansion import expanded
from search.request import SearchRequest
from search.results import Correction
from search.searcher.evaluator import Evaluator
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs, matching
from search.suggest.spelling_correction import CorrectedQuery

_LOOSELY: Final = 3
"""Where nothing has every word of any correction, so many of the likeliest are tried with a word lacking."""


class QueryPlan(NamedTuple):
    """The query that is answered, what to say of it, and the documents that are listed for it, filters aside."""

    root: Node
    found: MatchedDocs
    evaluation: Evaluator
    warnings: tuple[str, ...]
    correction: Correction | None


def plan_query(index: IndexReader, request: SearchRequest) -> QueryPlan:
    """The request's text, read and looked up.  Filters have no say in it, lest choosing one changed what is counted."""
    query = parse(request.q)
    evaluation = Evaluator(index)
    typed = _found(evaluation, expanded(query.root, index.synonym_map), request)
    taken, correction = _corrected(evaluation, typed, request) if request.typo else (typed, None)
    return QueryPlan(taken.root, taken.found, evaluation, query.warnings, correction)


class _Reading(NamedTuple):
    """One way to read the text: the query, and what is found with it."""

    root: Node
    found: MatchedDocs


def _found(evaluation: Evaluator, root: Node, request: SearchRequest) -> _Reading:
    return _Reading(root, matching(evaluation, root, strict=request.match == "all"))


def _corrected(evaluation: Evaluator, typed: _Reading, request: SearchRequest) -> tuple[_Reading, Correction | None]:
    """The reading to answer, and the correction to tell of: applied if articles then lack fewer words than they do of
    the text as typed, offered if more have them all."""
    options = evaluation.index.spelling_corrector.corrections(request.q)
    for corrected in options:
        found = len(evaluation.documents(_read(evaluation.index, corrected.text)))
        if found > typed.found.strict:
            if typed.found.strict:
                return typed, _told(corrected, applied=False)
            return _found(evaluation, _read(evaluation.index, corrected.text), request), _told(corrected, applied=True)
    for corrected in options[:_LOOSELY] if not typed.found.strict else ():
        reading = _found(evaluation, _read(evaluation.index, corrected.text), request)
        if reading.found.fewest_missing < typed.found.fewest_missing:
            return reading, _told(corrected, applied=True)
    return typed, None


def _read(index: IndexReader, text: str) -> Node:
    return expanded(parse(text).root, index.synonym_map)


def _told(corrected: CorrectedQuery, applied: bool) -> Correction:
    return Correction(corrected.text, applied, corrected.words)
