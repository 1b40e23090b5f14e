"""Preflights of other sites' scripts, and OPTIONS in general."""

import pytest
from flask.testing import FlaskClient

EXPOSED = {"ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"}
ASKED = {"If-None-Match", "Content-Type", "X-Requested-With", "Authorization", "traceparent"}
API = [
    "/api/v1/search?q=robot", "/api/v1/search?page=0", "/api/v1/facets/topic", "/api/v1/articles/_news/x",
    "/api/v1/stats", "/api/v1/openapi.json", "/api/v1/nothing",
]  # fmt: skip


def listed(value: str) -> set[str]:
    return set(value.split(", "))


@pytest.mark.parametrize("path", API)
def test_preflight_allows_reading_with_the_usual_headers(client: FlaskClient, path: str) -> None:
    preflight = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    response = client.options(path, headers=preflight | {"Access-Control-Request-Headers": "if-none-match"})
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert listed(response.headers["Access-Control-Allow-Methods"]) >= {"GET", "HEAD"}
    assert listed(response.headers["Access-Control-Allow-Headers"]) >= ASKED
    assert int(response.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("path", API)
def test_every_response_of_the_api_can_be_read_by_other_sites(client: FlaskClient, path: str, method: str) -> None:
    headers = client.open(path, method=method).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert listed(headers["Access-Control-Expose-Headers"]) >= EXPOSED


def test_404_and_405_of_the_api_can_be_read_too(client: FlaskClient) -> None:
    for response in (client.get("/api/v1/nothing"), client.post("/api/v1/stats")):
        assert response.status_code in {404, 405}
        assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/", "/help", "/healthz", "/static/1/style.css", "/api/v1/stats"])
def test_options_names_the_allowed_methods(client: FlaskClient, path: str) -> None:
    response = client.options(path)
    assert (response.status_code, response.data) == (204, b"")
    assert listed(response.headers["Allow"]) == {"GET", "HEAD", "OPTIONS"}
    assert "Content-Type" not in response.headers


def test_pages_cannot_be_read_by_other_sites(client: FlaskClient) -> None:
    for response in (client.options("/"), client.get("/"), client.options("/nowhere")):
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_options_of_an_unknown_page_is_404(client: FlaskClient) -> None:
    assert client.options("/nowhere").status_code == 404


def test_openapi_describes_no_options(client: FlaskClient) -> None:
    paths = (client.get("/api/v1/openapi.json").json or {})["paths"]
    assert paths
    assert not [path for path, operations in paths.items() if "options" in operations]
