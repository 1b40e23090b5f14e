"""How well the articles of an archive fit a query, and what an oracle could reach.

A fit is three counts: query words in the title, query words in any field, and pairs of adjacent query words that are
adjacent in a field, too.  A word matches every form with its stem, a prefix the words that start with it, and a word
that the archive lacks the words with one edit.

A story fits equally if it reaches all three counts of the article that the query was made from.  Nothing in the query
then says which story is meant.  The oracle ranks these stories first, in random order.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise, product
from typing import NamedTuple, TypeVar

from tests.eval.archive import Archive, texts
from tests.eval.engines import HITS
from tests.eval.typos import SHORTEST, edits
from tests.eval.words import key, split, stem

_Key = TypeVar("_Key")


class Fit(NamedTuple):
    """Counts of query words and pairs that an article has."""

    in_title: int
    in_any_field: int
    adjacent: int

    def reaches(self, other: "Fit") -> bool:
        """Whether no count is lower."""
        return all(mine >= theirs for mine, theirs in zip(self, other, strict=True))


class Fits:
    """The stems and adjacent stems of each article of an archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._forms: set[str] = set()
        self._title: defaultdict[str, set[str]] = defaultdict(set)
        self._any: defaultdict[str, set[str]] = defaultdict(set)
        self._pairs: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for article in archive.articles:
            for number, text in enumerate(texts(article)):
                forms = _forms(text)
                self._forms.update(forms)
                stems = list(map(stem, forms))
                for each in stems:
                    self._any[each].add(article.id)
                    if number == 0:
                        self._title[each].add(article.id)
                for pair in pairwise(stems):
                    self._pairs[pair].add(article.id)

    def equal_stories(self, query: str, id: str) -> int:
        """The number of stories that fit the query equally: the article's own, and each that reaches its fit."""
        fits = self._all(query)
        wanted = fits.pop(id)
        stories = self._archive.stories
        return len({stories[id]} | {stories[other] for other, fit in fits.items() if fit.reaches(wanted)})

    def _all(self, query: str) -> dict[str, Fit]:
        words = [self._stems(form, is_prefix) for form, is_prefix in _query_words(query)]
        in_title = _counts(self._title, words)
        in_any = _counts(self._any, words)
        adjacent = _counts(self._pairs, [product(*pair) for pair in pairwise(words)])
        return {
            article.id: Fit(in_title[article.id], in_any[article.id], adjacent[article.id])
            for article in self._archive.articles
        }

    def _stems(self, form: str, is_prefix: bool) -> set[str]:
        """The stems of the words that a query word can mean."""
        if is_prefix:
            return {stem(each) for each in self._forms if each.startswith(form)}
        if stem(form) in self._any or len(form) < SHORTEST:
            return {stem(form)}
        return {stem(each) for each in edits(form) & self._forms}


def oracle(stories: int) -> float:
    """The mean reciprocal rank in the top ten of one story among several in random order."""
    return sum(1 / rank for rank in range(1, min(stories, HITS) + 1)) / stories


def _query_words(query: str) -> Iterator[tuple[str, bool]]:
    for piece in query.split():
        forms = _forms(piece)
        yield from ((form, piece.endswith("*") and form is forms[-1]) for form in forms)


def _forms(text: str) -> list[str]:
    """The words of a text, hyphenated words in parts."""
    return [key(part) for word in split(text) for part in word.split("-") if part]


def _counts(ids: Mapping[_Key, set[str]], alternatives: Iterable[Iterable[_Key]]) -> Counter[str]:
    """Id → number of the alternatives that the article has one of."""
    return Counter(id for keys in alternatives for id in set[str]().union(*(ids.get(key, ()) for key in keys)))
