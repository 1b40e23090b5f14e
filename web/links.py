"""Builds the canonical URLs of searches: no defaults, parameters and values in one fixed order.

The page and the API have different defaults, so one search has one URL in each.
"""

from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from search import FILTER_OPERATORS, FILTERS, MAX_WINDOW, SearchRequest
from web.parameters import API_DEFAULTS, LISTS, PAGE_DEFAULTS

API = "/api/v1"

Moment = TypeVar("Moment", bound=date | datetime | None)


def canonical(request: SearchRequest) -> SearchRequest:
    """The canonical form of a search: values sorted and unique, times with an offset, no explicit default sort."""
    changes: dict[str, Any] = {name: tuple(sorted(set(getattr(request, name)))) for name in FILTERS}
    changes |= {name: _in_utc(getattr(request, name)) for name in ("from_", "to")}
    if request.sort == request.model_copy(update={"sort": None}).order:
        changes["sort"] = None
    return request.model_copy(update=changes)


def parameter_pairs(request: SearchRequest, defaults: SearchRequest = API_DEFAULTS) -> list[tuple[str, str]]:
    """The parameters of a search that differ from `defaults`, a pair for each value, in canonical order."""
    request = canonical(request)
    pairs: list[tuple[str, str]] = []
    for name, field in SearchRequest.model_fields.items():
        value = getattr(request, name)
        if value != getattr(defaults, name):
            texts = value if name in LISTS else (parameter_text(value),)
            pairs += [(field.alias or name, text) for text in texts]
    return pairs


def query_string(request: SearchRequest, defaults: SearchRequest = API_DEFAULTS) -> str:
    """The parameters of a search that differ from `defaults`, percent-encoded, without the question mark."""
    return urlencode(parameter_pairs(request, defaults), quote_via=quote, safe=",:")


def page_url(request: SearchRequest) -> str:
    """The URL of a search on the page, relative to the page."""
    query = query_string(request, PAGE_DEFAULTS)
    return f"?{query}" if query else "./"


def page_url_for_api(base_url: str, request: SearchRequest) -> str:
    """The page's URL for a search of the API."""
    changes = {"fields": PAGE_DEFAULTS.fields, "explain": PAGE_DEFAULTS.explain}
    query = query_string(request.model_copy(update=changes), PAGE_DEFAULTS)
    return f"{base_url}/?{query}" if query else f"{base_url}/"


def api_url(base_url: str, endpoint: str, request: SearchRequest) -> str:
    """The URL of a search in the API."""
    query = query_string(request)
    return f"{base_url}{API}/{endpoint}?{query}" if query else f"{base_url}{API}/{endpoint}"


def api_url_for_page(base_url: str, request: SearchRequest) -> str:
    """The API's URL for a search of the page."""
    return api_url(base_url, "search", request.model_copy(update={"explain": API_DEFAULTS.explain}))


def changed(request: SearchRequest, **changes: Any) -> SearchRequest:
    """The search with some parameters changed; its page is 1 unless `changes` has another."""
    return request.model_copy(update={"page": 1, **changes})


def with_value(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """The search with a value added to a list filter."""
    return changed(request, **{field: (*(each for each in getattr(request, field) if each != value), value)})


def without_value(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """The search with a value removed from a list filter."""
    return changed(request, **{field: tuple(each for each in getattr(request, field) if each != value)})


def without_filters(request: SearchRequest) -> SearchRequest:
    """The search without its filters; the text and the order stay."""
    empty: dict[str, Any] = dict.fromkeys(FILTERS, ())
    any_of = dict.fromkeys(FILTER_OPERATORS, "any")
    return changed(request, **empty, **any_of, from_=None, to=None, match="most")


def reachable_pages(total: int, per_page: int) -> int:
    """The number of pages that can be requested: those of `total` results that lie within `MAX_WINDOW`."""
    return min(-(-total // per_page), MAX_WINDOW // per_page) if per_page else 0


def parameter_text(value: object) -> str:
    """A parameter's value as text in a URL; times without an offset are UTC."""
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return _in_utc(value).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def _in_utc(moment: Moment) -> Moment:
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment
