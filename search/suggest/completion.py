"""Completion of the last word of a query: words, phrases, titles, topics and providers of the archive.

Completions are ranked by frequency.  Topics and providers rank before words of the same frequency; titles come last,
because each has one article.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Final, NamedTuple

import numpy as np

from search.analysis.analyzer import terms, tokens
from search.analysis.folding import fold
from search.analysis.function_words import FUNCTION_WORDS
from search.analysis.stemming import stem
from search.arrays import Array, top_indices
from search.query.leaf_nodes import prefix
from search.query.lexer import QUOTES, SCOPES
from search.query.nodes import And, Node, Phrase, Term
from search.results import Completion
from search.snapshot.word_dictionary import FIRST_SHIFT, WordDictionary

MAX_TITLES: Final = 3
MIN_TITLE_PREFIX: Final = 3
"""A shorter prefix would match most titles; in scripts without spaces every prefix completes titles."""

_FACET_WEIGHT: Final = 2
"""Factor of a facet value's frequency: such a value is a more precise choice than a word or phrase."""
_MIN_PHRASE_TITLES: Final = 2
"""A phrase in fewer titles is a completion only after its first word."""
_MAX_WORDS_CHECKED: Final = 5
"""This many of the most frequent words are counted with the previous word or in the field."""

_LAST_WORD = re.compile(r"(.*?[\s(\"“”:-])?([^\s(\"“”:-]*)", re.DOTALL).fullmatch
_ADJACENT = re.compile(r"\s+|-").fullmatch
_EXCLUDING = re.compile(r"(?:.*[\s(])?(?:-|NOT\s+)(?:\w+:)?", re.DOTALL).fullmatch
_SCOPED = re.compile(rf"(?:.*[\s(-])?({'|'.join(SCOPES)}):", re.DOTALL | re.IGNORECASE).fullmatch
_HYPHENATED = re.compile(r".*\w-", re.DOTALL).fullmatch
_SIGNS: Final = "@#"
"""The analyzer ignores these before a word (@OpenAI, #robots)."""
_OPERATORS = frozenset(("AND", "OR", "NOT"))


class _Input(NamedTuple):
    """The query typed so far."""

    head: str
    """the text before the last word"""
    last: str
    """the last word, folded"""
    previous: str | None
    """the plain word before the last word, folded, if they are adjacent"""
    field: str | None
    """the scope of the last word"""
    excluded: bool
    closing_quote: str


