"""Builds the canonical URLs of searches: no defaults, parameters and values in one fixed order.

The page and the API have different defaults, so one search has one URL in each.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

from search import (
    FILTER_OPERATORS,
    FILTERS,
    MAX_WINDOW,
    PARAMETERS,
    WITHOUT_EFFECT_ON_EXPORT,
    FacetResults,
    SearchRequest,
    SearchResults,
    query_in_force,
    utc_text,
)
from web.parameters import API_DEFAULTS, LISTS, PAGE_DEFAULTS

API = "/api/v1"

Changes = dict[str, Any]
"""Attributes of a `SearchRequest` with new values."""

_NO_PARTS = dict.fromkeys(PARAMETERS, "")

PRESENTATION = WITHOUT_EFFECT_ON_EXPORT | {"sort", "typo", "fields", "at"}
"""The parameters that decide how a search is answered, not which articles have its words and pass its filters."""

_WITHOUT_EFFECT_ON_ROWS = WITHOUT_EFFECT_ON_EXPORT | {"fields"}

ATOM_PATH = "/feed.atom"
JSON_FEED_PATH = "/feed.json"
ATOM_CHANGES_PATH = "/changes.atom"
JSON_CHANGES_PATH = "/changes.json"
FEEDS = ("/feed.", "/changes.")
"""The beginnings of the paths of feeds."""

_SAFE = ",:"
_LONGEST_CACHED = 100  # characters; the values of filters are shorter, URLs may have 4,096
_encoded_once = lru_cache(maxsize=4096)(quote)  # the same filter values recur


def _encoded(text: str) -> str:
    return _encoded_once(text, safe=_SAFE) if len(text) <= _LONGEST_CACHED else quote(text, safe=_SAFE)


class Link(NamedTuple):
    """A text, and its URL if it has one."""

    text: str
    url: str | None


class FeedLinks(NamedTuple):
    """The URLs of a search's feeds."""

    atom: str
    json: str


class OtherLinks(NamedTuple):
    """The URLs of a search's HTML page, its feed (Atom), and the export of all its results."""

    html: str
    feed: str
    export: str


class SearchUrls:
    """The URLs of one search and of searches that differ from it.  Encodes each parameter once."""

    def __init__(
        self, base: str, request: SearchRequest, defaults: SearchRequest = API_DEFAULTS, kept: str = ""
    ) -> None:
        """`base` is the URL without parameters; `kept` are other parameters of every URL, percent-encoded."""
        self._base = base
        self.kept = parse_qsl(kept)
        """Names and values of the other parameters."""
        self._kept = kept
        self.request = request
        self._defaults = defaults
        self._parts = _NO_PARTS | {
            name: self._part(name, getattr(request, name)) for name in _changed(request, defaults)
        }
        self._around: dict[str, tuple[str, str]] = {}
        self.query = self._joined(self._parts)
        """The parameters that differ from the defaults, percent-encoded, without the question mark."""

    def __str__(self) -> str:
        return self._url(self.query)

    def of(self, request: SearchRequest) -> "SearchUrls":
        """The URLs of another search in the same place."""
        return self if request == self.request else SearchUrls(self._base, request, self._defaults, self._kept)

    def changed(self, **changes: Any) -> str:
        """The URL of the search with some parameters changed; its page is 1 unless `changes` has another."""
        changed = {name: self._part(name, value) for name, value in changes.items()}
        return self._url(self._joined({**self._parts, "page": "", **changed}))

    def matching(self, base: str, without: Collection[str] = PRESENTATION) -> str:
        """The URL of the same query and filters at another address, with its defaults for everything else."""
        query = "&".join([part for name, part in self._parts.items() if part and name not in without])
        return f"{base}?{query}" if query else base

    def criteria(self) -> list[tuple[str, str]]:
        """The query and filters, as parameters: a pair for each value, in canonical order."""
        return [pair for pair in parameter_pairs(self.request, self._defaults) if pair[0] not in PRESENTATION]

    def with_only(self, field: str, value: str) -> str:
        """The URL of the search with a list filter that has this value alone."""
        if field not in self._around:  # the URL before and after the value is the same for all values
            before, after = self.changed(**{field: ("\0",)}).split("%00")
            self._around[field] = before, after
        before, after = self._around[field]
        return f"{before}{_encoded(value)}{after}"

    def with_value(self, field: str, value: str) -> str:
        """The URL of the search with a value added to a list filter."""
        values = getattr(self.request, field)
        return self.changed(**{field: (*values, value)}) if values else self.with_only(field, value)

    def _url(self, query: str) -> str:
        return f"{self._base}?{query}" if query else self._base

    def _joined(self, parts: dict[str, str]) -> str:
        return "&".join(filter(None, (*parts.values(), self._kept)))

    def _part(self, name: str, value: object) -> str:
        texts = _texts(self.request, self._defaults, name, value)
        return "&".join([f"{PARAMETERS[name]}={_encoded(text)}" for text in texts])


