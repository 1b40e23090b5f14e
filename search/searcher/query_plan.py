"""Plans a query: parse, expand synonyms, correct spelling, relax if too few results match."""

from typing import Final, NamedTuple

from search.query.lexer import operators_as_words
from search.query.nodes import Node
from search.query.parser import parse
from search.query.slugs import slug_words
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
    plan = _plan(Evaluator(reader), request)
    if not plan.matched.full_matches and (words := slug_words(request.q)):
        request = request.model_copy(update={"q": words})
        warning = f"No article matches the query as typed, so its words were searched for: {words}"
        plan = _plan(plan.evaluator, request)
        plan = plan._replace(warnings=(*plan.warnings, warning))
    return _with_correction(plan, request) if request.typo else plan


def _plan(evaluator: Evaluator, request: SearchRequest) -> QueryPlan:
    """The plan without corrections."""
    query = parse(request.q)
    root = _rewritten(query.root, evaluator.reader)
    return QueryPlan(root, _matched(evaluator, root, request), evaluator, query.warnings, None)


def _with_correction(original: QueryPlan, request: SearchRequest) -> QueryPlan:
    """The plan with a correction if one has more full matches, or if its matches lack fewer words.

    The correction is applied if the original has no full matches, else offered.  It need not have more matches if no
    article has a corrected word as it was typed: then the original matches other words of the same stem."""
    evaluator, reader = original.evaluator, original.evaluator.reader
    full_matches = original.matched.full_matches
    corrector = reader.spelling_corrector
    corrections = corrector.corrections(operators_as_words(request.q))
    for correction in corrections:
        root = _rewritten(parse(correction.q).root, reader)
        known = all(corrector.is_known(word) for word, _ in correction.words)
        if len(evaluator.doc_ids(root)) > (full_matches if known else 0):
            if full_matches:
                return original._replace(correction=Correction(correction.q, False, correction.words))
            applied = Correction(correction.q, True, correction.words)
            return original._replace(root=root, matched=_matched(evaluator, root, request), correction=applied)
    likely = [correction for correction in corrections if correction.applied]
    for correction in likely[:_MAX_RELAXED] if not full_matches else ():
        root = _rewritten(parse(correction.q).root, reader)
        matched = _matched(evaluator, root, request)
        if matched.least_missing < original.matched.least_missing:
            return original._replace(root=root, matched=matched, correction=correction)
    return original


def _matched(evaluator: Evaluator, root: Node, request: SearchRequest) -> MatchedDocs:
    return match_documents(evaluator, root, full_only=request.match == "all")


def _rewritten(root: Node, reader: IndexReader) -> Node:
    return expand_synonyms(root, reader.synonym_map)
