"""Articles to tokens: every word of a batch with where it stands, as arrays."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search.analysis.analyzer import forms_of, stretches
from search.article import Article
from search.snapshot.arrays import Array
from search.snapshot.segment import FIELD_COUNT


@dataclass(frozen=True, slots=True)
class Tokens:
    """O tokens of N articles, in the order of documents, fields and places."""

    words: list[str]
    """the different forms, ascending by their bytes"""
    word: Array
    """[O] index into `words`"""
    document: Array
    """[O]"""
    field: Array
    """[O] index into `search.analysis.FIELDS`"""
    position: Array
    """[O]"""
    lengths: Array
    """[N, 4] how many tokens each field has"""
    stretches: Mapping[str, int]
    """what the fields consist of, and in how many articles each is"""


def tokens_of(articles: Sequence[Article]) -> Tokens:
    """All tokens of the searched fields."""
    found: list[tuple[str, int]] = []
    lengths: list[int] = []
    counted: Counter[str] = Counter()
    for article in articles:
        for field in _fields(article, counted):
            found += field
            lengths.append(len(field))
    texts, positions = zip(*found, strict=True) if found else ((), ())
    words = sorted(set(texts), key=str.encode)
    number = {text: index for index, text in enumerate(words)}
    count, runs = len(found), np.arange(len(lengths))
    return Tokens(
        words,
        word=np.fromiter(map(number.__getitem__, texts), np.int64, count),
        document=np.repeat(runs // FIELD_COUNT, lengths),
        field=np.repeat(runs % FIELD_COUNT, lengths),
        position=np.fromiter(positions, np.int64, count),
        lengths=np.array(lengths, np.int64).reshape(len(articles), FIELD_COUNT),
        stretches=counted,
    )


def _fields(article: Article, counted: Counter[str]) -> Iterator[list[tuple[str, int]]]:
    title, excerpt, topics = stretches(article.title), stretches(article.excerpt), list(map(stretches, article.topics))
    provider = stretches(article.provider.name) if article.provider else []
    counted.update(set().union(title, excerpt, *topics, provider))
    yield forms_of(title)
    yield forms_of(excerpt)
    yield _one_after_another(topics)
    yield forms_of(provider)


def _one_after_another(values: Sequence[Sequence[str]]) -> list[tuple[str, int]]:
    """With a position left free between two values, so that no phrase spans them."""
    placed: list[tuple[str, int]] = []
    for value in values:
        base = placed[-1][1] + 2 if placed else 0
        placed += [(form, base + position) for form, position in forms_of(value)]
    return placed
