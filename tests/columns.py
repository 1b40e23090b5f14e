"""The content of an index's columns, and the expected content, computed article by article."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from search.analysis.analyzer import Token, tokens
from search.analysis.form_hash import form_hash
from search.arrays import Strings, run_lengths
from search.article import Article
from search.schema import TEXT_FIELDS
from search.snapshot.keyword_column import KeywordColumn
from search.snapshot.segment import Segment
from search.snapshot.snapshot import Snapshot

Occurrence = tuple[str, str, str, int]
"""Article, term, field, position."""


_ORDER_DEPENDENT = {"term_stats", "posting_stats"}
"""Columns with numbers that depend on the order of indexing; so do those of stored files."""


def contents(segment: Segment) -> dict[str, Any]:
    """The content of the columns, independent of the order of indexing, without stored articles."""
    values_by_name = {
        name: list(values) if isinstance(values, Strings) else values.tolist()
        for name, values in segment.columns().items()
        if name not in _ORDER_DEPENDENT and ".set" not in name
    }
    return {name: values for name, values in values_by_name.items() if not name.startswith("stored_")} | {
        "term_stats": segment.term_stats[segment.posting_stats].tolist(),
        "keywords": {
            facet: [keywords_of(column, document) for document in range(len(segment))]
            for facet, column in segment.keywords.items()
        },
    }


def keywords_of(column: KeywordColumn, document: int) -> list[str]:
    """The document's values, in the order of the article."""
    number = int(column.sets[document])
    ordinals = column.set_values[int(column.set_starts[number]) : int(column.set_starts[number + 1])]
    return [column.values[ordinal] for ordinal in ordinals.tolist()]


def ids_of(snapshot: Snapshot) -> list[str]:
    """The id of each document."""
    return [snapshot.article(document).id for document in range(len(snapshot.segment))]


def indexed_form_hashes(snapshot: Snapshot) -> dict[Occurrence, int]:
    """The form hash at every position."""
    segment, ids = snapshot.segment, ids_of(snapshot)
    posting_of_position = np.repeat(np.arange(len(segment.posting_docs)), segment.position_counts)
    term_of_posting = np.repeat(np.arange(len(segment.terms)), run_lengths(segment.posting_starts))
    return {
        (
            ids[segment.posting_docs[posting]],
            segment.terms[term_of_posting[posting]],
            TEXT_FIELDS[position % len(TEXT_FIELDS)],
            position // len(TEXT_FIELDS),
        ): form
        for posting, position, form in zip(
            posting_of_position.tolist(), segment.positions.tolist(), segment.position_forms.tolist(), strict=True
        )
    }


def expected_form_hashes(articles: Iterable[Article]) -> dict[Occurrence, int]:
    """The expected form hashes; of two tokens with one term at one position, the part of the compound counts."""
    return {
        (article.id, token.term, field, start + token.position): form_hash(token.form)
        for article in articles
        for field, start, field_tokens in _tokens(article)
        for token in sorted(field_tokens, key=lambda token: token.joined, reverse=True)
    }


def _tokens(article: Article) -> Iterable[tuple[str, int, list[Token]]]:
    """The tokens of each text, with its field and first position."""
    yield "title", 0, tokens(article.title)
    yield "excerpt", 0, tokens(article.excerpt)
    yield "provider", 0, tokens(article.provider.name) if article.provider else []
    start = 0
    for topic in article.topics:
        topic_tokens = tokens(topic)
        yield "topics", start, topic_tokens
        start += topic_tokens[-1].position + 2 if topic_tokens else 0
