"""Plans a query: parse, expand synonyms, complete the last word, correct spelling, relax if too few results match."""

from typing import Final, NamedTuple

from search.query.last_word import last_word_as_prefix
from search.query.lexer import operators_as_words
from search.query.nodes import Node
from search.query.parser import parse
from search.query.slugs import slug_words
from search.query.synonym_expansion import expand_synonyms
from search.request import SearchRequest
from search.results import Correction, PrefixQuery
from search.searcher.evaluator import Evaluator
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs, fewest_missing, match_documents

_MAX_RELAXED: Final = 3
"""The number of corrections that are tried with partial matches if none has full matches."""


class QueryPlan(NamedTuple):
    """The query to answer and its matches before filters."""

    root: Node
    matched: MatchedDocs
    evaluator: Evaluator
    warnings: tuple[str, ...]
    correction: Correction | None
    prefix: PrefixQuery | None = None


def plan_query(reader: IndexReader, request: SearchRequest) -> QueryPlan:
    """The plan for the request's text.  Filters do not affect it: choosing one must not change other counts."""
    evaluator, query = Evaluator(reader), parse(request.q)
    root, warnings = _rewritten(query.root, reader), query.warnings
    if not len(evaluator.doc_ids(root)) and (words := slug_words(request.q)):
        request = request.model_copy(update={"q": words})
        query = parse(words)
        root = _rewritten(query.root, reader)
        warnings = (*query.warnings, f"No article matches the query as typed, so its words were searched for: {words}")
    prefix = _prefix_query(evaluator, root, request)
    if prefix is not None:
        root = _rewritten(parse(prefix.q).root, reader)
    root, matched, correction = _corrected(evaluator, root, request, is_prefix=prefix is not None)
    return QueryPlan(root, matched, evaluator, warnings, correction, prefix)


def _prefix_query(evaluator: Evaluator, original: Node, request: SearchRequest) -> PrefixQuery | None:
    """The query with its last word as a prefix, if the request is forgiving and only that query has full matches."""
    last = last_word_as_prefix(request.q) if request.typo and not len(evaluator.doc_ids(original)) else None
    if last is None or not len(evaluator.doc_ids(_rewritten(parse(last.q).root, evaluator.reader))):
        return None
    return PrefixQuery(last.q, last.word)


def _corrected(
    evaluator: Evaluator, original: Node, request: SearchRequest, is_prefix: bool
) -> tuple[Node, MatchedDocs, Correction | None]:
    """The query with a correction if one has more full matches, or if its matches lack fewer words.

    The correction is applied if the request allows it and the original has no full matches, else offered.  It need not
    have more matches if no article has a corrected word as it was typed: then the original matches other words of the
    same stem.  If the last word is a prefix (`is_prefix`), the original matches the words that the reader may mean."""
    reader, full_matches = evaluator.reader, len(evaluator.doc_ids(original))
    corrector = reader.spelling_corrector
    corrections = corrector.corrections(operators_as_words(request.q))
    applied = request.typo and not full_matches
    for corrected in corrections:
        root = _rewritten(parse(corrected.q).root, reader)
        known = is_prefix or all(corrector.is_known(word) for word, _ in corrected.words)
        if len(evaluator.doc_ids(root)) > (full_matches if known else 0):
            listed = root if applied else original
            correction = Correction(corrected.q, applied, corrected.words)
            return listed, _matched(evaluator, listed, request), correction
    if not full_matches and request.match != "all":
        fewest = fewest_missing(evaluator, original)
        likely = [corrected for corrected in corrections if corrected.likely]
        for corrected in likely[:_MAX_RELAXED]:
            root = _rewritten(parse(corrected.q).root, reader)
            if fewest_missing(evaluator, root) < fewest:
                listed = root if applied else original
                correction = Correction(corrected.q, applied, corrected.words)
                return listed, _matched(evaluator, listed, request), correction
    return original, _matched(evaluator, original, request), None


def _matched(evaluator: Evaluator, root: Node, request: SearchRequest) -> MatchedDocs:
    return match_documents(evaluator, root, full_only=request.match == "all")


def _rewritten(root: Node, reader: IndexReader) -> Node:
    return expand_synonyms(root, reader.synonym_map)
