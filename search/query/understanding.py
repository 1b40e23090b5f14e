"""What a request's text is taken for: as typed, with a mistyped word corrected, or with a word lacking."""

from typing import NamedTuple

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
    root = expanded(query.root, index.thesaurus)
    evaluation = Evaluation(index, *index.window(request.since, request.until))
    found = matching(evaluation, root, strict=request.match == "all")
    return Understood(root, found, evaluation, query.warnings, None)