def article_url(base: str, id: str, search: str = "") -> str:
    """The URL of an article below `base`.  With the query string of a search, the article's page leads back to it."""
    return f"{base}/articles/{quote(id)}{search and '?'}{search}"


def page_urls(root: str, request: SearchRequest, kept: str = "") -> SearchUrls:
    """The page's URLs; `kept` are parameters of the page alone."""
    return SearchUrls(f"{root}/", request, PAGE_DEFAULTS, kept)


def api_urls(base_url: str, request: SearchRequest) -> SearchUrls:
    """The API's URLs."""
    return SearchUrls(f"{base_url}{API}/search", request)


def urls_in_force(urls: SearchUrls, results: SearchResults) -> SearchUrls:
    """The URLs of the search that the results are of."""
    q = query_in_force(urls.request.q, results)
    return urls if q == urls.request.q else api_urls("", urls.request.model_copy(update={"q": q}))


def other_links(base_url: str, urls: SearchUrls, results: SearchResults) -> OtherLinks:
    """The URLs of the other forms of a search of the API.  A feed corrects nothing: it has the query in force."""
    return OtherLinks(
        html=page_url_for_api(base_url, urls.request),
        feed=urls_in_force(urls, results).matching(f"{base_url}{ATOM_PATH}"),
        export=urls.matching(f"{base_url}{API}/export", _WITHOUT_EFFECT_ON_ROWS),
    )


def facet_urls(base_url: str, field: str, request: SearchRequest, prefix: str) -> SearchUrls:
    """The API's URLs of the values of a facet that begin with the prefix."""
    kept = f"prefix={_encoded(prefix)}" if prefix else ""
    return SearchUrls(f"{base_url}{API}/facets/{field}", request, kept=kept)


def feed_links(base: str, urls: SearchUrls) -> FeedLinks:
    """The URLs of the feeds of a search below `base`."""
    return FeedLinks(urls.matching(f"{base}{ATOM_PATH}"), urls.matching(f"{base}{JSON_FEED_PATH}"))


def page_url_for_api(base_url: str, request: SearchRequest) -> str:
    """The page's URL for a search of the API."""
    page = PAGE_DEFAULTS
    unchanged = {name: getattr(page, name) for name in ("facets", "fields", "explain", "timeline")}
    return page_urls(base_url, request).changed(page=request.page, **unchanged)


def link_header(**urls: str | None) -> str:
    """The value of a Link header (RFC 8288) with a URL for each relation that has one."""
    return ", ".join(f'<{url}>; rel="{relation}"' for relation, url in urls.items() if url)


def as_read(results: SearchResults | FacetResults) -> SearchRequest:
    """The request as it was read; without `sort` if its results have the same order without it."""
    request = results.request
    if request.sort is None:
        return request
    return request.model_copy(update={"sort": None if results.order == results.default_order else results.order})


def parameter_pairs(request: SearchRequest, defaults: SearchRequest) -> list[tuple[str, str]]:
    """The parameters of a search that differ from `defaults`, a pair for each value, in canonical order."""
    return [
        (PARAMETERS[name], text)
        for name in _changed(request, defaults)
        for text in _texts(request, defaults, name, getattr(request, name))
    ]


def without_value(request: SearchRequest, field: str, value: str) -> Changes:
    """The change that removes a value from a list filter."""
    return {field: tuple(each for each in getattr(request, field) if each != value)}


NO_FILTERS: Changes = (
    dict.fromkeys(FILTERS, ())
    | dict.fromkeys(FILTER_OPERATORS, "any")
    | {"from_": None, "to": None, "match": PAGE_DEFAULTS.match}
)  # fmt: skip
"""The changes that remove all filters; the text and the order stay."""


def page_count(total: int, per_page: int) -> int:
    """The number of pages that `total` results fill; 0 if a page has none."""
    return -(-total // per_page) if per_page else 0


def reachable_pages(total: int, per_page: int) -> int:
    """The number of pages that can be requested: those of `total` results that lie within `MAX_WINDOW`."""
    return min(page_count(total, per_page), MAX_WINDOW // per_page) if per_page else 0


def parameter_text(value: object) -> str:
    """A parameter's value as text in a URL; times without an offset are UTC."""
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return utc_text(value if value.tzinfo else value.replace(tzinfo=UTC))
    return value.isoformat() if isinstance(value, date) else str(value)


def _changed(request: SearchRequest, defaults: SearchRequest) -> list[str]:
    """The names of the parameters that differ from the defaults."""
    values, default = vars(request), vars(defaults)  # half the time of attributes, for each link of a page
    return [name for name in PARAMETERS if values[name] != default[name]]


def _texts(request: SearchRequest, defaults: SearchRequest, name: str, value: Any) -> Sequence[str]:
    """The texts of a parameter in canonical order; none if it is the default.

    Filter values are sorted and unique; the default sort order is left out also if it is explicit."""
    if name in LISTS:
        return sorted(set(value))
    is_default = value == getattr(defaults, name) or (name == "sort" and value == request.default_order)
    return () if is_default else (parameter_text(value),)
