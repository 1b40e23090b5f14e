"""What a request's text is taken for: as typed, with a mistyped word corrected, or with a word lacking."""

from typing import NamedTuple

from search.query.corrections import Corrected, corrections
from search.query.evaluator import Evaluation
from search.query.expansion import expanded
from search.query.index import SearchableIndex
from search.query.matching import Matching, matching
from search.query.parser import parse
from search.query.syntax import Node
from search.request import SearchRequest
from search.results import Correction


class Understood(NamedTuple):
    """The query that is answered, what to say of it, and the documents that are listed for it, filters aside."""

    root: Node
    found: Matching
    evaluation: Evaluation
    warnings: tuple[str, ...]
    correction: Correction | None


def understood(index: SearchableIndex, request: SearchRequest) -> Understood:
    """The request's text, read and looked up.  Filters have no say in it, lest choosing one changed what is counted."""
    query = parse(request.q)
    evaluation = Evaluation(index, *index.window(request.since, request.until))
    typed = _found(evaluation, query.root, request)
    taken, correction = _corrected(evaluation, typed, request) if request.typo else (typed, None)
    return Understood(taken.root, taken.found, evaluation, query.warnings, correction)


class _Reading(NamedTuple):
    """One way to read the text: the query, and what is found with it."""

    root: Node
    found: Matching


def _found(evaluation: Evaluation, root: Node, request: SearchRequest) -> _Reading:
    root = expanded(root, evaluation.index.thesaurus)
    return _Reading(root, matching(evaluation, root, strict=request.match == "all"))


def _corrected(evaluation: Evaluation, typed: _Reading, request: SearchRequest) -> tuple[_Reading, Correction | None]:
    """The reading to answer, and the correction to tell of: applied if articles then lack fewer words than they do of
    the text as typed, offered if more have them all."""
    readings = [
        (_found(evaluation, parse(corrected.text).root, request), corrected)
        for corrected in corrections(evaluation.index, request.q)
    ]
    if not readings:
        return typed, None
    best, corrected = min(readings, key=lambda reading: reading[0].found.fewest_missing)
    if best.found.fewest_missing < typed.found.fewest_missing:
        return best, _told(corrected, applied=True)
    if best.found.strict > typed.found.strict > 0:
        return typed, _told(corrected, applied=False)
    return typed, None


def _told(corrected: Corrected, applied: bool) -> Correction:
    return Correction(corrected.text, applied, corrected.words)
