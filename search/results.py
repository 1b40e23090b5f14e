"""What a search answers with: plain frozen values, the same whichever engine found them.

They form no cycles, and thousands are kept in caches: without `gc=False` the collector would look through all of them
again and again, which made single searches wait for 0.2 s.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from search.article import Article, Related

if TYPE_CHECKING:
    from search.request import Sort


class Fragment(msgspec.Struct, frozen=True, gc=False):
    """A stretch of text that either matched the query (`hit`) or did not; joined they are what is shown of the text."""

    text: str
    hit: bool


class Occurrence(msgspec.Struct, frozen=True, gc=False):
    """Where a word of the query was found: the field, and its part of the score."""

    field: str
    score: float


class WordMatch(msgspec.Struct, frozen=True, gc=False):
    """What a word or phrase of the query, as typed, gave.

    `how`: as typed ("exact"), in another form of the word ("form"), "synonym" (`found` says which), "prefix", "phrase".
    """

    word: str
    how: Literal["exact", "form", "synonym", "prefix", "phrase"]
    found: str
    occurrences: tuple[Occurrence, ...]


class Factor(msgspec.Struct, frozen=True, gc=False):
    """By what the score of the words was multiplied, and why, in words.  `name`: exact, proximity, recency, heat."""

    name: str
    value: float
    reason: str


class Explanation(msgspec.Struct, frozen=True, gc=False):
    """Why an article has its score: the BM25F of its `words`, times every one of the `factors`, of which only those are
    told that made a difference."""

    text_score: float
    words: tuple[WordMatch, ...]
    factors: tuple[Factor, ...]


class Hit(msgspec.Struct, frozen=True, gc=False):
    """One result.

    `score` is None unless sorted by relevance to a query; `highlights` maps "title" and "excerpt" to their fragments,
    None when not asked for; of an excerpt of more than 300 characters they are the best part, with a fragment … where
    it is cut.  `missing` are the words of the query that the article lacks, as typed.  `also` are the other articles of
    its story, when asked to show one of each (`collapse`); `related_ids` has, for each of the article's related items,
    the id of the article of the archive that it is, or None."""

    article: Article
    score: float | None = None
    highlights: dict[str, tuple[Fragment, ...]] | None = None
    missing: tuple[str, ...] = ()
    also: tuple[Article, ...] = ()
    related_ids: tuple[str | None, ...] = ()
    explanation: Explanation | None = None

    @property
    def coverage(self) -> tuple[tuple[Related, str | None], ...]:
        """The article's related items, each with the id of the article of the archive that it is, or None."""
        related = self.article.related
        return tuple(zip(related, self.related_ids or (None,) * len(related), strict=True))


class Bucket(msgspec.Struct, frozen=True, gc=False):
    """One value of a facet and the number of articles that have it."""

    value: str
    count: int
    selected: bool = False


class Facet(msgspec.Struct, frozen=True, gc=False):
    """A field being counted.

    `total_values` values occur, of which `values` lists the first; `missing` articles have none."""

    field: str
    total_values: int
    missing: int
    values: tuple[Bucket, ...]


class IndexInfo(msgspec.Struct, frozen=True, gc=False):
    """Which index answered: the snapshot's name, when it was built (UTC) and how many articles it holds.

    `content` stays the same for as long as no answer can change (the base of ETags)."""

    snapshot: str
    built_at: datetime
    articles: int
    content: str


class Relaxed(msgspec.Struct, frozen=True, gc=False):
    """Articles that lack some words of the query: how many follow those that have all, and how many words they lack at
    most."""

    total: int
    missing_at_most: int


class Correction(msgspec.Struct, frozen=True, gc=False):
    """What the query may have meant.  `applied`: no article has every word as typed, some lack fewer words of
    `q`, and the results are those of `q`; else they are of the query as typed, and `q` is an offer.  `words` are the
    replaced words and what replaced them."""

    q: str
    applied: bool
    words: tuple[tuple[str, str], ...]


class FacetResults(msgspec.Struct, frozen=True, gc=False):
    """One facet of a search; `relaxed` and `correction` say what it counts, as they do in `SearchResults`."""

    facet: Facet
    relaxed: Relaxed | None = None
    correction: Correction | None = None


class SearchResults(msgspec.Struct, frozen=True, gc=False):
    """One page of a search: `total` articles match with every word; `hits` are this page's, in `order`, which is newest
    first where relevance was asked for and there is nothing to be relevant to.

    Where those are few, the articles of `relaxed` follow them, and the facets count both.  `stories` is how many hits
    there are in all, when of several articles of one story only the first is shown."""

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    index: IndexInfo
    warnings: tuple[str, ...] = ()
    relaxed: Relaxed | None = None
    correction: Correction | None = None
    stories: int | None = None
    order: "Sort" = "relevance"

    @property
    def listed(self) -> int:
        """How many hits there are on all pages."""
        return self.total + (self.relaxed.total if self.relaxed else 0) if self.stories is None else self.stories


class Statistics(msgspec.Struct, frozen=True, gc=False):
    """The whole index in figures."""

    index: IndexInfo
    terms: int
    topics: int
    providers: int
    undated: int
    first_published_at: datetime | None
    last_published_at: datetime | None


class Completion(msgspec.Struct, frozen=True, gc=False):
    """A way to go on typing: the whole text to search for, in how many articles what was completed occurs, and what
    that is."""

    text: str
    count: int
    kind: str
