"""Converts search results to the structs of the API's JSON."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import asdict

from search import (
    MAX_WINDOW,
    Correction,
    FacetResults,
    Hit,
    IndexInfo,
    SearchRequest,
    SearchResults,
    SimilarArticles,
    Sort,
    Statistics,
    TimelineBucket,
    Trends,
)
from web.api import query_schemas, schemas, trend_schemas
from web.api.citation import Citation, citation
from web.links import OtherLinks, SearchUrls, page_count, parameter_text, reachable_pages
from web.trend_parameters import TrendsRequest, measured


def search_response(
    results: SearchResults, took_ms: float, urls: SearchUrls, others: OtherLinks
) -> schemas.SearchResponse:
    """A page of results of the search that `urls` lead to; without its duration if it names a snapshot."""
    request = urls.request
    return schemas.SearchResponse(
        query=query(request, results.order),
        total=results.total,
        listed=results.listed,
        page=request.page,
        per_page=request.per_page,
        pages=reachable_pages(results.listed, request.per_page),
        took_ms=UNSET if request.at else round(took_ms, 3),
        index=index(results.index),
        results=[result(hit, request.fields) for hit in results.hits],
        facets=results.facets,
        links=_links(urls, results.listed, others),
        warnings=results.warnings + _window_warning(results, request),
        correction=_correction(results.correction, urls),
        prefix=results.prefix,
        relaxed=results.relaxed,
        stories=results.stories,
        timeline=results.timeline,
        citation=citation(urls, results),
    )


def facet_response(
    results: FacetResults, urls: SearchUrls, prefix: str, search_urls: SearchUrls
) -> schemas.FacetResponse:
    """A page of the values of a facet; `urls` lead to its pages, `search_urls` to the search."""
    request = urls.request
    pages = min(page_count(results.listed, request.facet_size), MAX_WINDOW)  # no later page can be requested
    return schemas.FacetResponse(
        query=_echo(query_schemas.FacetQuery, request, results.order, prefix=prefix or None),
        page=request.page,
        pages=pages,
        listed=results.listed,
        index=index(results.index),
        facet=results.facet,
        links=schemas.PageLinks(str(urls), *_neighbours(urls, pages)),
        warnings=results.warnings,
        correction=_correction(results.correction, search_urls),
        prefix=results.prefix,
        relaxed=results.relaxed,
        citation=citation(urls, results),
    )


def timeline_response(results: SearchResults, urls: SearchUrls, cited: SearchUrls) -> schemas.TimelineResponse:
    """The timeline of the search that `urls` lead to; `cited` are the URLs of the timeline."""
    timeline = results.timeline
    assert timeline is not None  # noqa: S101  # the search requested it
    return schemas.TimelineResponse(
        query=_echo(query_schemas.TimelineQuery, urls.request, results.order, interval=urls.request.timeline),
        total=timeline.total,
        index=index(results.index),
        interval=timeline.interval,
        buckets=timeline.buckets,
        undated=timeline.undated,
        warnings=results.warnings,
        correction=_correction(results.correction, urls),
        prefix=results.prefix,
        relaxed=results.relaxed,
        citation=citation(cited, results),
    )


def article_response(hit: Hit, cited: Citation) -> schemas.ArticleResponse:
    """All fields of one article."""
    return schemas.ArticleResponse(**_members(hit, schemas.ARTICLE_FIELDS), citation=cited)


def similar_response(
    id: str, similar: SimilarArticles, info: IndexInfo, fields: tuple[str, ...], cited: Citation
) -> schemas.SimilarResponse:
    """The articles like the one with this id."""
    results = [result(hit, fields) for hit in similar.hits]
    return schemas.SimilarResponse(id, similar.words, index(info), results, cited)


def trends_response(trends: Trends, request: TrendsRequest, cited: Citation) -> trend_schemas.TrendsResponse:
    """The trends, measured as requested."""
    return trend_schemas.TrendsResponse(
        by=request.by,
        measure=request.measure,
        interval=trends.interval,
        total=trends.total,
        index=index(trends.index),
        series=[
            trend_schemas.TrendSeries(
                trend.value, trend.total, trend.outside, [_point(b, request) for b in trend.buckets]
            )
            for trend in trends.trends
        ],
        warnings=trends.warnings,
        citation=cited,
    )


def _point(bucket: TimelineBucket, request: TrendsRequest) -> trend_schemas.TrendPoint:
    value = measured(bucket, request.measure)
    return trend_schemas.TrendPoint(bucket.start, bucket.count, bucket.total, float(value), bucket.partial)


def result(hit: Hit, fields: tuple[str, ...]) -> schemas.Result:
    """A hit with the requested fields."""
    return schemas.Result(**_members(hit, fields), explanation=hit.explanation or UNSET)


def _members(hit: Hit, fields: tuple[str, ...]) -> dict[str, Any]:
    """These fields of a hit as JSON has them."""
    _, *values = _getter(fields)(hit)
    named = dict(zip(fields, values, strict=True))
    if named.get("related"):
        named["related"] = [schemas.RelatedArticle(**asdict(item), id=id) for item, id in hit.coverage]
    if named.get("also"):
        named["also"] = [msgspec.convert(article, schemas.StoryArticle, from_attributes=True) for article in hit.also]
    return named


def query(request: SearchRequest, order: Sort) -> msgspec.Struct:
    """The request as it was read, and the order in force."""
    return _echo(query_schemas.Query, request, order, explain=int(request.explain))


def index(info: IndexInfo) -> schemas.Index:
    """The published part of the information about an index."""
    return schemas.Index(info.snapshot, info.built_at, info.articles)


def statistics_response(statistics: Statistics) -> msgspec.Struct:
    """Figures about the whole index."""
    return schemas.StatisticsResponse(**asdict(statistics) | {"index": index(statistics.index)})


def _echo(struct: type[msgspec.Struct], request: SearchRequest, order: Sort, **others: Any) -> msgspec.Struct:
    """The attributes of the request that the struct has, and `others`, as they can be sent again."""
    moments = {"from_": _moment(request.from_), "to": _moment(request.to)}
    values = moments | {"sort": order, "typo": int(request.typo)} | others
    return struct(**{name: getattr(request, name) for name in struct.__struct_fields__ if name not in values} | values)


def _links(urls: SearchUrls, listed: int, others: OtherLinks) -> schemas.Links:
    following, previous = _neighbours(urls, reachable_pages(listed, urls.request.per_page))
    return schemas.Links(self=str(urls), next=following, prev=previous, **others._asdict())


def _neighbours(urls: SearchUrls, last: int) -> tuple[str | None, str | None]:
    """The URLs of the next and the previous page, if the last page has this number; None for pages without results."""

    def to_page(number: int) -> str | None:
        return urls.changed(page=number) if 1 <= number <= last else None

    return to_page(urls.request.page + 1), to_page(min(urls.request.page - 1, last))


def _window_warning(results: SearchResults, request: SearchRequest) -> tuple[str, ...]:
    """If there are results after the last page that can be requested, the way to them."""
    reached = reachable_pages(results.listed, request.per_page) * request.per_page
    if not 0 < reached < results.listed:
        return ()
    return (f"Pages end after {reached:,} results. links.export has all {results.total:,} full matches.",)


def _correction(correction: Correction | None, urls: SearchUrls) -> schemas.Correction | None:
    if correction is None:
        return None
    return schemas.Correction(
        q=correction.q,
        applied=correction.applied,
        words=[schemas.CorrectedWord(typed, replacement) for typed, replacement in correction.words],
        links=schemas.CorrectionLinks(corrected=urls.changed(q=correction.q), as_typed=urls.changed(typo=False)),
    )


def _moment(moment: date | datetime | None) -> str | None:
    return None if moment is None else parameter_text(moment)


@lru_cache(maxsize=64)
def _getter(fields: tuple[str, ...]) -> Callable[[Hit], Sequence[Any]]:
    """Returns the article and these fields of a hit, in one call: a tuple also if there is one field."""
    return attrgetter("article", *(name if name in Hit.__struct_fields__ else f"article.{name}" for name in fields))
