"""URLs of searches: defaults left out, parameters and values in one stable order, so that a search has one address.

The page and the API have one each, as their defaults differ.
"""

from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from search import FILTER_OPERATORS, FILTERS, MAX_WINDOW, SearchRequest
from web.parameters import LISTS, PAGE, PLAIN

API = "/api/v1"

Moment = TypeVar("Moment", bound=date | datetime | None)


def canonical(request: SearchRequest) -> SearchRequest:
    """The one way of asking for this search: values sorted and once each, times with an offset, no explicit default."""
    changes: dict[str, Any] = {name: tuple(sorted(set(getattr(request, name)))) for name in FILTERS}
    changes |= {name: _in_utc(getattr(request, name)) for name in ("from_", "to")}
    if request.sort == request.model_copy(update={"sort": None}).order:
        changes["sort"] = None
    return request.model_copy(update=changes)


def pairs(request: SearchRequest, defaults: SearchRequest = PLAIN) -> list[tuple[str, str]]:
    """The parameters of a search that are not as in `defaults`, one pair a value, in their stable order."""
    asked = canonical(request)
    found: list[tuple[str, str]] = []
    for name, field in SearchRequest.model_fields.items():
        value = getattr(asked, name)
        if value != getattr(defaults, name):
            found += [(field.alias or name, each) for each in (value if name in LISTS else (written(value),))]
    return found


def query_string(request: SearchRequest, defaults: SearchRequest = PLAIN) -> str:
    """The parameters of a search, percent-encoded, without the question mark; empty where all are defaults."""
    return urlencode(pairs(request, defaults), quote_via=quote, safe=",:")


def page(request: SearchRequest) -> str:
    """The address of a search on the page, relative to that."""
    query = query_string(request, PAGE)
    return f"?{query}" if query else "./"


def page_of(base: str, request: SearchRequest) -> str:
    """The address on the page of what the API was asked; `base` is what stands before the path."""
    query = query_string(request.model_copy(update={"fields": PAGE.fields, "explain": PAGE.explain}), PAGE)
    return f"{base}/?{query}" if query else f"{base}/"


def api(base: str, endpoint: str, request: SearchRequest) -> str:
    """The address of a search in the API; `base` is what stands before the path."""
    query = query_string(request)
    return f"{base}{API}/{endpoint}?{query}" if query else f"{base}{API}/{endpoint}"


def api_of(base: str, request: SearchRequest) -> str:
    """The address in the API of what the page was asked."""
    return api(base, "search", request.model_copy(update={"explain": PLAIN.explain}))


def changed(request: SearchRequest, **changes: Any) -> SearchRequest:
    """The search with other parameters, from its first page on."""
    return request.model_copy(update={"page": 1, **changes})


def with_value(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """The search with one more value of a list filter."""
    return changed(request, **{field: (*(each for each in getattr(request, field) if each != value), value)})


def without_value(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """The search with one value of a list filter fewer."""
    return changed(request, **{field: tuple(each for each in getattr(request, field) if each != value)})


def without_filters(request: SearchRequest) -> SearchRequest:
    """The search for the same text, in the same order, over everything."""
    empty: dict[str, Any] = dict.fromkeys(FILTERS, ())
    any_of = dict.fromkeys(FILTER_OPERATORS, "any")
    return changed(request, **empty, **any_of, from_=None, to=None, match="most")


def reachable_pages(total: int, per_page: int) -> int:
    """How many pages of a search can be asked for: all, or those within the window."""
    return min(-(-total // per_page), MAX_WINDOW // per_page) if per_page else 0


def written(value: object) -> str:
    """A parameter's value as text; times that say no offset are UTC."""
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
