"""Results as the API's JSON."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET

from search import Article, FacetResults, Hit, IndexInfo, Related, Relaxed, SearchRequest, SearchResults, Sort
from search import Correction as CorrectionValue
from search import Provider as ProviderValue
from search import Statistics as StatisticsValue
from web import links
from web.api.schemas import (
    AlsoAt,
    CorrectedWord,
    Correction,
    CorrectionLinks,
    FacetAnswer,
    Image,
    Index,
    Links,
    Provider,
    Query,
    RelatedArticle,
    Result,
    SearchAnswer,
    StatisticsAnswer,
)


def search_answer(request: SearchRequest, results: SearchResults, took_ms: float, base: str) -> SearchAnswer:
    """A page of results as JSON; `base` is what the links start with."""
    return SearchAnswer(
        query=query(request, results.order),
        total=results.total,
        listed=results.listed,
        counted=_counted(results.relaxed),
        page=request.page,
        per_page=request.per_page,
        pages=-(-results.listed // request.per_page) if request.per_page else 0,
        took_ms=round(took_ms, 3),
        index=index(results.index),
        results=[result(hit, request.fields) for hit in results.hits],
        facets=results.facets,
        links=_links(request, results.listed, base),
        warnings=results.warnings,
        correction=_correction(request, results.correction, base),
        relaxed=results.relaxed,
        stories=results.stories,
    )


def facet_answer(request: SearchRequest, results: FacetResults, info: IndexInfo, base: str) -> FacetAnswer:
    """One facet of a search as JSON; `base` is what the links start with."""
    return FacetAnswer(
        query=query(request, request.order),
        counted=_counted(results.relaxed),
        index=index(info),
        facet=results.facet,
        correction=_correction(request, results.correction, base),
        relaxed=results.relaxed,
    )


def result(hit: Hit, fields: Sequence[str]) -> Result:
    """A hit with the fields that were asked for."""
    found = {name: _FIELDS[name](hit) if name in _FIELDS else getattr(hit.article, name) for name in fields}
    return Result(**found, explanation=hit.explanation or UNSET)


def query(request: SearchRequest, order: Sort) -> msgspec.Struct:
    """The request as it was read, and the order in force."""
    values = {name: getattr(request, name) for name in Query.__struct_fields__}
    moments = {"from_": _moment(request.from_), "to": _moment(request.to)}
    return Query(**values | moments | {"sort": order, "typo": int(request.typo)})


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

    return Links(
        self=links.api(base, "search", request),
        next=to_page(request.page + 1),
        prev=to_page(min(request.page - 1, last)) if request.page > 1 else None,
        html=links.page_of(base, request),
    )


def _counted(relaxed: Relaxed | None) -> Literal["total", "total_and_relaxed"]:
    return "total_and_relaxed" if relaxed else "total"


def _correction(request: SearchRequest, correction: CorrectionValue | None, base: str) -> Correction | None:
    if correction is None:
        return None
    return Correction(
        q=correction.q,
        applied=correction.applied,
        words=[CorrectedWord(typed, meant) for typed, meant in correction.words],
        links=CorrectionLinks(
            corrected=links.api(base, "search", links.changed(request, q=correction.q)),
            as_typed=links.api(base, "search", links.changed(request, typo=False)),
        ),
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
    "related": lambda hit: [_related(item, id) for item, id in hit.coverage],
    "score": lambda hit: hit.score,
    "highlights": lambda hit: hit.highlights,
    "missing": lambda hit: hit.missing,
    "also": lambda hit: [_also(article) for article in hit.also],
}
