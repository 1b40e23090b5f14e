"""Document frequencies of words, prefixes and bigrams in titles and excerpts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from search.analysis.analyzer import terms
from search.article import Article

PREFIX_LENGTH: Final = 3
_FREQUENT_WORDS: Final = 400
_BIGRAM_SAMPLING: Final = 5
"""Bigrams are counted in one article of five, because there are many more bigrams than words."""


class Vocabulary:
    """Document frequencies as shares of the articles."""

    words: dict[str, float]
    prefixes: dict[str, float]
    bigrams: dict[str, float]
    """`a b` → approximate share of articles in which b follows a."""
    doc_bits: dict[str, int]
    """Frequent word → bit set of the articles with the word."""

    def __init__(self, articles: Iterable[Article]) -> None:
        documents: Counter[str] = Counter()
        prefixes: Counter[str] = Counter()
        bigrams: Counter[str] = Counter()
        vocabularies: list[frozenset[str]] = []
        for article in articles:
            texts = [[term for term, _ in terms(text)] for text in (article.title, article.excerpt)]
            document_terms = frozenset(term for text in texts for term in text if term.isalpha())
            documents.update(document_terms)
            prefixes.update({term[:PREFIX_LENGTH] for term in document_terms if len(term) > PREFIX_LENGTH})
            if len(vocabularies) % _BIGRAM_SAMPLING == 0:
                bigrams.update({f"{a} {b}" for text in texts for a, b in pairwise(text)})
            vocabularies.append(document_terms)
        self.articles = len(vocabularies)
        self.words = _shares(documents, self.articles)
        self.prefixes = _shares(prefixes, self.articles)
        self.bigrams = _shares(bigrams, self.articles / _BIGRAM_SAMPLING)
        self.doc_bits = _doc_bits([word for word, _ in documents.most_common(_FREQUENT_WORDS)], vocabularies)

    def share(self, doc_bits: int) -> float:
        """The share of articles in a bit set."""
        return doc_bits.bit_count() / self.articles


def _shares(counts: Counter[str], articles: float) -> dict[str, float]:
    return {item: count / articles for item, count in counts.items()}


def _doc_bits(common: Sequence[str], vocabularies: Sequence[frozenset[str]]) -> dict[str, int]:
    bits = {word: bytearray(len(vocabularies) // 8 + 1) for word in common}
    for number, words in enumerate(vocabularies):
        for word in words & bits.keys():
            bits[word][number // 8] |= 1 << number % 8
    return {word: int.from_bytes(held, "little") for word, held in bits.items()}