class Completer:
    """Completes queries from a word dictionary and from facet values.

    `named_values` gives the facet, the value and the number of documents of each value; `doc_ids` the documents that
    match a node, newest first; `title` the title of a document."""

    def __init__(
        self,
        dictionary: WordDictionary,
        named_values: Callable[[], Iterable[tuple[str, str, int]]],
        doc_ids: Callable[[Node], Array],
        title: Callable[[int], str],
    ) -> None:
        self._dictionary = dictionary
        self._named_values = named_values
        self._doc_ids = doc_ids
        self._title = title

    def complete(self, text: str, limit: int) -> list[Completion]:
        """At most `limit` completions of the query, best first, each a different search from the query itself."""
        query = _read(text)
        if not query.last and not query.previous:
            return []
        completions = [*self._names(text), *self._phrases(query, limit), *self._words(query, limit)]
        completions.sort(key=lambda each: (-each.count * _weight(each), each.text))
        if query.previous:  # phrases with the previous word come before words that are in the same articles
            completions.sort(key=lambda each: each.kind == "word")
        before_titles = max(1, limit - MAX_TITLES)
        ranked = (*completions[:before_titles], *self._titles(query), *completions[before_titles:])
        return list(islice(_different_searches(ranked, text), limit))

    def _names(self, text: str) -> Iterator[Completion]:
        """The facet values that start with the whole text, at their first or a later word."""
        start = _folded(text)
        suffixes = self._suffixes
        for suffix, kind, name, count in islice(suffixes, bisect_left(suffixes, (start,)), None):
            if not start or not suffix.startswith(start):
                return
            yield Completion(name, count, kind)

    @cached_property
    def _suffixes(self) -> list[tuple[str, str, str, int]]:
        """The folded text of each facet value from each of its words on, with its kind, value and count; sorted."""
        suffixes: list[tuple[str, str, str, int]] = []
        for kind, name, count in self._named_values():
            words = _folded(name).split()
            suffixes += ((" ".join(words[i:]), kind, name, count) for i in range(len(words)))
        return sorted(suffixes)

    def _phrases(self, query: _Input, limit: int) -> Iterator[Completion]:
        """Bigrams of titles with the last word as a prefix of the second word, or of the first if it is typed alone.

        None after a minus or another scope, which would apply to the first word alone."""
        if query.excluded or query.field not in {None, "title"}:
            return
        dictionary, numbers = self._dictionary, self._dictionary.words.prefixed(query.last)
        if query.previous is None:
            bigrams, min_titles = dictionary.followers(numbers), _MIN_PHRASE_TITLES
            selected: Array | slice = slice(None)
        else:
            number = dictionary.words.find(query.previous)
            if number is None:
                return
            bigrams, min_titles = dictionary.followers(range(number, number + 1)), 1
            second = dictionary.pairs[bigrams] & np.uint64((1 << FIRST_SHIFT) - 1)
            selected = np.flatnonzero((second >= numbers.start) & (second < numbers.stop))
        keys, counts = dictionary.pairs[bigrams][selected], dictionary.pair_counts[bigrams][selected]
        for i in top_indices(counts.astype(np.int64), limit).tolist():
            if (count := int(counts[i])) >= min_titles:
                words = divmod(int(keys[i]), 1 << FIRST_SHIFT)[1 if query.previous else 0 :]
                if FUNCTION_WORDS.isdisjoint(dictionary.words[word] for word in words):
                    phrase = " ".join(map(dictionary.surface, words))
                    yield Completion(query.head + phrase + query.closing_quote, count, "phrase")

    def _words(self, query: _Input, limit: int) -> Iterator[Completion]:
        """The most frequent words with the last word as a prefix, counted with the previous word and in the scope."""
        if not query.last:
            return
        dictionary, numbers = self._dictionary, self._dictionary.words.prefixed(query.last)
        counts = dictionary.word_counts[numbers.start : numbers.stop].astype(np.int64)
        anywhere = query.previous is None and query.field is None
        for i in top_indices(counts, limit + 1 if anywhere else _MAX_WORDS_CHECKED).tolist():
            word = dictionary.words[numbers.start + i]
            if word in FUNCTION_WORDS:
                continue
            count = int(counts[i]) if anywhere else len(self._doc_ids(_last_word_node(query, stem(word))))
            if count:
                surface = dictionary.surface(numbers.start + i)
                yield Completion(query.head + surface + query.closing_quote, count, "word")

    def _titles(self, query: _Input) -> Iterator[Completion]:
        """The newest titles with every word of the query, the last word as a prefix."""
        last = tokens(query.last)
        start = prefix(query.last, last, "title")
        too_short = len(last) == 1 and len(query.last) < MIN_TITLE_PREFIX
        if start is None or too_short or query.excluded or query.field:
            return
        words = (Term(term, "title") for term, _ in terms(query.head))
        for doc_id in self._doc_ids(And((start, *words)))[:MAX_TITLES].tolist():
            yield Completion(self._title(doc_id), 1, "title")


def _weight(completion: Completion) -> int:
    return 1 if completion.kind in {"word", "phrase"} else _FACET_WEIGHT


def _last_word_node(query: _Input, term: str) -> Node:
    """The node of the last word, whose term this is, and the previous word; a phrase if a hyphen joins them."""
    if query.previous is None:
        return Term(term, query.field)
    previous = stem(query.previous)
    return Phrase((previous, term), (0, 1)) if _HYPHENATED(query.head) else And((Term(previous), Term(term)))


def _read(text: str) -> _Input:
    parts = _LAST_WORD(text)
    head, last = (parts[1] or "", parts[2]) if parts else ("", text)
    scope = _SCOPED(head)
    return _Input(
        head,
        fold(last.lstrip(_SIGNS)),
        previous=_previous_word(head),
        field=SCOPES[scope[1].lower()] if scope else None,
        excluded=_EXCLUDING(head) is not None,
        closing_quote='"' * (sum(map(head.count, QUOTES)) % 2),
    )


def _previous_word(head: str) -> str | None:
    """The folded word at the end of the text, if a word typed next would be adjacent to it."""
    last = next(reversed(tokens(head)), None)
    if last is None or not _ADJACENT(head, last.end) or head[last.start : last.end] in _OPERATORS:
        return None
    return last.form


def _folded(text: str) -> str:
    return " ".join(filter(None, map(fold, text.split())))


def _different_searches(completions: Iterable[Completion], text: str) -> Iterator[Completion]:
    """The completions without those that search for the same terms as an earlier one or as the text."""
    seen = {tuple(terms(text))}
    for completion in completions:
        if (searched := tuple(terms(completion.text))) not in seen:
            seen.add(searched)
            yield completion
