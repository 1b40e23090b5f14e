"""Cites an answer: what was asked, of which snapshot, and the URL that gives the same answer."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Meta

from search import (
    Export,
    FacetResults,
    IndexInfo,
    RisingTrends,
    SearchResults,
    SimilarArticles,
    Trends,
    quantity,
    query_in_force,
    utc_text,
)
from web.links import API, SearchUrls
from web.trend_parameters import RisingRequest, TrendsRequest, canonical_pairs


class Citation(msgspec.Struct):
    """How to cite the answer.  `url` gives the same answer for as long as the snapshot is kept.

    It has the host only if the service has a public URL; else it is a path, as all links of the API."""

    text: Annotated[str, Meta(description="All of this in one line.")]
    url: str
    query: Annotated[str, Meta(description="What was asked, in words. Of a search: the text as read and the filters.")]
    total: Annotated[
        int,
        Meta(
            description="How many articles are counted or listed. In a search, they have every word; in trends, they"
            " are those of the archive between the dates; in changes, those that changed."
        ),
    ]
    snapshot: str
    time: Annotated[str, Meta(description="When the snapshot was built: ISO 8601, UTC.")]


def citation(urls: SearchUrls, results: SearchResults | FacetResults) -> Citation:
    """The citation of a search's answer that `urls` lead to."""
    url = urls.changed(page=urls.request.page, at=results.index.snapshot)
    query = _query(urls, query_in_force(urls.request.q, results))
    return _cited(query, results.total, results.index, url)


def of_article(base_url: str, id: str, index: IndexInfo) -> Citation:
    """The citation of an article, as the index has it."""
    return _cited(f"article “{id}”", 1, index, _url(base_url, f"/articles/{quote(id)}", ("at", index.snapshot)))


def of_similar(base_url: str, id: str, limit: int, found: SimilarArticles, index: IndexInfo) -> Citation:
    """The citation of the articles like an article."""
    url = _url(base_url, f"/similar/{quote(id)}", ("limit", str(limit)), ("at", index.snapshot))
    return _cited(f"articles like “{id}”", len(found.hits), index, url)


def of_trends(base_url: str, request: TrendsRequest, compared: Trends) -> Citation:
    """The citation of trends."""
    pairs = canonical_pairs(request._replace(at=compared.index.snapshot))
    dates = [f"{name} “{value}”" for name, value in pairs if name in {"from", "to"}]
    lines = [f"{request.by} “{trend.value}”" for trend in compared.trends]
    query = f"trends of {', '.join([*(lines or ['nothing']), f'by {compared.interval}', *dates])}"
    return _cited(query, compared.total, compared.index, _url(base_url, "/trends", *pairs))


def of_rising(base_url: str, request: RisingRequest, found: RisingTrends | None, index: IndexInfo) -> Citation:
    """The citation of rising topics and phrases."""
    pairs = ("interval", request.interval), ("limit", str(request.limit)), ("at", index.snapshot)
    start = f" of {found.start.isoformat()}" if found else ""
    query = f"rising topics and phrases of the {request.interval}{start}"
    return _cited(query, found.articles if found else 0, index, _url(base_url, "/trends/rising", *pairs))


def of_export(urls: SearchUrls, q: str, exported: Export) -> Citation:
    """The citation of an export that `urls` lead to, with the query in force."""
    index = exported.index
    return _cited(_query(urls, q), exported.total, index, urls.changed(at=index.snapshot))


def cited(query: str, total: int, snapshot: str, built_at: datetime, url: str) -> Citation:
    """The citation of an answer to `query`, words that say what was asked; `url` gives the same answer."""
    time = utc_text(built_at)
    text = f"article-search, {query}, {quantity(total, 'article')}, snapshot {snapshot}, built {time}, {url}"
    return Citation(text, url, query, total, snapshot, time)


def _cited(query: str, total: int, index: IndexInfo, url: str) -> Citation:
    return cited(query, total, index.snapshot, index.built_at, url)


def _url(base_url: str, path: str, *pairs: tuple[str, str]) -> str:
    return f"{base_url}{API}{path}?{urlencode(pairs, safe=',:', quote_via=quote)}"


def _query(urls: SearchUrls, q: str) -> str:
    """`query “robot”, topic “AI”, from “2024-01-01”`, with the query in force."""
    named = [f"query “{q}”" if name == "q" else f"{name} “{value}”" for name, value in urls.criteria()]
    return ", ".join(named) or "all articles"
