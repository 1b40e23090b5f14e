"""The API's JSON schemas: the structs that are encoded and that the OpenAPI document describes."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from search import (
    HIT_FIELDS,
    Article,
    Completion,
    Explanation,
    Facet,
    Fragment,
    Interval,
    PrefixQuery,
    Related,
    Relaxed,
    Statistics,
    Timeline,
    TimelineBucket,
)
from web.api import query_schemas
from web.api.citation import Citation

Time = Annotated[datetime, Meta(tz=True, description="ISO 8601, UTC.")]


def _field_types(struct: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(struct)}


RelatedArticle = msgspec.defstruct(
    "RelatedArticle",
    [
        *_field_types(Related).items(),
        ("id", Annotated[str | None, Meta(description="Its id if it is in this archive too, else null.")]),
    ],
    namespace={"__doc__": Related.__doc__},
)

StoryArticle = msgspec.defstruct(
    "StoryArticle",
    [(name, _field_types(Article)[name]) for name in ("id", "title", "url", "provider", "published_at")],
    namespace={"__doc__": "Another article of the same story."},
)


class Highlights(msgspec.Struct):
    """A title and an excerpt as fragments.  The engine's own mapping of these names is encoded in the same way."""

    title: tuple[Fragment, ...]
    excerpt: Annotated[
        tuple[Fragment, ...],
        Meta(description="More than 300 characters are cut to their best passage; a fragment … marks each cut."),
    ]


HIT_ONLY: dict[str, Any] = {
    "related": list[RelatedArticle],  # type: ignore[valid-type]
    "score": Annotated[
        float | None, Meta(description="Null unless sorted by relevance. Compare it only within one response.")
    ],
    "highlights": Annotated[
        Highlights | None,
        Meta(description="The title and the excerpt as fragments that match the query or do not."),
    ],
    "missing": Annotated[
        tuple[str, ...],
        Meta(
            description="The words of the query that the article lacks: of `q`, `prefix` or an applied `correction`."
            " Empty except in the articles that `relaxed` counts."
        ),
    ],
    "also": Annotated[
        list[StoryArticle],  # type: ignore[valid-type]
        Meta(
            description="The other articles of its story, newest first. In a search, only those that pass the filters,"
            " and none without `collapse=story`."
        ),
    ],
    "explanation": Annotated[
        Explanation, Meta(description="With `explain=1`, how its score by relevance is calculated.")
    ],
}
"""The fields of a result that an article does not store, or stores in another form."""

ARTICLE_FIELDS = tuple(name for name in HIT_FIELDS if name in Article.__struct_fields__ or name == "also")
"""The members of one article that was asked for."""

if TYPE_CHECKING:
    Result = msgspec.Struct
    ArticleResponse = msgspec.Struct
else:
    _RESULT = _field_types(Article) | HIT_ONLY
    Result = msgspec.defstruct(
        "Result",
        [(name, _RESULT[name] | UnsetType, UNSET) for name in (*HIT_FIELDS, "explanation")],
        namespace={"__doc__": "An article that a search finds, with the requested `fields` only."},
    )
    ArticleResponse = msgspec.defstruct(
        "ArticleResponse",
        [*((name, _RESULT[name]) for name in ARTICLE_FIELDS), ("citation", Citation)],
        namespace={"__doc__": "All stored fields of an article, and the other articles of its story."},
    )


class Index(msgspec.Struct):
    """The index that the response is from."""

    snapshot: str
    built_at: Time
    articles: int


class Links(msgspec.Struct):
    """URLs of this search, its next and previous page, its HTML page, its feed (Atom), and the export of all its
    results."""

    self: str
    next: str | None
    prev: str | None
    html: str
    feed: str
    export: str


class PageLinks(msgspec.Struct):
    """URLs of this page, the next and the previous one."""

    self: str
    next: str | None
    prev: str | None


class CorrectedWord(msgspec.Struct):
    """A word of `q` and its correction."""

    typed: str
    meant: str


class CorrectionLinks(msgspec.Struct):
    """URLs of two searches: for the corrected text, and for `q` as it was typed (`typo=0`)."""

    corrected: str
    as_typed: str


class Correction(msgspec.Struct):
    """A spelling correction of `query.q`."""

    q: Annotated[str, Meta(description="The corrected text.")]
    applied: Annotated[
        bool,
        Meta(
            description="true: no article has every word of `q`, and the response is for the corrected text (`typo=1`)."
            " false: the correction is only offered, and the response is for `q`."
        ),
    ]
    words: list[CorrectedWord]
    links: CorrectionLinks


