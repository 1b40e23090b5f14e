"""Clusters the articles that tell the same story.

Publishers repeat and syndicate articles, with other URLs and under other providers.  Articles are connected by

- their URL;
- their title and excerpt, within a week;
- similar titles or excerpts of different providers within three days (`same_story`).

A title that one provider uses for several articles is a recurring column: it connects nothing without the excerpt.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from search.arrays import Array, ordered
from search.article import Article
from search.index.same_story import EXCERPT_SIMILARITY, FEWEST_EXCERPT_TERMS, TITLE_SIMILARITY
from search.index.similar_articles import Sketches, similar_pairs
from search.snapshot.segment import UNDATED

DAYS_APART: Final = 7
"""Articles with the same title and excerpt that are further apart are different stories."""

_SECONDS_APART: Final = DAYS_APART * 86_400

Pair = tuple[int, int]


def url_order(url_keys: Array) -> Array:
    """[N] the doc ids sorted by URL key, newest first: looks up the articles with a URL."""
    return ordered(url_keys, np.arange(len(url_keys))).astype(np.uint32)


def story_columns(
    columns: Mapping[str, Any], new: Array, known: Array, article: Callable[[int], Article]
) -> dict[str, Array]:
    """The columns `similar` and `story` of a segment that has all the others.

    `known` are the similar pairs of documents that are not `new` [N]; `article` reads a document."""
    published, providers = columns["published"], columns["provider.sets"]
    titles = Sketches.of(columns["title_sketch"], columns["title_terms"], TITLE_SIMILARITY, 0)
    excerpts = Sketches.of(
        columns["excerpt_sketch"], columns["excerpt_terms"], EXCERPT_SIMILARITY, FEWEST_EXCERPT_TERMS
    )
    found = similar_pairs(published, titles, excerpts, providers, new, article)
    similar = np.concatenate((known, found))
    similar = similar[np.lexsort((similar[:, 1], similar[:, 0]))]
    return {"similar": similar, "story": stories(columns, similar)}


def stories(columns: Mapping[str, Any], similar: Array) -> Array:
    """[N] the newest document of each document's story, a connected component.  A key of 0 connects nothing."""
    published, excerpt_keys = columns["published"], columns["excerpt_key"]
    story = np.arange(len(published), dtype=np.uint32)
    with_title = _with_same_title(columns["title_key"])
    recurring = np.zeros(len(story), bool)
    for documents in with_title:
        recurring[documents] = _is_column(documents, columns)
    by_title = [pair for documents in with_title for pair in _pairs_by_title(documents, excerpt_keys, published)]
    counts = (similar[:, 2] != 0) | ~(recurring[similar[:, 0]] | recurring[similar[:, 1]])
    for a, b in [*_pairs_by_url(columns["url_key"], columns["url_order"]), *by_title, *similar[counts, :2].tolist()]:
        _join(story, a, b)
    shared = np.flatnonzero(story != np.arange(len(story)))
    for document in shared.tolist():  # ascending, so the story of its root is final
        story[document] = story[story[document]]
    return story


def _pairs_by_url(keys: Array, order: Array) -> list[Pair]:
    key = keys[order]
    first = np.flatnonzero((key[1:] == key[:-1]) & (key[1:] != 0))
    return list(zip(order[first].tolist(), order[first + 1].tolist(), strict=True))


def _with_same_title(keys: Array) -> list[list[int]]:
    """The documents of each title that several have, newest first."""
    order = ordered(keys, np.arange(len(keys)))
    key = keys[order]
    same = np.flatnonzero((key[1:] == key[:-1]) & (key[1:] != 0))
    runs = np.split(same, np.flatnonzero(np.diff(same) > 1) + 1) if len(same) else []
    return [order[run[0] : run[-1] + 2].tolist() for run in runs]


def _is_column(documents: Sequence[int], columns: Mapping[str, Any]) -> bool:
    """Whether a provider has several articles with this title that differ in URL and excerpt."""
    keys = (columns[name][documents].tolist() for name in ("provider.sets", "excerpt_key", "url_key"))
    known: dict[int, list[int]] = {}
    for provider, *of_article in zip(*keys, strict=True):
        if provider in known and not any(a == b != 0 for a, b in zip(known[provider], of_article, strict=True)):
            return True
        known[provider] = of_article
    return False


def _pairs_by_title(documents: Sequence[int], excerpt_keys: Array, published: Array) -> Iterator[Pair]:
    """Consecutive documents with the same excerpt within a week, of documents with the same title."""
    same_excerpt: dict[int, list[int]] = defaultdict(list)
    for document, excerpt in zip(documents, excerpt_keys[documents].tolist(), strict=True):
        if excerpt and published[document] != UNDATED:
            same_excerpt[excerpt].append(document)
    for group in same_excerpt.values():
        for newer, older in pairwise(group):
            if published[newer] - published[older] <= _SECONDS_APART:
                yield newer, older


def _join(story: Array, a: int, b: int) -> None:
    """Unite two stories: the larger root points to the smaller (union-find)."""
    a, b = _root(story, a), _root(story, b)
    story[max(a, b)] = min(a, b)


def _root(story: Array, document: int) -> int:
    while (parent := int(story[document])) != document:
        story[document] = story[parent]  # path halving
        document = parent
    return document
