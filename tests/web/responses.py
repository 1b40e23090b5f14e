"""Reads the API's responses for tests."""

from typing import Any

from flask.testing import FlaskClient

SEARCH = "/api/v1/search"


def search(client: FlaskClient, query: str) -> Any:
    response = client.get(f"{SEARCH}?{query}")
    assert response.status_code == 200, response.text
    return response.json


def ids(response: Any) -> list[str]:
    return [result["id"] for result in response["results"]]


def facet(response: Any, field: str) -> dict[str, int]:
    return {v["value"]: v["count"] for f in response["facets"] if f["field"] == field for v in f["values"]}
