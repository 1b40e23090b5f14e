"""What a search answers with: plain frozen values, the same whichever engine found them."""

from datetime import datetime

import msgspec

from search.article import Article


class Fragment(msgspec.Struct, frozen=True):
    """A stretch of text that either matched the query (`hit`) or did not; a text's fragments joined are that text."""

    text: str
    hit: bool


class Hit(msgspec.Struct, frozen=True):
    """One result.

    `score` is None unless sorted by relevance to a query; `highlights` maps "title" and "excerpt" to their fragments,
    None when not asked for."""

    article: Article
    score: float | None = None
    highlights: dict[str, tuple[Fragment, ...]] | None = None


class Bucket(msgspec.Struct, frozen=True):
    """One value of a facet and the number of articles that have it."""

    value: str
    count: int
    selected: bool = False


class Facet(msgspec.Struct, frozen=True):
    """A field being counted.

    `total_values` values occur, of which `values` lists the first; `missing` articles have none."""

    field: str
    total_values: int
    missing: int
    values: tuple[Bucket, ...]


class IndexInfo(msgspec.Struct, frozen=True):
    """Which index answered: the snapshot's name, when it was built (UTC) and how many articles it holds.

    `content` stays the same for as long as no answer can change (the base of ETags)."""

    snapshot: str
    built_at: datetime
    articles: int
    content: str


class SearchResults(msgspec.Struct, frozen=True):
    """One page of a search: `total` articles match; `hits` are this page's, best first."""

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    index: IndexInfo
    warnings: tuple[str, ...] = ()


class Statistics(msgspec.Struct, frozen=True):
    """The whole index in figures."""

    index: IndexInfo
    terms: int
    topics: int
    providers: int
    undated: int
    first_published_at: datetime | None
    last_published_at: datetime | None


class Completion(msgspec.Struct, frozen=True):
    """A way to go on typing: the whole text to search for and in how many articles its last word occurs."""

    text: str
    count: int
