"""The API's JSON.  These structs are the contract: they are what is encoded and what the OpenAPI document describes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from search import FILTER_OPERATORS, FILTERS, Completion, Explanation, Facet, Fragment, Relaxed, Sort

Time = Annotated[datetime, Meta(tz=True, description="ISO 8601, UTC.")]


class Provider(msgspec.Struct):
    """Who published it."""

    name: str
    domain: str | None


class Image(msgspec.Struct):
    """A picture; width and height in pixels, 0 where unknown."""

    url: str
    width: int
    height: int


class RelatedArticle(msgspec.Struct):
    """Another provider's coverage of the same story, as the article's own file lists it."""

    title: str
    excerpt: str
    url: str | None
    provider: Provider | None
    published_at: Time | None
    type: str | None
    quality: int | None
    image: Image | None
    id: Annotated[str | None, Meta(description="The id of the article of this archive that it is; null for none.")]


class AlsoAt(msgspec.Struct):
    """Another article of the same story."""

    id: str
    title: str
    url: str | None
    provider: Provider | None
    published_at: Time | None


class Result(msgspec.Struct):
    """An article that was found; only the fields asked for are there."""

    id: Annotated[str | UnsetType, Meta(description="Its path in the archive, without the suffix.")] = UNSET
    title: str | UnsetType = UNSET
    excerpt: str | UnsetType = UNSET
    url: Annotated[str | UnsetType | None, Meta(description="Where to read it; absolute, http or https.")] = UNSET
    amp_url: Annotated[str | UnsetType | None, Meta(description="The same for AMP.")] = UNSET
    provider: Provider | UnsetType | None = UNSET
    topics: tuple[str, ...] | UnsetType = UNSET
    published_at: Time | UnsetType | None = UNSET
    image: Image | UnsetType | None = UNSET
    type: Annotated[str | UnsetType, Meta(description="`article`, or what the file says, such as `video`.")] = UNSET
    category: str | UnsetType | None = UNSET
    heat: Annotated[int | UnsetType | None, Meta(description="How popular it was; more is more.")] = UNSET
    quality: Annotated[int | UnsetType | None, Meta(description="How good it was held to be; more is better.")] = UNSET
    related: list[RelatedArticle] | UnsetType = UNSET
    score: Annotated[
        float | UnsetType | None, Meta(description="Null unless sorted by relevance to a text; no scale of its own.")
    ] = UNSET
    highlights: Annotated[
        dict[str, tuple[Fragment, ...]] | UnsetType | None,
        Meta(
            description="`title` and `excerpt` in fragments that matched or did not; of an excerpt of more than 300"
            " characters the best part, with a fragment … where it is cut."
        ),
    ] = UNSET
    missing: Annotated[
        tuple[str, ...] | UnsetType,
        Meta(
            description="The words of `q` that the article lacks, as typed, or of the corrected text where that is"
            " applied; empty but in the articles of `relaxed`."
        ),
    ] = UNSET
    also: Annotated[
        list[AlsoAt] | UnsetType,
        Meta(description="With `collapse=story`, the other articles of its story."),
    ] = UNSET
    explanation: Annotated[
        Explanation | UnsetType, Meta(description="With `explain=1`: what its score is made of, or would be.")
    ] = UNSET


Query = msgspec.defstruct(
    "Query",
    [
        ("q", str),
        *((name, tuple[str, ...]) for name in FILTERS),
        *((name, Literal["any", "all"]) for name in FILTER_OPERATORS),
        ("from_", str | None, msgspec.field(name="from")),
        ("to", str | None),
        ("sort", Annotated[Sort, Meta(description="The order in force.")]),
        ("match", Literal["most", "all"]),
        ("typo", Literal[0, 1]),
        ("collapse", Literal["none", "story"]),
    ],
    namespace={"__doc__": "The search as it was read.  Every member that is not null can be sent again."},
)


class Index(msgspec.Struct):
    """Which index answered."""

    snapshot: str
    built_at: Time
    articles: int


class Links(msgspec.Struct):
    """Addresses of this search, its neighbouring pages, its page for readers and its feed (none yet)."""

    self: str
    next: str | None
    prev: str | None
    html: str
    feed: None = None


class CorrectedWord(msgspec.Struct):
    """A word of `q` and what may have been meant."""

    typed: str
    meant: str


class CorrectionLinks(msgspec.Struct):
    """Addresses of both searches: for the corrected text, and for what was typed with nothing corrected (`typo=0`)."""

    corrected: str
    as_typed: str


class Correction(msgspec.Struct):
    """What `query.q` may have meant."""

    q: Annotated[str, Meta(description="The corrected text.")]
    applied: Annotated[
        bool,
        Meta(
            description="true: no article has every word as typed, and everything in this answer is of the corrected"
            " text. false: an offer; the answer is of what was typed."
        ),
    ]
    words: list[CorrectedWord]
    links: CorrectionLinks


Counted = Annotated[
    Literal["total", "total_and_relaxed"],
    Meta(description="Which articles the facets count: those with every word, `total`, or those of `relaxed` as well."),
]
MaybeCorrection = Annotated[Correction | None, Meta(description="Null where no word looks mistyped, or with `typo=0`.")]
MaybeRelaxed = Annotated[
    Relaxed | None, Meta(description="Null where the articles with every word are enough, or with `match=all`.")
]


class SearchAnswer(msgspec.Struct):
    """One page of a search.

    The results are first the articles that have every word (`total`), then those that lack some (`relaxed`); with
    `collapse=story`, one of each story (`stories`)."""

    query: Query  # type: ignore[valid-type]
    total: Annotated[int, Meta(description="How many articles have every word. Stories make no difference to it.")]
    listed: Annotated[
        int,
        Meta(description="How many results there are on all pages: `stories`, or `total` and those of `relaxed`."),
    ]
    counted: Counted
    page: int
    per_page: int
    pages: Annotated[int, Meta(description="How many pages `listed` results take; 0 where `per_page` is 0.")]
    took_ms: Annotated[float, Meta(description="How long the search took, in milliseconds.")]
    index: Index
    results: list[Result]
    facets: tuple[Facet, ...]
    links: Links
    warnings: Annotated[tuple[str, ...], Meta(description="How `q` was read where that may surprise.")]
    correction: MaybeCorrection
    relaxed: MaybeRelaxed
    stories: Annotated[
        int | None, Meta(description="How many stories all those articles are of; null but with `collapse=story`.")
    ]


class FacetAnswer(msgspec.Struct):
    """One facet of a search; it counts the articles that the facets of the same search do."""

    query: Query  # type: ignore[valid-type]
    counted: Counted
    index: Index
    facet: Facet
    correction: MaybeCorrection
    relaxed: MaybeRelaxed


class SuggestAnswer(msgspec.Struct):
    """Ways to go on typing, best first."""

    q: str
    suggestions: Sequence[Completion]


class StatisticsAnswer(msgspec.Struct):
    """The whole index in figures."""

    index: Index
    terms: int
    topics: int
    providers: int
    undated: int
    first_published_at: Time | None
    last_published_at: Time | None
