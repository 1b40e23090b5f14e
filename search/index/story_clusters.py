"""Clusters the articles that tell the same story.

Publishers repeat and syndicate articles, with other URLs and under other providers.  Articles are connected by

- their URL;
- their title and excerpt, within a week;
- the same title, or similar titles or excerpts (`same_story`), of different providers within three days.

A title that one provider uses for several articles is a recurring column: it connects nothing without the excerpt.
Similar articles form a story around its oldest article.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from search.arrays import Array, ordered
from search.article import Article
from search.index.same_story import SECONDS_APART
from search.index.similar_articles import UNKNOWN, similar_pairs
from search.snapshot.segment import UNDATED

DAYS_APART: Final = 7
"""Articles with the same title and excerpt that are further apart are different stories."""

MOST_SIMILAR_TITLES: Final = 20
"""A title that is similar to more others within three days is a template: "Daily market report for …"."""

_SECONDS_APART: Final = DAYS_APART * 86_400

Pair = tuple[int, int]


class _Titled(NamedTuple):
    """A document of several with the same title."""

    document: int
    provider: int
    published: int
    excerpt: int
    """key, 0 if it has none"""
    url: int
    """key, 0 if it has none"""


def url_order(url_keys: Array) -> Array:
    """[N] the doc ids sorted by URL key, newest first: looks up the articles with a URL."""
    return ordered(url_keys, np.arange(len(url_keys))).astype(np.uint32)


def story_columns(
    columns: Mapping[str, Any], new: Array, known: Array, article: Callable[[int], Article]
) -> dict[str, Array]:
    """The columns `similar` and `story` of a segment that has all the others.

    `known` are the similar pairs of documents that are not `new` [N]; `article` reads a document."""
    providers = _providers(columns)
    similar = np.concatenate((known, similar_pairs(columns, providers, new, article)))
    similar = similar[np.lexsort((similar[:, 1], similar[:, 0]))]
    return {"similar": similar, "story": stories(columns, providers, similar)}


def _providers(columns: Mapping[str, Any]) -> Array:
    """[N] the number of each document's provider, without regard to case; `UNKNOWN` for none."""
    names = [name.casefold() for name in columns["provider.values"]]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    starts, values = columns["provider.set_starts"].tolist(), columns["provider.set_values"].tolist()
    of_set = [numbers[names[values[a]]] if a < b else UNKNOWN for a, b in pairwise(starts)]
    providers: Array = np.array(of_set, np.int64)[columns["provider.sets"]]
    return providers


def stories(columns: Mapping[str, Any], providers: Array, similar: Array) -> Array:
    """[N] the newest document of each document's story.

    A key of 0 connects nothing.  `providers` are as in `similar_pairs`, which returns `similar`."""
    story = np.arange(len(providers), dtype=np.uint32)
    recurring = np.zeros(len(story), bool)
    pairs = _pairs_by_url(columns["url_key"], columns["url_order"])
    for documents in _with_same_title(columns["title_key"]):
        titled = [
            _Titled(*row)
            for row in zip(
                documents,
                providers[documents].tolist(),
                *(columns[name][documents].tolist() for name in ("published", "excerpt_key", "url_key")),
                strict=True,
            )
        ]
        pairs += _pairs_by_excerpt(titled)
        if _is_column(titled):
            recurring[documents] = True
        else:
            pairs += _pairs_by_provider(titled)
    for a, b in pairs:
        _join(story, a, b)
    _join_similar(story, similar[_is_evidence(similar, recurring)])
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


def _is_column(titled: Sequence[_Titled]) -> bool:
    """Whether a provider has several articles with this title that differ in URL and excerpt."""
    known: dict[int, _Titled] = {}
    for each in titled:
        before = known.get(each.provider)
        if before and not (before.excerpt == each.excerpt != 0 or before.url == each.url != 0):
            return True
        known[each.provider] = each
    return False


def _pairs_by_excerpt(titled: Sequence[_Titled]) -> Iterator[Pair]:
    """Consecutive documents with the same title and excerpt within a week."""
    same_excerpt: dict[int, list[_Titled]] = defaultdict(list)
    for each in titled:
        if each.excerpt and each.published != UNDATED:
            same_excerpt[each.excerpt].append(each)
    for group in same_excerpt.values():
        for newer, older in pairwise(group):
            if newer.published - older.published <= _SECONDS_APART:
                yield newer.document, older.document


def _pairs_by_provider(titled: Sequence[_Titled]) -> Iterator[Pair]:
    """Documents of different providers with the same title within three days."""
    dated = [each for each in titled if each.published != UNDATED and each.provider != UNKNOWN]
    for newer, older in combinations(dated, 2):
        if newer.provider != older.provider and newer.published - older.published <= SECONDS_APART:
            yield newer.document, older.document


def _is_evidence(similar: Array, recurring: Array) -> Array:
    """[E] which similar pairs connect their documents: all by their excerpts, others unless a title is a template."""
    by_title = similar[similar[:, 2] == 0, :2]
    partners = np.bincount(by_title.reshape(-1), minlength=len(recurring))
    template = recurring | (partners > MOST_SIMILAR_TITLES)
    evidence: Array = (similar[:, 2] != 0) | ~template[similar[:, :2]].any(axis=1)
    return evidence


def _join_similar(story: Array, similar: Array) -> None:
    """Unite stories, oldest first, each with the oldest that is similar to it and has not joined another itself.

    Joining all that are similar would chain: the first and the last of a chain tell different stories."""
    similar_to: dict[int, set[int]] = defaultdict(set)
    for a, b in similar[:, :2].tolist():
        newer, older = _root(story, a), _root(story, b)
        if newer != older:
            similar_to[newer].add(older)
            similar_to[older].add(newer)
    leaders: set[int] = set()
    joined = []
    for each in sorted(similar_to, reverse=True):
        if found := similar_to[each] & leaders:
            joined.append((each, max(found)))
        else:
            leaders.add(each)
    for a, b in joined:
        _join(story, a, b)


def _join(story: Array, a: int, b: int) -> None:
    """Unite two stories: the larger root points to the smaller (union-find)."""
    a, b = _root(story, a), _root(story, b)
    story[max(a, b)] = min(a, b)


def _root(story: Array, document: int) -> int:
    while (parent := int(story[document])) != document:
        story[document] = story[parent]  # path halving
        document = parent
    return document
