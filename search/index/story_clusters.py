"""Which articles tell the same story: those with one address, and those with one title within days.

Publishers repeat and syndicate: the same piece stands in several files, under several addresses or providers.
"""

from typing import Final

import numpy as np

from search.snapshot.arrays import Array, ordered
from search.snapshot.segment import UNDATED

DAYS_APART: Final = 7
"""With the same title, articles further apart than this are other stories: "This week in AI"."""

_SECONDS_APART: Final = DAYS_APART * 86_400


def url_order(url_keys: Array) -> Array:
    """[N] the documents by their URL keys, equal ones newest first: where to look up which article has a URL."""
    return ordered(url_keys, np.arange(len(url_keys))).astype(np.uint32)


def stories(url_keys: Array, by_url: Array, title_keys: Array, published: Array) -> Array:
    """[N] each document's story, named by the newest document of it: whatever is connected by a URL or a title.

    Keys are 0 where there is no URL, or a title of too few words; an undated article shares its story by URL only.  The
    documents stand newest first, `by_url` is their `url_order`."""
    story = np.arange(len(published), dtype=np.uint32)
    by_title = ordered(title_keys, np.arange(len(title_keys)))
    for a, b in [*_with_one_url(url_keys, by_url), *_with_one_title(title_keys, by_title, published)]:
        _join(story, a, b)
    shared = np.flatnonzero(story != np.arange(len(story)))
    for document in shared.tolist():  # ascending: whatever it points to has been settled
        story[document] = story[story[document]]
    return story


def _with_one_url(keys: Array, order: Array) -> list[tuple[int, int]]:
    key = keys[order]
    return _pairs(order, (key[1:] == key[:-1]) & (key[1:] != 0))


def _with_one_title(keys: Array, order: Array, published: Array) -> list[tuple[int, int]]:
    key, at = keys[order], published[order]
    dated = (at[1:] != UNDATED) & (at[:-1] != UNDATED)
    near = at[:-1] <= np.where(dated, at[1:], 0) + _SECONDS_APART
    return _pairs(order, (key[1:] == key[:-1]) & (key[1:] != 0) & dated & near)


def _pairs(order: Array, with_next: Array) -> list[tuple[int, int]]:
    at = np.flatnonzero(with_next)
    return list(zip(order[at].tolist(), order[at + 1].tolist(), strict=True))


def _join(story: Array, a: int, b: int) -> None:
    """Make the two documents' stories one: the larger root points to the smaller."""
    a, b = _root(story, a), _root(story, b)
    story[max(a, b)] = min(a, b)


def _root(story: Array, document: int) -> int:
    while (parent := int(story[document])) != document:
        story[document] = story[parent]  # halves the way for the next who asks
        document = parent
    return document
