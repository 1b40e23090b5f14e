"""Results as the API's JSON.  The structs here are the contract: they are what is encoded and what the OpenAPI document
describes."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from search import (
    Article,
    Completion,
    Correction,
    Explanation,
    Facet,
    Fragment,
    Hit,
    IndexInfo,
    Related,
    Relaxed,
    SearchRequest,
    SearchResults,
)
from search import Provider as ProviderValue
from search import Statistics as StatisticsValue
from web import links

Time = Annotated[datetime, msgspec.Meta(tz=True, description="ISO 8601, UTC.")]


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
    """Another provider's coverage of the same story."""

    title: str
    excerpt: str
    url: str | None
    provider: Provider | None
    published_at: Time | None
    type: str | None
    quality: int | None
    image: Image | None
    id: str | None
    """of the article of the archive that it is"""


class AlsoAt(msgspec.Struct):
    """Another article of the same story."""

    id: str
    title: str
    url: str | None
    provider: Provider | None
    published_at: Time | None


class Result(msgspec.Struct):
    """An article that was found; only the fields asked for are there."""

    id: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    excerpt: str | UnsetType = UNSET
    url: str | UnsetType | None = UNSET
    amp_url: str | UnsetType | None = UNSET
    provider: Provider | UnsetType | None = UNSET
    topics: tuple[str, ...] | UnsetType = UNSET
    published_at: Time | UnsetType | None = UNSET
    image: Image | UnsetType | None = UNSET
    type: str | UnsetType = UNSET
    category: str | UnsetType | None = UNSET
    heat: int | UnsetType | None = UNSET
    quality: int | UnsetType | None = UNSET
    related: list[RelatedArticle] | UnsetType = UNSET
    score: float | UnsetType | None = UNSET
    highlights: dict[str, tuple[Fragment, ...]] | UnsetType | None = UNSET
    missing: tuple[str, ...] | UnsetType = UNSET
    also: list[AlsoAt] | UnsetType = UNSET
    explanation: Explanation | UnsetType = UNSET


class Query(msgspec.Struct):
    """The search as it was read; `sort` is the order in force."""

    q: str
    topic: tuple[str, ...]
    provider: tuple[str, ...]
    not_topic: tuple[str, ...]
    not_provider: tuple[str, ...]
    topic_op: str
    from_: str | None = msgspec.field(name="from")
    to: str | None
    type: str | None
    sort: str
    match: str
    typo: bool
    collapse: str


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


class SearchAnswer(msgspec.Struct):
    """One page of a search."""

    query: Query
    total: int
    page: int
    per_page: int
    pages: int
    took_ms: float
    index: Index
    results: list[Result]
    facets: tuple[Facet, ...]
    links: Links
    warnings: tuple[str, ...]
    correction: Correction | None
    relaxed: Relaxed | None
    stories: int | None


class FacetAnswer(msgspec.Struct):
    """One facet of a search."""

    query: Query
    index: Index
    facet: Facet


class SuggestAnswer(msgspec.Struct):
    """Ways to go on typing."""

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


def search_answer(request: SearchRequest, results: SearchResults, took_ms: float, base: str) -> SearchAnswer:
    """A page of results as JSON; `base` is what the links start with."""
    return SearchAnswer(
        query=query(request),
        total=results.total,
        page=request.page,
        per_page=request.per_page,
        pages=-(-results.listed // request.per_page) if request.per_page else 0,
        took_ms=round(took_ms, 3),
        index=index(results.index),
        results=[result(hit, request.fields) for hit in results.hits],
        facets=results.facets,
        links=_links(request, results.listed, base),
        warnings=results.warnings,
        correction=results.correction,
        relaxed=results.relaxed,
        stories=results.stories,
    )


def result(hit: Hit, fields: Sequence[str]) -> Result:
    """A hit with the fields that were asked for."""
    found = {name: _FIELDS[name](hit) if name in _FIELDS else getattr(hit.article, name) for name in fields}
    return Result(**found, explanation=hit.explanation or UNSET)


def query(request: SearchRequest) -> Query:
    """The request as it was read."""
    return Query(
        q=request.q,
        topic=request.topic,
        provider=request.provider,
        not_topic=request.not_topic,
        not_provider=request.not_provider,
        topic_op=request.topic_op,
        from_=_moment(request.from_),
        to=_moment(request.to),
        type=request.type,
        sort=request.order,
        match=request.match,
        typo=request.typo,
        collapse=request.collapse,
    )


def index(info: IndexInfo) -> Index:
    """What the answer says about the index it is from."""
    return Index(info.snapshot, info.built_at, info.articles)


def statistics_answer(figures: StatisticsValue) -> StatisticsAnswer:
    """The index in figures as JSON."""
    return StatisticsAnswer(
        index(figures.index),
        figures.terms,
        figures.topics,
        figures.providers,
        figures.undated,
        figures.first_published_at,
        figures.last_published_at,
    )


def _links(request: SearchRequest, listed: int, base: str) -> Links:
    last = links.reachable_pages(listed, request.per_page)

    def to_page(number: int) -> str | None:
        return links.api(base, "search", links.changed(request, page=number)) if 1 <= number <= last else None

    own = links.query_string(request.model_copy(update={"fields": SearchRequest().fields}))
    return Links(
        self=links.api(base, "search", request),
        next=to_page(request.page + 1),
        prev=to_page(min(request.page - 1, last)) if request.page > 1 else None,
        html=f"{base}/?{own}" if own else f"{base}/",
    )


def _moment(moment: date | datetime | None) -> str | None:
    return None if moment is None else links.written(moment)


def _provider(provider: ProviderValue | None) -> Provider | None:
    return None if provider is None else Provider(provider.name, provider.domain)


def _image(owner: Article | Related) -> Image | None:
    image = owner.image
    return None if image is None else Image(image.url, image.width, image.height)


def _also(article: Article) -> AlsoAt:
    return AlsoAt(article.id, article.title, article.url, _provider(article.provider), article.published_at)


def _related_items(hit: Hit) -> list[RelatedArticle]:
    ids = hit.related_ids or (None,) * len(hit.article.related)
    return [_related(item, id) for item, id in zip(hit.article.related, ids, strict=True)]


def _related(item: Related, id: str | None) -> RelatedArticle:
    return RelatedArticle(
        title=item.title,
        excerpt=item.excerpt,
        url=item.url,
        provider=_provider(item.provider),
        published_at=item.published_at,
        type=item.type,
        quality=item.quality,
        image=_image(item),
        id=id,
    )


_FIELDS: dict[str, Callable[[Hit], Any]] = {
    "provider": lambda hit: _provider(hit.article.provider),
    "image": lambda hit: _image(hit.article),
    "related": _related_items,
    "score": lambda hit: hit.score,
    "highlights": lambda hit: hit.highlights,
    "missing": lambda hit: hit.missing,
    "also": lambda hit: [_also(article) for article in hit.also],
}
