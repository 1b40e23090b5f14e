"""Requests with a foreign, malformed or missing host."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search import Settings
from web import create_app

FOREIGN = [
    "evil.example",
    "localhost.evil.example",
    "articles.example.evil",
    "192.0.2.1",
    "articles.example@evil.example",
]
MALFORMED = ["a b", "a<b", '"', "a/b", "a@b", "x:999999", "x:y", "a,b", "a.example,a.example", "[::1", "\tx"]


@pytest.fixture(scope="module")
def only_articles_example(sample_index: Path) -> FlaskClient:
    return create_app(Settings(index_dir=sample_index, trusted_hosts=("articles.example",))).test_client()


@pytest.mark.parametrize("path", ["/", "/api/v1/search?q=robot", "/static/1/style.css", "/nowhere"])
@pytest.mark.parametrize("host", FOREIGN)
def test_foreign_host_is_400_also_if_the_response_is_cached(
    only_articles_example: FlaskClient, path: str, host: str
) -> None:
    own = only_articles_example.get(path, headers={"Host": "articles.example"}, buffered=True)
    assert own.status_code == (404 if path == "/nowhere" else 200)
    assert only_articles_example.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["192.0.2.1", "192.0.2.1:8000", "[2001:db8::1]:8000", "evil.example"])
def test_fault_70_probes_may_name_any_host(only_articles_example: FlaskClient, path: str, host: str) -> None:
    assert only_articles_example.get(path, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/opensearch.xml", "/healthz"])
@pytest.mark.parametrize("host", MALFORMED)
def test_fault_70_malformed_host_is_400(client: FlaskClient, path: str, host: str) -> None:
    assert client.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "host", ["localhost", "a.example:8000", "127.0.0.1", "[::1]:80", "my_host", "xn--bcher-kva.example"]
)
def test_well_formed_host_is_accepted(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(("protocol", "status"), [("HTTP/1.1", 400), ("HTTP/1", 200), ("HTTP/1.0", 200)])
def test_host_may_be_missing_before_http_1_1(client: FlaskClient, protocol: str, status: int) -> None:
    missing = {"HTTP_HOST": "", "SERVER_PROTOCOL": protocol}
    assert client.get("/", environ_overrides=missing).status_code == status
