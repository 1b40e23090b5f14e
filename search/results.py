"""Search results as plain frozen values, the same for every engine.

Caches keep thousands of them.  With `gc=False` the garbage collector skips them: scanning them paused single searches
for 0.2 s, and they form no cycles.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from search.article import Article, Related, Time
from search.explanation import Explanation
from search.periods import Interval
from search.request import SearchRequest
from search.schema import Sort
from search.value import Value

ALL_ARTICLES: Final = SearchRequest()


class Fragment(Value, msgspec.Struct, frozen=True, gc=False):
    """A part of a text that matches the query (`hit`) or does not.  Joined, the fragments are the shown text."""

    text: str
    hit: bool


class Hit(Value, msgspec.Struct, frozen=True, gc=False):
    """One result.

    `score`: None unless results are sorted by relevance.
    `highlights`: the fragments of "title" and "excerpt".  A longer excerpt than 300 characters is cut to its best
    passage; a fragment … marks each cut.
    `missing`: the words of the query that the article lacks.
    `also`: the other articles of its story that pass the filters, if stories are collapsed.
    `related_ids`: for each related item, the id of that article in the archive, or None."""

    article: Article
    score: float | None = None
    highlights: dict[str, tuple[Fragment, ...]] | None = None
    missing: tuple[str, ...] = ()
    also: tuple[Article, ...] = ()
    related_ids: tuple[str | None, ...] = ()
    explanation: Explanation | None = None

    @property
    def coverage(self) -> tuple[tuple[Related, str | None], ...]:
        """Each related item, with the id of that article in the archive, or None."""
        related = self.article.related
        return tuple(zip(related, self.related_ids or (None,) * len(related), strict=True))


class Bucket(Value, msgspec.Struct, frozen=True, gc=False):
    """One value of a facet and the number of articles that have it."""

    value: str
    count: int
    selected: bool = False


class Facet(Value, msgspec.Struct, frozen=True, gc=False):
    """The counts of a field's values.

    `total_values`: how many different values occur; `values` lists the first.  `missing`: articles without a value."""

    field: str
    total_values: int
    missing: int
    values: tuple[Bucket, ...]


class TimelineBucket(Value, msgspec.Struct, frozen=True, gc=False):
    """One period of a timeline, which starts on `start` (UTC)."""

    start: date
    count: Annotated[int, Meta(description="How many of the matching articles were published in the period.")]
    total: Annotated[int, Meta(description="How many articles of the whole archive were.")]
    partial: Annotated[
        bool, Meta(description="Whether the period is not over yet, or reaches beyond `from` or `to`.")
    ] = False

    @property
    def share(self) -> float:
        """The share of the archive's articles of the period."""
        return self.count / self.total if self.total else 0.0


class Timeline(Value, msgspec.Struct, frozen=True, gc=False):
    """How many of the matching articles were published in each period, oldest first, without gaps.

    The counts and `undated` add up to the number of matching articles."""

    interval: Interval
    buckets: tuple[TimelineBucket, ...]
    undated: Annotated[
        int, Meta(description="Matching articles without a date, or with a wrong date that is later than the timeline.")
    ]

    @property
    def total(self) -> int:
        return self.undated + sum(bucket.count for bucket in self.buckets)


RECENT_DAYS = (7, 30, 365)  # whose articles `Recent` counts


class Recent(Value, msgspec.Struct, frozen=True, gc=False):
    """How many of the matching articles were published in the last `days` of the archive, from `start` on (UTC)."""

    days: int
    start: date
    count: int


class SignificantWord(Value, msgspec.Struct, frozen=True, gc=False):
    """A word that distinguishes some articles from the rest of the archive.

    `count`: how many of these articles have it in the title or excerpt; `total`: how many of the archive do.  `score`:
    the log-likelihood ratio (G²) of the two."""

    word: str
    count: int
    total: int
    score: float


class RisingValue(Value, msgspec.Struct, frozen=True, gc=False):
    """A topic or phrase that is more frequent than in the period before."""

    value: str
    before: Annotated[int, Meta(description="How many articles of the period before have it.")]
    after: Annotated[int, Meta(description="How many articles of the period have it.")]
    growth: Annotated[
        float | None,
        Meta(description="Its share of the articles, as a multiple of that in the period before; null if that is 0."),
    ]


class RisingTrends(Value, msgspec.Struct, frozen=True, gc=False):
    """The topics and phrases that rise from the period before to the last complete one, which starts on `start`.

    A value is listed if three articles have it and its share has risen more than chance explains (log-likelihood ratio
    above 3.84); most significant first."""

    interval: Interval
    start: date
    articles: Annotated[int, Meta(description="The number of articles of the period.")]
    articles_before: Annotated[int, Meta(description="The number of articles of the period before.")]
    topics: tuple[RisingValue, ...]
    phrases: Annotated[tuple[RisingValue, ...], Meta(description="Pairs of words that are adjacent in titles.")]


class IndexInfo(Value, msgspec.Struct, frozen=True, gc=False):
    """The index of some results: the snapshot's name, when it was built (UTC), and its number of articles.

    `content` changes whenever any response may change.  ETags are made from it.
    `modified_at`: when `content` changed last, in whole seconds: also by new synonyms or settings, a new day, or a
    rollback to an older snapshot.  It increases with every change that this process sees.
    `pinned`: the request named the snapshot (`at`), or is an export: the response is then as on the day on which the
    snapshot was built."""

    snapshot: str
    built_at: Time
    articles: int
    content: str
    modified_at: Time
    pinned: bool = False


