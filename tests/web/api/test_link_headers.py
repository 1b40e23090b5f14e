"""The Link headers of the API: its description, and the next and previous page."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search import Settings
from web import create_app


def links(client: FlaskClient, path: str, prefix: str = "") -> dict[str, str]:
    """The URLs of the only Link header by relation."""
    headers = client.get(path, headers={"X-Forwarded-Prefix": prefix}).headers.getlist("Link")
    assert len(headers) <= 1  # the real server sends only the last of several
    return {relation: url for url, relation in re.findall(r'<([^>]+)>; rel="([^"]+)"', ", ".join(headers))}


@pytest.mark.parametrize(
    "path", ["/api/v1/search", "/api/v1/search?page=0", "/api/v1/stats", "/api/v1/nothing", "/api/v1/", "/api/v1/docs"]
)
def test_every_answer_links_to_the_description(client: FlaskClient, path: str) -> None:
    found = links(client, path)
    assert (found["service-desc"], found["service-doc"]) == ("/api/v1/openapi.json", "/api/v1/docs")
    assert {client.get(found[relation]).status_code for relation in ("service-desc", "service-doc")} == {200}


@pytest.mark.parametrize("path", ["/", "/help", "/healthz"])
def test_pages_do_not(client: FlaskClient, path: str) -> None:
    assert links(client, path) == {}


@pytest.mark.parametrize(
    ("settings", "prefix", "expected"),
    [
        ({}, "/ignored", ""),
        ({"trusted_proxies": 1}, "/ignored", ""),
        ({"public_url": "https://news.example"}, "", "https://news.example"),
    ],
)
def test_description_is_where_the_service_is(
    tmp_path: Path, settings: dict[str, object], prefix: str, expected: str
) -> None:
    site = create_app(Settings(index_dir=tmp_path, **settings)).test_client()  # type: ignore[arg-type]
    assert links(site, "/api/v1/stats", prefix)["service-doc"] == f"{expected}/api/v1/docs"


@pytest.mark.parametrize(
    ("query", "relations"),
    [
        ("q=robot&per_page=5", {"next"}),
        ("q=robot&per_page=5&page=2", {"next", "prev"}),
        ("q=robot&per_page=100", set()),
        ("q=robot&per_page=0", set()),
        ("q=robot&per_page=5&page=99", {"prev"}),
    ],
)
def test_pages_of_a_search_are_linked(client: FlaskClient, query: str, relations: set[str]) -> None:
    """By the cached answer too."""
    path = f"/api/v1/search?{query}"
    for _ in range(2):
        found, body = links(client, path), client.get(path).get_json()
        assert {relation for relation in ("next", "prev") if relation in found} == relations
        assert {found[relation] for relation in relations} == {body["links"][relation] for relation in relations}


@pytest.mark.parametrize(
    ("path", "relations"),
    [
        ("facets/topic?facet_size=3", {"next"}),
        ("facets/topic?facet_size=3&page=2", {"next", "prev"}),
        ("facets/topic?facet_size=1000", set()),
    ],
)
def test_pages_of_values_are_linked(client: FlaskClient, path: str, relations: set[str]) -> None:
    found, body = links(client, f"/api/v1/{path}"), client.get(f"/api/v1/{path}").get_json()
    assert {relation for relation in ("next", "prev") if relation in found} == relations
    assert {found[relation] for relation in relations} == {body["links"][relation] for relation in relations}
