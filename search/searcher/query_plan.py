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
from search.suggest.spelling_correction import CorrectedQuery

_MAX_RELAXED: Final = 3
"""The number of corrections that are tried with a completed last word or partial matches if none has full matches."""


_SPELLING_WORK: Final = 2
"""How much longer it takes to compare a mistyped word with one of the dictionary than to match a posting."""


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
    prefix = _prefix_query(evaluator, request.q) if request.typo and not len(evaluator.doc_ids(root)) else None
    if prefix is not None:
        root = _rewritten(parse(prefix.q).root, reader)
    interpretation = _corrected(evaluator, _Interpretation(root, prefix), request)
    matched = match_documents(evaluator, interpretation.root, full_only=request.match == "all")
    return QueryPlan(
        interpretation.root, matched, evaluator, warnings, interpretation.correction, interpretation.prefix
    )


class _Interpretation(NamedTuple):
    """A reading of the request's text: as typed, completed or corrected, or with a correction that is only offered."""

    root: Node
    prefix: PrefixQuery | None = None
    correction: Correction | None = None


def _prefix_query(evaluator: Evaluator, q: str) -> PrefixQuery | None:
    """The query with its last word as a prefix if a word of the archive begins so, and any article has every word then.

    The prefix also matches shorter stems: without a word that begins so, they are other words (robott, robot)."""
    last = last_word_as_prefix(q)
    words = evaluator.reader.snapshot.dictionary.words
    if last is None or not any(words.prefixed(beginning) for beginning in last.beginnings):
        return None
    if not len(evaluator.doc_ids(_rewritten(parse(last.q).root, evaluator.reader))):
        return None
    return PrefixQuery(last.q, last.word)


def _corrected(evaluator: Evaluator, original: _Interpretation, request: SearchRequest) -> _Interpretation:
    """The query with a correction if one has more full matches, or if its matches lack fewer words.

    The correction is applied if the request allows it and the original has no full matches, else offered.  It need not
    have more matches if no article has a corrected word as it was typed: then the original matches other words of the
    same stem.  If the original is completed, it matches the words that the reader may mean."""
    reader, full_matches = evaluator.reader, len(evaluator.doc_ids(original.root))
    corrector = reader.spelling_corrector
    if not full_matches:  # else few words can be mistyped
        unknown = sum(not corrector.is_known(word) for word in request.q.lower().split())
        evaluator.work.add("spelling", _SPELLING_WORK * unknown * len(reader.snapshot.dictionary.words))
    corrections = reader.corrections(operators_as_words(request.q))
    applied = request.typo and not full_matches

    def interpretation(corrected: CorrectedQuery, root: Node, prefix: PrefixQuery | None = None) -> _Interpretation:
        correction = Correction(corrected.q, applied, corrected.words)
        return _Interpretation(root, prefix, correction) if applied else original._replace(correction=correction)

    for corrected in corrections:
        root = _rewritten(parse(corrected.q).root, reader)
        known = original.prefix is not None or all(corrector.is_known(word) for word, _ in corrected.words)
        if len(evaluator.doc_ids(root)) > (full_matches if known else 0):
            return interpretation(corrected, root)
    likely = [corrected for corrected in corrections if corrected.likely][:_MAX_RELAXED]
    for corrected in likely if applied else ():
        if (prefix := _prefix_query(evaluator, corrected.q)) is not None:
            return interpretation(corrected, _rewritten(parse(prefix.q).root, reader), prefix)
    if not full_matches and request.match != "all":
        fewest = fewest_missing(evaluator, original.root)
        for corrected in likely:
            root = _rewritten(parse(corrected.q).root, reader)
            if fewest_missing(evaluator, root) < fewest:
                return interpretation(corrected, root)
    return original


def _rewritten(root: Node, reader: IndexReader) -> Node:
    return expand_synonyms(root, reader.synonym_map)
