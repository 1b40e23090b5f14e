"""Turns a search and its results into a feed of no format: its entries, ids, times and links."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from search import Article, SearchRequest, SearchResults, is_relative
from web.links import PRESENTATION, SearchUrls, article_url, reachable_pages
from web.parameters import PAGE_DEFAULTS, ParsedParameters

MAX_ENTRIES: Final = 50
UNDATED: Final = datetime.fromtimestamp(0, UTC)
"""When an article without a usable date was updated: Atom demands a time, and this one never changes."""

FEED_DEFAULTS: Final = PAGE_DEFAULTS.model_copy(
    update={"per_page": MAX_ENTRIES, "sort": "newest", "collapse": "none", "match": "all", "typo": False,
            "facets": (), "timeline": "none", "fields": ("id",)}
)  # fmt: skip

_CHOSEN: Final = {"page", "per_page", "collapse"}
_FIXED: Final[dict[str, Any]] = {
    name: getattr(FEED_DEFAULTS, name) for name in (PRESENTATION - _CHOSEN) & set(SearchRequest.model_fields)
}
_IDS: Final = UUID("5c1f3b0e-6a55-4d0c-9c39-0f3b8f0f5e31")
_AHEAD: Final = timedelta(days=2)


class Entry(NamedTuple):
    """An article in a feed, or a change of one.

    `published` is None if it has no usable date, `rewritten` if no change of its text is known."""

    id: str
    title: str
    url: str
    summary: str
    published: datetime | None
    rewritten: datetime | None
    author: str
    topics: Sequence[str]
    image: str

    @property
    def updated(self) -> datetime | None:
        """When its text was published, or rewritten after that."""
        return max((time for time in (self.published, self.rewritten) if time), default=None)


class Feed(NamedTuple):
    """A page of a feed.  All URLs are absolute; `next` and `previous` are empty if there is no such page."""

    id: str
    title: str
    author: str
    page: str
    self: str
    next: str
    previous: str
    built_at: datetime
    entries: Sequence[Entry]

    @property
    def updated(self) -> datetime:
        """When its newest entry was updated; when the index was built if that is unknown."""
        return max((entry.updated for entry in self.entries if entry.updated), default=self.built_at)


def feed_request(request: SearchRequest) -> SearchRequest:
    """The search of a feed: full matches only, newest first, and at most `MAX_ENTRIES` of them."""
    return request.model_copy(update={**_FIXED, "per_page": min(request.per_page, MAX_ENTRIES)})


def with_relative_dates(request: SearchRequest, parsed: ParsedParameters) -> SearchRequest:
    """The request with dates such as `7d` as they were sent, for URLs and the id: those of a feed must not change."""
    sent = {"from_": str(parsed.values.get("from", "")).strip(), "to": str(parsed.values.get("to", "")).strip()}
    relative = {name: text for name, text in sent.items() if is_relative(text)}
    return request.model_copy(update=relative)


def feed_urls(base_url: str, path: str, request: SearchRequest) -> SearchUrls:
    """The URLs of a feed of a search."""
    return SearchUrls(f"{base_url}{path}", request, FEED_DEFAULTS)


def search_feed(
    base_url: str,
    urls: SearchUrls,
    results: SearchResults,
    rewritten_at: Mapping[str, datetime],
    site_name: str,
    now: datetime,
    show_images: bool,
) -> Feed:
    """The feed of a search.  `rewritten_at`: when articles were rewritten, by id."""
    request, last = urls.request, reachable_pages(results.listed, urls.request.per_page)
    return Feed(
        id=urn(f"feed {_all_pages(urls)}"),
        title=_title(urls, site_name),
        author=site_name,
        page=urls.matching(f"{base_url}/"),
        self=str(urls),
        next=urls.changed(page=request.page + 1) if request.page < last else "",
        previous=urls.changed(page=min(request.page - 1, last)) if request.page > 1 and last else "",
        built_at=results.index.built_at,
        entries=[
            _entry(base_url, hit.article, rewritten_at.get(hit.article.id), now, show_images) for hit in results.hits
        ],
    )


def _all_pages(urls: SearchUrls) -> str:
    """The parameters that the pages of a feed have in common."""
    return urls.changed(page=1, per_page=MAX_ENTRIES).partition("?")[2]


def _entry(base_url: str, article: Article, rewritten: datetime | None, now: datetime, show_images: bool) -> Entry:
    published = article.published_at
    return Entry(
        id=urn(f"article {article.id}"),
        title=article.title,
        url=article.url or article_url(base_url, article.id),
        summary=article.excerpt,
        published=published if published and published < now + _AHEAD else None,
        rewritten=rewritten,
        author=article.provider.name if article.provider else "",
        topics=article.topics,
        image=article.image.url if article.image and show_images else "",
    )


def urn(name: str) -> str:
    """An id that depends on nothing but the name: not on the host, the index or the format of the feed."""
    return uuid5(_IDS, name).urn


def _title(urls: SearchUrls, site_name: str) -> str:
    """`tesla, topic: AI in Autos, from: 2024 – Article search`."""
    shown = [value if name == "q" else f"{name}: {value}" for name, value in urls.criteria()]
    return f"{', '.join(shown)} – {site_name}" if shown else site_name
