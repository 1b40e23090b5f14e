"""Plans a query: parse, expand synonyms, correct spelling, relax if too few results match."""

from typing import Final, NamedTuple

from search.query.nodes import Node
from search.query.parser import parse
from search.query.synonym_expansion import expand_synonyms
from search.request import SearchRequest
from search.results import Correction
from search.searcher.evaluator import Evaluator
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs, match_documents

_MAX_RELAXED: Final = 3
"""The number of corrections that are tried with partial matches if none has full matches."""


class QueryPlan(NamedTuple):
    """The query to answer and its matches before filters."""

    root: Node
    matched: MatchedDocs
    evaluator: Evaluator
    warnings: tuple[str, ...]
    correction: Correction | None


def plan_query(reader: IndexReader, request: SearchRequest) -> QueryPlan:
    """The plan for the request's text.  Filters do not affect it: choosing one must not change other counts."""
    query = parse(request.q)
    evaluator = Evaluator(reader)
    root = expand_synonyms(query.root, reader.synonym_map)
    original = QueryPlan(root, _matched(evaluator, root, request), evaluator, query.warnings, None)
    return _with_correction(original, request) if request.typo else original


def _with_correction(original: QueryPlan, request: SearchRequest) -> QueryPlan:
    """The plan with a correction if one has more full matches, or if its matches lack fewer words.

    The correction is applied if the original has no full matches, else offered."""
    evaluator, reader = original.evaluator, original.evaluator.reader
    full_matches = original.matched.full_matches
    corrections = reader.spelling_corrector.corrections(request.q)
    for correction in corrections:
        root = _read(reader, correction.q)
        if len(evaluator.doc_ids(root)) > full_matches:
            if full_matches:
                return original._replace(correction=Correction(correction.q, False, correction.words))
            return original._replace(root=root, matched=_matched(evaluator, root, request), correction=correction)
    for correction in corrections[:_MAX_RELAXED] if not full_matches else ():
        root = _read(reader, correction.q)
        matched = _matched(evaluator, root, request)
        if matched.least_missing < original.matched.least_missing:
            return original._replace(root=root, matched=matched, correction=correction)
    return original


def _matched(evaluator: Evaluator, root: Node, request: SearchRequest) -> MatchedDocs:
    return match_documents(evaluator, root, full_only=request.match == "all")


def _read(reader: IndexReader, text: str) -> Node:
    return expand_synonyms(parse(text).root, reader.synonym_map)
