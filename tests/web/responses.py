"""Reads the API's responses for tests."""

from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient

from search import FILTERS, SearchRequest

SEARCH = "/api/v1/search"


def search(client: FlaskClient, query: str) -> Any:
    response = client.get(f"{SEARCH}?{query}")
    assert response.status_code == 200, response.text
    return response.json


def canonical(request: SearchRequest) -> SearchRequest:
    """The request with values sorted and unique, times with an offset, no explicit default sort."""
    changes: dict[str, Any] = {name: tuple(sorted(set(getattr(request, name)))) for name in FILTERS}
    for name in ("from_", "to"):
        moment = getattr(request, name)
        if isinstance(moment, datetime) and moment.tzinfo is None:
            changes[name] = moment.replace(tzinfo=UTC)
    if request.sort == ("relevance" if request.q else "newest"):
        changes["sort"] = None
    return request.model_copy(update=changes)


def ids(response: Any) -> list[str]:
    return [result["id"] for result in response["results"]]


def facet(response: Any, field: str) -> dict[str, int]:
    return {v["value"]: v["count"] for f in response["facets"] if f["field"] == field for v in f["values"]}
