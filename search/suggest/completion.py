"""How what is being typed may go on: words, phrases, titles, topics and providers of the archive.

The last word typed is a beginning; the words before it stand.  The commonest comes first, topics and providers a little
before words that are as common, titles last, since each is but one article.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Final, NamedTuple

import numpy as np

from search.analysis.analyzer import terms, tokens
from search.analysis.folding import fold
from search.analysis.function_words import FUNCTION_WORDS
from search.analysis.stemming import stem
from search.query.leaf_nodes import prefix
from search.query.lexer import QUOTES, SCOPES
from search.query.nodes import And, Node, Phrase, Term
from search.results import Completion
from search.schema import SCHEMA
from search.searcher.evaluator import Evaluator
from search.searcher.index_reader import IndexReader
from search.searcher.top_docs import best
from search.snapshot.arrays import Array
from search.snapshot.word_dictionary import FIRST_SHIFT

TITLES: Final = 3
"""So many titles are suggested at most, and none for a beginning of fewer letters, which most titles have; characters
that are words say more."""

_WORTH: Final = {"topic": 2, "provider": 2, "phrase": 1, "word": 1}
"""How many times as common as it is each kind counts: choosing a topic or provider says more than a word does."""
_IN_SOME: Final = 2
"""A phrase is worth suggesting from so many titles on, unless its first word was typed."""
_LOOKED_UP: Final = 5
"""So many of the commonest words are held against the word before them."""

_LAST = re.compile(r"(.*?[\s(\"“”:-])?([^\s(\"“”:-]*)", re.DOTALL).fullmatch
_BESIDE = re.compile(r"\s+|-").fullmatch
_EXCLUDING = re.compile(r"(?:.*[\s(])?(?:-|NOT\s+)(?:\w+:)?", re.DOTALL).fullmatch
_SCOPED = re.compile(rf"(?:.*[\s(-])?({'|'.join(SCOPES)}):", re.DOTALL | re.IGNORECASE).fullmatch
_HYPHENATED = re.compile(r".*\w-", re.DOTALL).fullmatch
_SIGNS: Final = "@#"
"""What the analyzer leaves out before a word (@OpenAI, #robots), and completions with it."""
_OPERATORS = frozenset(("AND", "OR", "NOT"))


class _Typed(NamedTuple):
    """What is typed: the text before the last word, that word folded, and the word before it, folded, if there is one
    that it belongs to; the one field in which the last is looked for, if one is named; whether it is to be left out."""

    head: str
    last: str
    before: str | None
    field: str | None
    excluded: bool
    closing: str
    """the quotation mark that is still to come"""


class Completer:
    """Completions from one index."""

    def __init__(self, index: IndexReader) -> None:
        self._index = index
        self._lexicon = index.snapshot.dictionary

    def complete(self, text: str, limit: int) -> list[Completion]:
        """Ways to go on typing, best first, `limit` at most; none that is typed already."""
        typed = _read(text)
        if not typed.last and not typed.before:
            return []
        found = [*self._names(text), *self._phrases(typed, limit), *self._words(typed, limit)]
        found.sort(key=lambda each: (-_WORTH[each.kind] * each.count, each.text))
        if typed.before:  # what follows in a row comes before what is anywhere in the same articles
            found.sort(key=lambda each: each.kind == "word")
        room = max(1, limit - TITLES)
        ranked = (*found[:room], *self._titles(typed), *found[room:])
        return list(islice(_different(ranked, text), limit))

    def _names(self, text: str) -> Iterator[Completion]:
        """The topics and providers that go on as the whole text does, from their beginning or from a later word."""
        start = _folded(text)
        endings = self._endings
        for ending, kind, name, count in islice(endings, bisect_left(endings, (start,)), None):
            if not start or not ending.startswith(start):
                return
            yield Completion(name, count, kind)

    @cached_property
    def _endings(self) -> list[tuple[str, str, str, int]]:
        """What each topic and provider is from each of its words on, folded and in order; its kind, name and count."""
        index = self._index
        documents = np.arange(index.documents, dtype=np.uint32)
        found: list[tuple[str, str, str, int]] = []
        for facet in SCHEMA.facets.values():
            if facet.suggested:
                column = index.keywords[facet.name]
                counts, _ = column.count(documents)
                for name, count in zip(column.values, counts.tolist(), strict=True):
                    words = _folded(name).split()
                    found += ((" ".join(words[place:]), facet.name, name, count) for place in range(len(words)))
        return sorted(found)

    def _phrases(self, typed: _Typed, limit: int) -> Iterator[Completion]:
        """Two words in a row in some title: the one before and one that begins as the last, or one that begins so and
        the next, to which a minus or another field would not extend."""
        if typed.excluded or typed.field not in {None, "title"}:
            return
        dictionary, begun = self._lexicon, self._lexicon.words.prefixed(typed.last)
        if typed.before is None:
            pairs, least = dictionary.followers(begun), _IN_SOME
            wanted: Array | slice = slice(None)
        else:
            number = dictionary.words.find(typed.before)
            if number is None:
                return
            pairs, least = dictionary.followers(range(number, number + 1)), 1
            second = dictionary.pairs[pairs] & np.uint64((1 << FIRST_SHIFT) - 1)
            wanted = np.flatnonzero((second >= begun.start) & (second < begun.stop))
        keys, counts = dictionary.pairs[pairs][wanted], dictionary.pair_counts[pairs][wanted]
        for place in best(counts.astype(np.int64), limit).tolist():
            if (count := int(counts[place])) >= least:
                numbers = divmod(int(keys[place]), 1 << FIRST_SHIFT)[1 if typed.before else 0 :]
                if FUNCTION_WORDS.isdisjoint(dictionary.words[number] for number in numbers):
                    phrase = " ".join(map(dictionary.surface, numbers))
                    yield Completion(typed.head + phrase + typed.closing, count, "phrase")

    def _words(self, typed: _Typed, limit: int) -> Iterator[Completion]:
        """The commonest words that begin as the last word does; after another word, those that are in an article with
        that; after a hyphen, those that follow it there; after a scope, those that are in its field."""
        if not typed.last:
            return
        words = self._lexicon.words.prefixed(typed.last)
        counts = self._lexicon.word_counts[words.start : words.stop].astype(np.int64)
        alone = typed.before is None and typed.field is None
        for place in best(counts, limit + 1 if alone else _LOOKED_UP).tolist():
            word = self._lexicon.words[words.start + place]
            if word in FUNCTION_WORDS:
                continue
            count = int(counts[place]) if alone else len(self._documents(_wanted(typed, stem(word))))
            if count:
                surface = self._lexicon.surface(words.start + place)
                yield Completion(typed.head + surface + typed.closing, count, "word")

    def _titles(self, typed: _Typed) -> Iterator[Completion]:
        """The newest titles that have every word typed, the last one as a beginning."""
        last = tokens(typed.last)
        begun = prefix(typed.last, last, "title")
        if begun is None or (len(last) == 1 and len(typed.last) < TITLES) or typed.excluded or typed.field:
            return
        words = (Term(term, "title") for term, _ in terms(typed.head))
        for document in self._documents(And((begun, *words)))[:TITLES].tolist():
            yield Completion(self._index.article(document).title, 1, "title")

    def _documents(self, node: Node) -> Array:
        return Evaluator(self._index).documents(node)


def _wanted(typed: _Typed, term: str) -> Node:
    """What finds the last word, whose term this is, beside the word before it; in a row, where a hyphen joins them."""
    if typed.before is None:
        return Term(term, typed.field)
    before = stem(typed.before)
    return Phrase((before, term), (0, 1)) if _HYPHENATED(typed.head) else And((Term(before), Term(term)))


def _read(text: str) -> _Typed:
    parts = _LAST(text)
    head, last = (parts[1] or "", parts[2]) if parts else ("", text)
    scope = _SCOPED(head)
    return _Typed(
        head,
        fold(last.lstrip(_SIGNS)),
        before=_before(head),
        field=SCOPES[scope[1].lower()] if scope else None,
        excluded=_EXCLUDING(head) is not None,
        closing='"' * (sum(map(head.count, QUOTES)) % 2),
    )


def _before(head: str) -> str | None:
    """The form of the word that the text ends with, if what is typed next would stand beside that."""
    found = tokens(head)
    if not found or not _BESIDE(head, found[-1].end) or head[found[-1].start : found[-1].end] in _OPERATORS:
        return None
    return found[-1].form


def _folded(text: str) -> str:
    return " ".join(filter(None, map(fold, text.split())))


def _different(found: Iterable[Completion], text: str) -> Iterator[Completion]:
    """Those that are not the same search as one before, as other forms of the same words are, or as the text itself."""
    seen = {tuple(terms(text))}
    for completion in found:
        if (searched := tuple(terms(completion.text))) not in seen:
            seen.add(searched)
            yield completion
