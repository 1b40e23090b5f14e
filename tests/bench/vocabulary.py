"""How common things are in titles and excerpts: words, beginnings of words, neighbouring words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from search.analysis.analyzer import terms
from search.article import Article

PREFIX_LETTERS: Final = 3
_KNOWN_WORDS: Final = 400
_NEIGHBOURS_EVERY: Final = 5
"""Neighbours are counted in one article of so many: there are far more pairs than words."""


class Vocabulary:
    """Each as a share of the articles, which are taken one by one and not kept."""

    words: dict[str, float]
    prefixes: dict[str, float]
    neighbours: dict[str, float]
    """`a b` where b follows a; nearly."""
    holding: dict[str, int]
    """Of the commonest words, which articles hold them, one bit each."""

    def __init__(self, articles: Iterable[Article]) -> None:
        documents: Counter[str] = Counter()
        prefixes: Counter[str] = Counter()
        neighbours: Counter[str] = Counter()
        vocabularies: list[frozenset[str]] = []
        for article in articles:
            texts = [[term for term, _ in terms(text)] for text in (article.title, article.excerpt)]
            found = frozenset(term for text in texts for term in text if term.isalpha())
            documents.update(found)
            prefixes.update({term[:PREFIX_LETTERS] for term in found if len(term) > PREFIX_LETTERS})
            if len(vocabularies) % _NEIGHBOURS_EVERY == 0:
                neighbours.update({f"{a} {b}" for text in texts for a, b in pairwise(text)})
            vocabularies.append(found)
        self.articles = len(vocabularies)
        self.words = _shares(documents, self.articles)
        self.prefixes = _shares(prefixes, self.articles)
        self.neighbours = _shares(neighbours, self.articles / _NEIGHBOURS_EVERY)
        self.holding = _holding([word for word, _ in documents.most_common(_KNOWN_WORDS)], vocabularies)

    def share(self, holding: int) -> float:
        """What share of the articles a set of bits is."""
        return holding.bit_count() / self.articles


def _shares(counts: Counter[str], articles: float) -> dict[str, float]:
    return {item: count / articles for item, count in counts.items()}


def _holding(common: Sequence[str], vocabularies: Sequence[frozenset[str]]) -> dict[str, int]:
    bits = {word: bytearray(len(vocabularies) // 8 + 1) for word in common}
    for number, words in enumerate(vocabularies):
        for word in words & bits.keys():
            bits[word][number // 8] |= 1 << number % 8
    return {word: int.from_bytes(held, "little") for word, held in bits.items()}
