"""Completion of the last word of a query: words, phrases, titles, topics and providers of the archive.

Completions are ranked by frequency.  Topics and providers rank before words of the same frequency; titles come last,
because each has one article.  The words of a completion occur in a row in an article.

A completion stays in the list while its own letters are typed: each letter leaves fewer candidates in the same order.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain, islice
from typing import Final, NamedTuple, Protocol

import numpy as np

from search.analysis.analyzer import forms, terms, tokens
from search.analysis.folding import fold, fold_words
from search.analysis.function_words import FUNCTION_WORDS
from search.analysis.stemming import stem
from search.arrays import top_indices
from search.query.leaf_nodes import prefix
from search.query.nodes import And, Node, Term, Word
from search.results import Completion
from search.snapshot.word_dictionary import FIRST_SHIFT, WordDictionary
from search.suggest.typed_text import TypedText, readings

MAX_TITLES: Final = 3
MIN_TITLE_PREFIX: Final = 3
"""A shorter prefix would match most titles; in scripts without spaces every prefix completes titles."""

_FACET_WEIGHT: Final = 2
"""Factor of a facet value's frequency: such a value is a more precise choice than a word or phrase."""
_MIN_PHRASE_TITLES: Final = 2
"""A phrase in fewer titles is a completion only after its first word."""
_MAX_WORDS_CHECKED: Final = 5
"""This many of the most frequent words are counted in the field."""
_MAX_TITLES_READ: Final = 10
"""This many of the newest titles are read if the last word is too short for a prefix."""
_MAX_NAME_ENDS: Final = 3
"""So many names continue a phrase that ends within a name; all if few articles have the phrase."""

_SECOND: Final = np.uint64((1 << FIRST_SHIFT) - 1)


class Following(Protocol):
    """The words that follow some words in articles, in their exact forms."""

    @property
    def all_counts(self) -> Mapping[str, int] | None:
        """The number of articles in which each word follows; None if too many have the words before it."""

    def counts(self, forms: Collection[str]) -> Mapping[str, int]:
        """The number of articles in which each of the forms follows."""
        ...


class Documents(NamedTuple):
    """What completion needs of an index besides its word dictionary."""

    named_values: Callable[[], Iterable[tuple[str, str, int]]]
    """the facet, the value and the number of documents of each value"""
    count: Callable[[Node], int]
    """the number of documents that match a node"""
    titles: Callable[[Node, int], Iterable[str]]
    """the titles of the newest documents that match a node, at most so many"""
    following: Callable[[tuple[str, ...]], Following]
    """the words that follow a run of adjacent forms"""


class _Candidate(NamedTuple):
    """Completions that are spelled only if there is room for them."""

    rank: tuple[int, bool, str]
    """minus the weighted count; whether it is a phrase; the folded text"""
    completions: Callable[[], Iterator[Completion]]