class Relaxed(Value, msgspec.Struct, frozen=True, gc=False):
    """Partial matches: how many are listed, and how many words each of them lacks."""

    total: int
    missing_at_most: int


class Correction(Value, msgspec.Struct, frozen=True, gc=False):
    """A corrected query.

    `applied`: the results are those of `q`, because no article has every word of the query as typed.  Otherwise `q` is
    only offered.  `words`: each replaced word with its replacement."""

    q: str
    applied: bool
    words: tuple[tuple[str, str], ...]


class PrefixQuery(Value, msgspec.Struct, frozen=True, gc=False):
    """The query in force if no article has every word as typed, but some do if the last word may go on.

    `q`: the query with its last word as a prefix.  `word`: that word as typed."""

    q: str
    word: str


class FacetResults(Value, msgspec.Struct, frozen=True, gc=False):
    """One facet of a search; `listed`: how many values all its pages have.

    The other attributes are as in `SearchResults`."""

    facet: Facet
    index: IndexInfo
    listed: int
    relaxed: Relaxed | None = None
    correction: Correction | None = None
    order: Sort = "relevance"
    default_order: Sort = "relevance"
    prefix: PrefixQuery | None = None
    total: int = 0
    request: SearchRequest = ALL_ARTICLES
    warnings: tuple[str, ...] = ()


class SearchResults(Value, msgspec.Struct, frozen=True, gc=False):
    """One page of a search.

    `total`: the number of full matches.  `relaxed`: the partial matches that are listed among them or after them.
    `stories`: the number of stories, if stories are collapsed.  `default_order`: the sort order without `sort`:
    relevance, or newest if the query has no scored word.  `order`: the sort order in force, which is the default order
    also if the request asks for relevance.  `timeline`: None unless requested.  `recent`: with a timeline only; the
    dates of the request do not limit it.  `prefix`: the query in force if its last word was read as a prefix.
    `request`: the request as it was read, with lists of filter values split."""

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    index: IndexInfo
    warnings: tuple[str, ...] = ()
    relaxed: Relaxed | None = None
    correction: Correction | None = None
    stories: int | None = None
    order: Sort = "relevance"
    default_order: Sort = "relevance"
    timeline: Timeline | None = None
    recent: tuple[Recent, ...] = ()
    prefix: PrefixQuery | None = None
    request: SearchRequest = ALL_ARTICLES

    def __iter__(self) -> Iterator[Hit]:
        """The hits of the page."""
        return iter(self.hits)

    def __len__(self) -> int:
        """The number of hits on the page."""
        return len(self.hits)

    def __bool__(self) -> bool:
        """Whether the search finds anything, on any page."""
        return self.listed > 0

    @property
    def listed(self) -> int:
        """The number of hits on all pages."""
        return self.total + (self.relaxed.total if self.relaxed else 0) if self.stories is None else self.stories


class Export(msgspec.Struct, frozen=True, gc=False):
    """All full matches of a search, in an order that is the same for all exports of one snapshot.

    `total`: how many there are.  `articles`: those from the requested position on, each decoded when it is reached.
    `request`: as it was read.  `warnings`: filter values that no article has."""

    index: IndexInfo
    total: int
    articles: Iterator[Article]
    request: SearchRequest = ALL_ARTICLES
    warnings: tuple[str, ...] = ()


class ChangedArticle(Value, msgspec.Struct, frozen=True, gc=False):
    """An article before and after a change."""

    old: Article
    new: Article

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """The fields that changed, each with its old and new value."""
        pairs = ((name, getattr(self.old, name), getattr(self.new, name)) for name in Article.__struct_fields__)
        return {name: (old, new) for name, old, new in pairs if old != new}


class Changes(Value, msgspec.Struct, frozen=True, gc=False):
    """What changed between two snapshots, from `since` to `until`: one page of it.

    The totals count all changes; the lists have those of the page, each list by id.  `oldest`: the first snapshot since
    which the changes are known.  `published_at`: when `until` was published, by its name; None if that has no time."""

    index: IndexInfo
    since: str
    until: str
    oldest: str
    published_at: Time | None
    added_total: int
    changed_total: int
    removed_total: int
    added: tuple[Article, ...]
    changed: tuple[ChangedArticle, ...]
    removed: tuple[Article, ...]

    @property
    def total(self) -> int:
        """The number of articles that were added, changed or removed."""
        return self.added_total + self.changed_total + self.removed_total


class SimilarArticles(Value, msgspec.Struct, frozen=True, gc=False):
    """The articles most like an article, best first, and the words of that article by which they are found."""

    words: tuple[str, ...]
    hits: tuple[Hit, ...]


class Statistics(Value, msgspec.Struct, frozen=True, gc=False):
    """Totals of the index, and when it was last compared with the archive."""

    index: IndexInfo
    terms: int
    topics: int
    providers: int
    undated: int
    first_published_at: Time | None
    last_published_at: Time | None
    checked_at: Annotated[
        datetime, Meta(tz=True, description="When a build last compared the index with the archive, ISO 8601, UTC.")
    ]
    degraded: Annotated[
        str | None, Meta(description="Why the published index is not the one in use; null if it is in use.")
    ] = None
    rejected: Annotated[
        int | None, Meta(description="How many files the last build could not read as articles; null if unknown.")
    ] = None
    unmet: Annotated[
        int | None,
        Meta(description="How many expected results searches lacked when last checked; null if never checked."),
    ] = None


class Completion(Value, msgspec.Struct, frozen=True, gc=False):
    """A suggested query text, and in how many articles the completed part occurs.

    `kind`: word, phrase, title, or the name of a facet whose value it is."""

    text: str
    count: int
    kind: str
