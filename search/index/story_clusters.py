"""Clusters the articles that tell the same story: those with the same URL, or with the same title within a week.

Publishers repeat and syndicate articles, with other URLs and under other providers.
"""

from typing import Final

import numpy as np

from search.arrays import Array, ordered
from search.snapshot.segment import UNDATED

DAYS_APART: Final = 7
"""Articles with the same title that are further apart are different stories: "This week in AI"."""

_SECONDS_APART: Final = DAYS_APART * 86_400


def url_order(url_keys: Array) -> Array:
    """[N] the doc ids sorted by URL key, newest first: looks up the articles with a URL."""
    return ordered(url_keys, np.arange(len(url_keys))).astype(np.uint32)


def stories(url_keys: Array, by_url: Array, title_keys: Array, published: Array) -> Array:
    """[N] the newest document of each document's story.

    A story is a connected component: documents are connected by their URL, dated ones also by their title.  A key of 0
    connects nothing.  Documents are in order, newest first; `by_url` is their `url_order`."""
    story = np.arange(len(published), dtype=np.uint32)
    by_title = ordered(title_keys, np.arange(len(title_keys)))
    for a, b in [*_pairs_by_url(url_keys, by_url), *_pairs_by_title(title_keys, by_title, published)]:
        _join(story, a, b)
    shared = np.flatnonzero(story != np.arange(len(story)))
    for document in shared.tolist():  # ascending, so the story of its root is final
        story[document] = story[story[document]]
    return story


def _pairs_by_url(keys: Array, order: Array) -> list[tuple[int, int]]:
    key = keys[order]
    return _pairs(order, (key[1:] == key[:-1]) & (key[1:] != 0))


def _pairs_by_title(keys: Array, order: Array, published: Array) -> list[tuple[int, int]]:
    key, time = keys[order], published[order]
    dated = (time[1:] != UNDATED) & (time[:-1] != UNDATED)
    near = time[:-1] <= np.where(dated, time[1:], 0) + _SECONDS_APART
    return _pairs(order, (key[1:] == key[:-1]) & (key[1:] != 0) & dated & near)


def _pairs(order: Array, with_next: Array) -> list[tuple[int, int]]:
    first = np.flatnonzero(with_next)
    return list(zip(order[first].tolist(), order[first + 1].tolist(), strict=True))


def _join(story: Array, a: int, b: int) -> None:
    """Unite two stories: the larger root points to the smaller (union-find)."""
    a, b = _root(story, a), _root(story, b)
    story[max(a, b)] = min(a, b)


def _root(story: Array, document: int) -> int:
    while (parent := int(story[document])) != document:
        story[document] = story[parent]  # path halving
        document = parent
    return document