class Completer:
    """Completes queries from a word dictionary and from facet values."""

    def __init__(self, dictionary: WordDictionary, documents: Documents) -> None:
        self._dictionary = dictionary
        self._documents = documents

    def complete(self, text: str, limit: int) -> list[Completion]:
        """At most `limit` completions of the query, best first, no two with the same letters.

        There is always room for `MAX_TITLES` titles, or a third of a short list, unless fewer match."""
        if not (letters := _letters(text)):
            return []
        typed = list(readings(text))
        names = list(self._names(text))
        first_words = chain.from_iterable(self._first_words(each, limit) for each in typed if not each.run)
        ranked = sorted([*names, *first_words], key=lambda each: each.rank)
        completions = chain.from_iterable(each.completions() for each in ranked)
        phrases = chain.from_iterable(self._phrases_after(each, limit) for each in typed if each.run)
        titles = self._titles(typed[0])
        seen = {letters}
        room = limit - min(limit // 3, MAX_TITLES if titles is None else len(titles))
        shown = [*islice(_unseen(chain(completions, phrases), seen), room), *_unseen(titles or (), seen)]
        return shown[:limit]

    def _names(self, text: str) -> Iterator[_Candidate]:
        """The facet values that start with the whole text, at their first or a later word."""
        start = fold_words(text)
        suffixes = self._suffixes
        for suffix, kind, name, count in islice(suffixes, bisect_left(suffixes, (start,)), None):
            if not start or not suffix.startswith(start):
                return
            completion = Completion(name, count, kind)
            yield _Candidate((-count * _FACET_WEIGHT, False, name), partial(iter, (completion,)))

    @cached_property
    def _suffixes(self) -> list[tuple[str, str, str, int]]:
        """The folded text of each facet value from each of its words on, with its kind, value and count; sorted."""
        suffixes: list[tuple[str, str, str, int]] = []
        for kind, name, count in self._documents.named_values():
            words = fold_words(name).split()
            suffixes += ((" ".join(words[i:]), kind, name, count) for i in range(len(words)))
        return sorted(suffixes)

    def _first_words(self, typed: TypedText, limit: int) -> Iterator[_Candidate]:
        """The most frequent words with the last word as a prefix, counted in the scope, and bigrams that begin so.

        No bigrams after a minus or another scope, which would apply to the first word alone."""
        if not typed.last:
            return
        dictionary, numbers = self._dictionary, self._dictionary.words.prefixed(typed.last)
        if not typed.excluded and typed.field in {None, "title"}:
            bigrams = dictionary.followers(numbers)
            counts = dictionary.pair_counts[bigrams].astype(np.int64)
            for i in top_indices(counts, 2 * limit).tolist():
                if (count := int(counts[i])) >= _MIN_PHRASE_TITLES:
                    phrase = divmod(int(dictionary.pairs[bigrams.start + i]), 1 << FIRST_SHIFT)
                    first, second = map(dictionary.words.__getitem__, phrase)
                    if FUNCTION_WORDS.isdisjoint((first, second)):
                        rank = (-count, True, f"{first} {second}")
                        yield _Candidate(rank, partial(self._phrases, typed, phrase, count))
        for number in self._frequent(numbers, limit + 1 if typed.field is None else _MAX_WORDS_CHECKED):
            in_field = Term(stem(dictionary.words[number]), typed.field)
            count = self._documents.count(in_field) if typed.field else int(dictionary.word_counts[number])
            if count and self._continues(typed, number):
                yield _Candidate(
                    (-count, False, dictionary.words[number]), partial(self._words, typed, (number,), count)
                )

    def _phrases_after(self, typed: TypedText, limit: int) -> Iterator[Completion]:
        """The words, with the last word as a prefix, that follow the words before it in an article: all if few articles
        have the words before it, else those that follow the word before it in most titles."""
        dictionary = self._dictionary
        run = [dictionary.words.find(token.form) for token in typed.run]
        known = [number for number in run if number is not None]
        if len(known) < len(run) or typed.excluded or typed.field not in {None, "title"}:
            return
        numbers, last = dictionary.words.prefixed(typed.last), known[-1]
        bigrams = dictionary.followers(range(last, last + 1))
        seconds = (dictionary.pairs[bigrams] & _SECOND).astype(np.int64)
        selected = np.flatnonzero((seconds >= numbers.start) & (seconds < numbers.stop))
        pair_counts = dictionary.pair_counts[bigrams][selected].astype(np.int64)
        top = top_indices(pair_counts, limit)
        counts = dict(zip(seconds[selected[top]].tolist(), pair_counts[top].tolist(), strict=True))
        following = self._documents.following(tuple(token.form for token in typed.run))
        if (all_counts := following.all_counts) is not None:
            others = map(dictionary.words.find, sorted(all_counts, key=lambda form: (-all_counts[form], form)))
            counts = dict.fromkeys((n for n in others if n is not None and n in numbers), 0) | counts
        words = dictionary.words
        forms = {number: form for number in counts if self._can_follow(typed, number, form := words[number])}
        uncounted = [form for number, form in forms.items() if len(run) > 1 or not counts[number]]
        following_counts = following.counts(uncounted)
        for number, form in forms.items():
            if count := following_counts.get(form, counts[number]):
                yield from self._phrases(typed, (*known, number), count)

    def _can_follow(self, typed: TypedText, number: int, form: str) -> bool:
        """Whether the word may end a phrase: no function word, and no part of the compound before it."""
        last = typed.run[-1].form
        is_part = form in last and form != last  # lowcode, code: both from low-code
        return form not in FUNCTION_WORDS and not is_part and self._continues(typed, number)

    def _phrases(self, typed: TypedText, words: Sequence[int], count: int) -> Iterator[Completion]:
        """The phrase; if it ends within a name (Microsoft Power), the phrases with the whole name instead."""
        dictionary = self._dictionary
        bigrams = dictionary.followers(range(words[-1], words[-1] + 1))
        counts = dictionary.pair_counts[bigrams].astype(np.int64)
        name_counts = np.where(dictionary.pair_names[bigrams] > 0, counts, 0)
        if 2 * name_counts.sum() > counts.sum():
            following = self._documents.following(tuple(dictionary.words[word] for word in words))
            top = top_indices(name_counts, _MAX_NAME_ENDS if following.all_counts is None else len(name_counts))
            ends = (dictionary.pairs[bigrams][top[name_counts[top] > 0]] & _SECOND).tolist()
            end_forms = [dictionary.words[end] for end in ends]
            following_counts = following.counts(end_forms)
            names = {end: following_counts[form] for end, form in zip(ends, end_forms, strict=True)}
            if 2 * sum(names.values()) > count:
                for end, name_count in names.items():
                    if name_count:
                        yield from self._phrases(typed, (*words, end), name_count)
                return
        yield self._completion(typed, words, count, "phrase")

    def _words(self, typed: TypedText, words: Sequence[int], count: int) -> Iterator[Completion]:
        yield self._completion(typed, words, count, "word")

    def _frequent(self, numbers: range, count: int) -> list[int]:
        """The most frequent of the words, without function words."""
        counts = self._dictionary.word_counts[numbers.start : numbers.stop].astype(np.int64)
        top = (numbers.start + i for i in top_indices(counts, count).tolist())
        return [number for number in top if self._dictionary.words[number] not in FUNCTION_WORDS]

    def _continues(self, typed: TypedText, number: int) -> bool:
        """Whether the word, as it is usually written, continues the compound that was typed."""
        return not typed.compound or fold(self._dictionary.surface(number)).startswith(typed.compound)

    def _completion(self, typed: TypedText, words: Sequence[int], count: int, kind: str) -> Completion:
        """The text with the last word completed, and with the capitals of names."""
        spellings = self._dictionary.phrase_surfaces(words)
        head = typed.head
        for token, spelling in zip(reversed(typed.run), reversed(spellings[: len(typed.run)]), strict=True):
            end = token.start + len(spelling)
            if head[token.start : end].lower() == spelling.lower():
                head = head[: token.start] + spelling + head[end:]
        return Completion(head + " ".join(spellings[len(typed.run) :]) + typed.closing_quote, count, kind)

    def _titles(self, typed: TypedText) -> list[Completion] | None:
        """The newest titles with every word of the query, the last word as a prefix; None for a single short prefix."""
        if typed.excluded or typed.field:
            return []
        last = tokens(typed.last)
        words = [Term(term, "title") for term, _ in terms(typed.head)]
        if not words and len(last) == 1 and len(typed.last) < MIN_TITLE_PREFIX:
            return None
        start = prefix(typed.last, last, "title")
        if start or not last:
            nodes = [*words, *([start.child if isinstance(start, Word) else start] if start else [])]
            titles = self._titles_with(nodes, MAX_TITLES)
        else:  # too short, or in two scripts
            words += (Term(token.term, "title") for token in last[:-1])
            titles = (each for each in self._titles_with(words, _MAX_TITLES_READ) if _has_prefix(each, last[-1].form))
        return [Completion(title, 1, "title") for title in islice(titles, MAX_TITLES)]

    def _titles_with(self, nodes: Sequence[Node], count: int) -> Iterable[str]:
        """The newest titles of documents that match all the nodes."""
        return self._documents.titles(And(tuple(nodes)), count) if nodes else ()


def _has_prefix(title: str, start: str) -> bool:
    return any(form.startswith(start) for form, _ in forms(title))


def _letters(text: str) -> str:
    """The folded words of a text without what separates them: self-driving, self driving and Self Driving are one."""
    first = {position: form for form, position in reversed(forms(text))}  # the second one is joined
    return "".join(first[position] for position in sorted(first))


def _unseen(completions: Iterable[Completion], seen: set[str]) -> Iterator[Completion]:
    """The completions with other letters than those seen, which it adds to."""
    for completion in completions:
        if (letters := _letters(completion.text)) not in seen:
            seen.add(letters)
            yield completion