Warnings = Annotated[
    tuple[str, ...],
    Meta(description="How unusual syntax in `q` was read; filter values, ids and URLs that no article has."),
]
MaybePrefix = Annotated[
    PrefixQuery | None,
    Meta(
        description="With `typo=1`, the query that the response is for, if no article has every word of `q` but some do"
        " if the last word is read as a prefix. Null otherwise."
    ),
]
MaybeCorrection = Annotated[Correction | None, Meta(description="Null if no word looks misspelled.")]
MaybeRelaxed = Annotated[
    Relaxed | None,
    Meta(
        description="The listed partial matches. Null if there are none: `match=all`, another order than relevance, or"
        " full matches fill the first page."
    ),
]


class SearchResponse(msgspec.Struct, kw_only=True):
    """One page of a search.

    Full matches have every word (`total`).  With `match=most`, the results include partial matches, the best articles
    that lack some words (`relaxed`): the score decides their place, but every full match whose words are close together
    comes first.  With `collapse=story`, each story has one result (`stories`)."""

    query: query_schemas.Query  # type: ignore[valid-type]
    total: Annotated[
        int,
        Meta(
            description="The articles that have every word. Facets and timeline count them. `collapse` changes nothing."
        ),
    ]
    listed: Annotated[
        int,
        Meta(description="How many results all pages have: `stories`, or else the sum of `total` and `relaxed.total`."),
    ]
    page: int
    per_page: int
    pages: Annotated[
        int, Meta(description="How many pages `listed` results take, up to the 10,000th; 0 if `per_page` is 0.")
    ]
    took_ms: Annotated[
        float | UnsetType,
        Meta(description="How long the search took, in milliseconds; left out with `at`, whose answers stay the same."),
    ] = UNSET
    index: Index
    results: list[Result]
    facets: tuple[Facet, ...]
    links: Links
    warnings: Warnings
    correction: MaybeCorrection
    prefix: MaybePrefix
    relaxed: MaybeRelaxed
    stories: Annotated[
        int | None, Meta(description="How many stories all these articles belong to; null without `collapse=story`.")
    ]
    timeline: Annotated[Timeline | None, Meta(description="The articles by period; null without `timeline`.")]
    citation: Citation


class FacetResponse(msgspec.Struct):
    """A page of the values of one facet of a search.  It counts the same articles as the facets of that search.

    Selected values come first: page 1 lists all of them."""

    query: query_schemas.FacetQuery  # type: ignore[valid-type]
    page: int
    pages: Annotated[
        int, Meta(description="How many pages `listed` values take, at most 10,000; 0 if `facet_size` is 0.")
    ]
    listed: Annotated[
        int, Meta(description="How many values all pages have: `facet.total_values`, and selected ones that count 0.")
    ]
    index: Index
    facet: Facet
    links: PageLinks
    warnings: Warnings
    correction: MaybeCorrection
    prefix: MaybePrefix
    relaxed: MaybeRelaxed
    citation: Citation


class TimelineResponse(msgspec.Struct):
    """The articles of a search by period.  It counts the same articles as the facets of that search.

    `total` is the sum of all counts and `undated`."""

    query: query_schemas.TimelineQuery  # type: ignore[valid-type]
    total: int
    index: Index
    interval: Interval
    buckets: tuple[TimelineBucket, ...]
    undated: Annotated[int, Meta(description="Matching articles without a date, or with a date after the last period.")]
    warnings: Warnings
    correction: MaybeCorrection
    prefix: MaybePrefix
    relaxed: MaybeRelaxed
    citation: Citation


class SimilarResponse(msgspec.Struct):
    """The articles most like an article, best first, one of a story.  Its own story and related items are left out."""

    id: str
    words: Annotated[tuple[str, ...], Meta(description="The words of the article by which they are found.")]
    index: Index
    results: list[Result]
    citation: Citation


class SuggestResponse(msgspec.Struct):
    """Completions of a text, best first."""

    q: str
    suggestions: Sequence[Completion]


StatisticsResponse = msgspec.defstruct(
    "StatisticsResponse",
    list((_field_types(Statistics) | {"index": Index}).items()),
    namespace={"__doc__": "Figures about the whole index."},
)
