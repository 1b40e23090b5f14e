"""Compressed responses: for clients that accept them, with the headers of the others."""

import gzip

import pytest
from flask.testing import FlaskClient

from web.compression import accepts_gzip

PAGES = ["/?q=robot", "/", "/help", "/facets/topic", "/nowhere", "/?page=0", "/api/v1/search", "/opensearch.xml"]


@pytest.mark.parametrize("path", PAGES)
def test_compressed_response_is_the_plain_one(client: FlaskClient, path: str) -> None:
    plain, compressed = (client.get(path, headers={"Accept-Encoding": coding}) for coding in ("", "br, gzip"))
    if len(plain.data) >= 1000:
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert len(compressed.data) < len(plain.data) * 0.6
        body = gzip.decompress(compressed.data)
    else:
        assert "Content-Encoding" not in compressed.headers
        body = compressed.data
    if not path.startswith("/api/"):  # a search says how long it took
        assert body == plain.data
    assert "Content-Encoding" not in plain.headers
    for response in (plain, compressed):
        assert "Accept-Encoding" in response.vary
        assert int(response.headers["Content-Length"]) == len(response.data)
    assert plain.headers.get("ETag") == compressed.headers.get("ETag")


def test_page_is_compressed_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"Accept-Encoding": "gzip"}
    first = client.get("/?q=robot&per_page=7", headers=headers)
    monkeypatch.setattr("web.response_cache.gzipped", lambda _: pytest.fail("The page was compressed again"))
    assert client.get("/?q=robot&per_page=7", headers=headers).data == first.data


@pytest.mark.parametrize("path", ["/?q=robot", "/api/v1/search?q=robot", "/facets/topic"])
def test_client_that_has_the_response_gets_304_in_any_encoding(client: FlaskClient, path: str) -> None:
    etag = client.get(path, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    for coding in ("gzip", ""):
        response = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": etag})
        assert (response.status_code, response.data) == (304, b"")
        assert "Content-Encoding" not in response.headers
        assert "Accept-Encoding" in response.vary


def test_head_has_the_length_of_get(client: FlaskClient) -> None:
    for path in ("/?q=robot", "/help"):
        get, head = (
            client.open(path, method=method, headers={"Accept-Encoding": "gzip"}) for method in ("GET", "HEAD")
        )
        assert (head.data, head.headers["Content-Length"]) == (b"", get.headers["Content-Length"])


def test_static_files_are_compressed_and_revalidated(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "gzip"}
    response = client.get("/static/1/style.css", headers=headers, buffered=True)
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data).startswith(b"/* Tokens")
    known = {**headers, "If-None-Match": response.headers["ETag"]}
    again = client.get("/static/1/style.css", headers=known, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("header", "accepted"),
    [("gzip", True), ("br;q=1, gzip;q=0.5", True), ("*", True), ("", False), ("br", False), ("gzip;q=0", False)],
)
def test_accept_encoding(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) == accepted
