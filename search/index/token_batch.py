"""The tokens of a batch of articles, as arrays."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Final

import numpy as np

from search.analysis.analyzer import chunks, forms_of
from search.analysis.name_evidence import capitalized_runs, name_evidence
from search.arrays import Array
from search.article import Article
from search.schema import SCHEMA, TEXT_FIELDS
from search.snapshot.segment import FIELD_COUNT

_TITLE: Final = TEXT_FIELDS.index("title")


@dataclass(frozen=True, slots=True)
class Tokens:
    """O tokens of N articles, ordered by document, field and position."""

    words: list[str]
    """the distinct forms, ascending by their bytes"""
    word: Array
    """[O] index into `words`"""
    document: Array
    """[O]"""
    field: Array
    """[O] index into `search.schema.TEXT_FIELDS`"""
    position: Array
    """[O]"""
    lengths: Array
    """[N, 4] number of tokens of each field"""
    chunks: Mapping[str, int]
    """the number of articles that have each chunk"""
    capitalized: Mapping[str, int]
    """the number of articles that write each form with an initial capital within a sentence"""
    names: Mapping[tuple[str, str], int]
    """the sum of the name evidence for each bigram of a title, from the article of the title"""


def tokens_of(articles: Sequence[Article]) -> Tokens:
    """All tokens of the text fields."""
    placed: list[tuple[str, int]] = []
    lengths: list[int] = []
    chunk_counts: Counter[str] = Counter()
    capitalized: Counter[str] = Counter()
    names: Counter[tuple[str, str]] = Counter()
    for article in articles:
        texts_by_field = [list(map(chunks, field.texts_of(article))) for field in SCHEMA.text]
        article_chunks = set().union(*chain.from_iterable(texts_by_field))
        chunk_counts.update(article_chunks)
        forms_by_field = list(map(concatenated, texts_by_field))
        for forms in forms_by_field:
            placed += forms
            lengths.append(len(forms))
        capitals = capitalized_runs((article.title, article.excerpt))
        if capitals:
            article_forms = {form for forms in forms_by_field for form, _ in forms}
            capitalized.update(article_forms.intersection(chain.from_iterable(capitals)))  # R&D has no form r
        pairs = set(chain.from_iterable(map(pairwise, capitals)))
        for pair in _bigrams(forms_by_field[_TITLE]):
            names[pair] += name_evidence(pair, pairs, article_chunks)
    return replace(_as_arrays(placed, lengths, lengths), chunks=chunk_counts, capitalized=capitalized, names=names)


def tokens_with(articles: Sequence[Article], is_wanted: Callable[[str], bool]) -> Tokens:
    """The tokens with these forms, and the lengths of whole fields; without what only a word dictionary needs."""
    placed: list[tuple[str, int]] = []
    counts: list[int] = []
    lengths: list[int] = []
    for article in articles:
        for field in SCHEMA.text:
            forms = concatenated(list(map(chunks, field.texts_of(article))))
            wanted = [(form, position) for form, position in forms if is_wanted(form)]
            placed += wanted
            counts.append(len(wanted))
            lengths.append(len(forms))
    return _as_arrays(placed, counts, lengths)


def _as_arrays(placed: Sequence[tuple[str, int]], counts: Sequence[int], lengths: Sequence[int]) -> Tokens:
    """`placed`: the form and position of each token; `counts`: how many each field of each article has of these."""
    texts, positions = zip(*placed, strict=True) if placed else ((), ())
    words = sorted(set(texts), key=str.encode)
    number = {text: index for index, text in enumerate(words)}
    count, runs = len(placed), np.arange(len(counts))
    return Tokens(
        words,
        word=np.fromiter(map(number.__getitem__, texts), np.int64, count),
        document=np.repeat(runs // FIELD_COUNT, counts),
        field=np.repeat(runs % FIELD_COUNT, counts),
        position=np.fromiter(positions, np.int64, count),
        lengths=np.array(lengths, np.int64).reshape(-1, FIELD_COUNT),
        chunks={},
        capitalized={},
        names={},
    )


def _bigrams(forms: Sequence[tuple[str, int]]) -> set[tuple[str, str]]:
    """The pairs of adjacent forms, without joined ones, which come second at their position."""
    first = {position: form for form, position in reversed(forms)}
    return {(form, first[position + 1]) for position, form in first.items() if position + 1 in first}


def concatenated(texts: Sequence[Sequence[str]]) -> list[tuple[str, int]]:
    """The forms of several texts, with a free position between them: no phrase matches across texts."""
    if len(texts) == 1:
        return forms_of(texts[0])
    placed: list[tuple[str, int]] = []
    for text in texts:
        base = placed[-1][1] + 2 if placed else 0
        placed += [(form, base + position) for form, position in forms_of(text)]
    return placed
