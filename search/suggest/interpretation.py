"""Interprets the text of a request: parses it, expands synonyms, completes the last word, corrects the spelling."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from search.analysis.synonym_map import SynonymMap
from search.arrays import Strings
from search.query.last_word import last_word_as_prefix
from search.query.lexer import operators_as_words
from search.query.nodes import Node
from search.query.parser import parse
from search.query.slugs import slug_words
from search.query.synonym_expansion import expand_synonyms
from search.request import SearchRequest
from search.results import Correction, PrefixQuery
from search.suggest.spelling_correction import CorrectedQuery, SpellingCorrector

_MAX_RELAXED: Final = 3
"""The number of corrections that are tried with a completed last word or partial matches if none has full matches."""


class Vocabulary(Protocol):
    """The words of an index."""

    @property
    def words(self) -> Strings:
        """All words in their folded forms, ascending."""

    @property
    def synonym_map(self) -> SynonymMap: ...

    @property
    def spelling_corrector(self) -> SpellingCorrector: ...

    @property
    def corrections(self) -> Callable[[str], Sequence[CorrectedQuery]]:
        """As the method of the spelling corrector."""


class Matches(Protocol):
    """How many articles match a query."""

    def count(self, node: Node) -> int:
        """The number of articles that match the node."""

    def fewest_missing(self, root: Node) -> float:
        """The smallest number of words that a partial match lacks; infinity if there are no partial matches."""

    def expect_comparisons(self, unknown_words: int) -> None:
        """Called before so many words are compared with all words of the index.  May refuse by `RequestInvalid`."""


class Interpretation(NamedTuple):
    """A reading of the request's text: as typed, completed or corrected, or with a correction that is only offered."""

    root: Node
    prefix: PrefixQuery | None = None
    correction: Correction | None = None
    warnings: tuple[str, ...] = ()


def interpret(vocabulary: Vocabulary, matches: Matches, request: SearchRequest) -> Interpretation:
    """The query to answer.  Filters do not affect it: choosing one must not change other counts."""
    return _Interpreter(vocabulary, matches).interpret(request)


class _Interpreter:
    def __init__(self, vocabulary: Vocabulary, matches: Matches) -> None:
        self._vocabulary = vocabulary
        self._matches = matches

    def interpret(self, request: SearchRequest) -> Interpretation:
        query = parse(request.q)
        root, warnings = self._rewritten(query.root), query.warnings
        if not self._matches.count(root) and (words := slug_words(request.q)):
            request = request.model_copy(update={"q": words})
            query = parse(words)
            root = self._rewritten(query.root)
            warnings = (
                *query.warnings,
                f"No article matches the query as typed, so its words were searched for: {words}",
            )
        prefix = self._prefix_query(request.q) if request.typo and not self._matches.count(root) else None
        if prefix is not None:
            root = self._parsed(prefix.q)
        return self._corrected(Interpretation(root, prefix), request)._replace(warnings=warnings)

    def _prefix_query(self, q: str) -> PrefixQuery | None:
        """The query with its last word as a prefix if a word of the index begins so, and any article has every word.

        The prefix also matches shorter stems: without a word that begins so, they are other words (robott, robot)."""
        last = last_word_as_prefix(q)
        if last is None or not any(self._vocabulary.words.prefixed(beginning) for beginning in last.beginnings):
            return None
        return PrefixQuery(last.q, last.word) if self._matches.count(self._parsed(last.q)) else None

    def _corrected(self, original: Interpretation, request: SearchRequest) -> Interpretation:
        """The query with a correction if one has more full matches, or if its matches lack fewer words.

        The correction is applied if the request allows it and the original has no full matches, else offered.  It need
        not have more matches if no article has a corrected word as it was typed: then the original matches other words
        of the same stem.  If the original is completed, it matches the words that the reader may mean."""
        matches, full_matches = self._matches, self._matches.count(original.root)
        is_known = self._vocabulary.spelling_corrector.is_known
        if not full_matches:  # else few words can be mistyped
            matches.expect_comparisons(sum(not is_known(word) for word in request.q.lower().split()))
        corrections = self._vocabulary.corrections(operators_as_words(request.q))
        applied = request.typo and not full_matches

        def interpretation(corrected: CorrectedQuery, root: Node, prefix: PrefixQuery | None = None) -> Interpretation:
            correction = Correction(corrected.q, applied, corrected.words)
            return Interpretation(root, prefix, correction) if applied else original._replace(correction=correction)

        for corrected in corrections:
            root = self._parsed(corrected.q)
            known = original.prefix is not None or all(is_known(word) for word, _ in corrected.words)
            if matches.count(root) > (full_matches if known else 0):
                return interpretation(corrected, root)
        likely = [corrected for corrected in corrections if corrected.likely][:_MAX_RELAXED]
        for corrected in likely if applied else ():
            if (prefix := self._prefix_query(corrected.q)) is not None:
                return interpretation(corrected, self._parsed(prefix.q), prefix)
        if not full_matches and request.match != "all":
            fewest = matches.fewest_missing(original.root)
            for corrected in likely:
                root = self._parsed(corrected.q)
                if matches.fewest_missing(root) < fewest:
                    return interpretation(corrected, root)
        return original

    def _parsed(self, q: str) -> Node:
        return self._rewritten(parse(q).root)

    def _rewritten(self, root: Node) -> Node:
        return expand_synonyms(root, self._vocabulary.synonym_map)
