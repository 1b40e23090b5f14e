"""What the columns of an index hold, in words; and what they have to hold, said plainly, article by article."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from search.analysis import FIELDS
from search.analysis.analyzer import Token, tokens
from search.analysis.form_hash import form_hash
from search.article import Article
from search.snapshot.arrays import Strings, run_lengths
from search.snapshot.segment import Segment
from search.snapshot.snapshot import Snapshot

Place = tuple[str, str, str, int]
"""Article, term, field, position."""


_BY_HISTORY = {"term_stats", "posting_stats"}
"""Columns with numbers that are given in the order in which things first came up; those of packs are other such."""


def contents(segment: Segment) -> dict[str, Any]:
    """All that the columns say, whatever was built in which order; packs are left out."""
    said = {
        name: list(values) if isinstance(values, Strings) else values.tolist()
        for name, values in segment.columns().items()
        if name not in _BY_HISTORY and ".set" not in name
    }
    return {name: values for name, values in said.items() if not name.startswith(("pack", "stored_"))} | {
        "term_stats": segment.term_stats[segment.posting_stats].tolist(),
        "keywords": {
            facet: [column.of_document(document) for document in range(len(segment))]
            for facet, column in segment.keywords.items()
        },
    }


def ids_of(snapshot: Snapshot) -> list[str]:
    """The id of each document."""
    return [snapshot.segment.read_article(snapshot.folder, document).id for document in range(len(snapshot.segment))]


def forms_held(snapshot: Snapshot) -> dict[Place, int]:
    """The mark of the form at every place."""
    segment, ids = snapshot.segment, ids_of(snapshot)
    posting_of_place = np.repeat(np.arange(len(segment.posting_docs)), segment.position_counts)
    term_of_posting = np.repeat(np.arange(len(segment.terms)), run_lengths(segment.posting_starts))
    return {
        (
            ids[segment.posting_docs[posting]],
            segment.terms[term_of_posting[posting]],
            FIELDS[place % len(FIELDS)],
            place // len(FIELDS),
        ): mark
        for posting, place, mark in zip(
            posting_of_place.tolist(), segment.positions.tolist(), segment.position_forms.tolist(), strict=True
        )
    }


def forms_due(articles: Iterable[Article]) -> dict[Place, int]:
    """The same from the articles; of two tokens of one term in one place, a compound's part counts."""
    return {
        (article.id, token.term, field, start + token.position): form_hash(token.form)
        for article in articles
        for field, start, found in _tokens(article)
        for token in sorted(found, key=lambda token: token.joined, reverse=True)
    }


def _tokens(article: Article) -> Iterable[tuple[str, int, list[Token]]]:
    """The tokens of each text, with its field and where it begins there."""
    yield "title", 0, tokens(article.title)
    yield "excerpt", 0, tokens(article.excerpt)
    yield "provider", 0, tokens(article.provider.name) if article.provider else []
    start = 0
    for topic in article.topics:
        found = tokens(topic)
        yield "topics", start, found
        start += found[-1].position + 2 if found else 0
