"""Plans a query: interprets its text, and matches documents."""

from typing import NamedTuple

from search.query.nodes import Node
from search.request import SearchRequest
from search.results import Correction, PrefixQuery
from search.searcher.evaluator import Evaluator
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs, fewest_missing, match_documents
from search.searcher.work import SPELLING_WORK
from search.suggest.interpretation import interpret


class QueryPlan(NamedTuple):
    """The query to answer and its matches before filters."""

    root: Node
    matched: MatchedDocs
    evaluator: Evaluator
    warnings: tuple[str, ...]
    correction: Correction | None
    prefix: PrefixQuery | None = None


def plan_query(reader: IndexReader, request: SearchRequest) -> QueryPlan:
    """The plan for the request's text."""
    evaluator = Evaluator(reader)
    read = interpret(reader, _Matches(evaluator), request)
    matched = match_documents(evaluator, read.root, full_only=request.match == "all")
    return QueryPlan(read.root, matched, evaluator, read.warnings, read.correction, read.prefix)


class _Matches:
    """Counts the documents of one search."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def count(self, node: Node) -> int:
        return len(self._evaluator.doc_ids(node))

    def fewest_missing(self, root: Node) -> float:
        return fewest_missing(self._evaluator, root)

    def expect_comparisons(self, unknown_words: int) -> None:
        words = len(self._evaluator.reader.words)
        self._evaluator.work.add("spelling", SPELLING_WORK * unknown_words * words)
