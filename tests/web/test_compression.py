"""Compressed responses: for clients that accept them, with the headers of the others."""

import gzip
import sys
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from web.compression import MIN_BYTES, best_coding

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGES = ["/?q=robot", "/", "/help", "/facets/topic", "/nowhere", "/?page=0", "/api/v1/search", "/opensearch.xml"]


DECODERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "zstd": zstd.decompress}


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize("path", PAGES)
def test_compressed_response_is_the_plain_one(client: FlaskClient, path: str, coding: str) -> None:
    plain, compressed = (client.get(path, headers={"Accept-Encoding": accepted}) for accepted in ("", f"br, {coding}"))
    if len(plain.data) >= MIN_BYTES:
        assert compressed.headers["Content-Encoding"] == coding
        assert len(compressed.data) < len(plain.data) * 0.6
        body = DECODERS[coding](compressed.data)
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


@pytest.mark.parametrize("coding", DECODERS)
def test_page_is_compressed_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, coding: str) -> None:
    headers = {"Accept-Encoding": coding}
    first = client.get("/?q=robot&per_page=7", headers=headers)
    monkeypatch.setattr("web.response_cache.compressed", lambda *_: pytest.fail("The page was compressed again"))
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
    ("header", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.5, gzip", "gzip"),
        ("br;q=1, gzip;q=0.5", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("br", "identity"),
        ("gzip;q=0, zstd;q=0", "identity"),
        ("gzip;q=0.5, identity", "identity"),
        ("gzip, identity", "gzip"),
        ("gzip;q=0.2, *;q=0.4", "identity"),
        ("*", "gzip"),
        ("*;q=0.1", "gzip"),
        ("gzip;q=0, *", "identity"),
        ("*;q=0", None),
        ("*;q=0, identity", "identity"),
        ("*;q=0, zstd", "zstd"),
        ("identity;q=0", None),
        ("br, identity;q=0", None),
        ("identity;q=0, *", "gzip"),
        ("identity;q=0, zstd;q=0.1", "zstd"),
    ],
)
def test_client_gets_the_coding_that_it_prefers(header: str, coding: str | None) -> None:
    assert best_coding(header) == coding


@pytest.mark.parametrize(("header", "coding"), [("gzip", "identity"), ("gzip, identity;q=0", "gzip"), ("*;q=0", None)])
def test_small_body_is_compressed_only_for_clients_that_forbid_identity(header: str, coding: str | None) -> None:
    assert best_coding(header, small=True) == coding


@pytest.mark.parametrize("path", ["/?q=robot", "/api/v1/search", "/api/v1/stats", "/healthz", "/static/1/style.css"])
def test_client_that_accepts_no_coding_gets_406(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept-Encoding": "br, identity;q=0"})
    assert response.status_code == 406
    assert "Content-Encoding" not in response.headers


def test_small_body_is_sent_compressed_if_identity_is_forbidden(client: FlaskClient) -> None:
    response = client.get("/api/v1/suggest?q=zzz", headers={"Accept-Encoding": "gzip, identity;q=0"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert b'"q":"zzz"' in gzip.decompress(response.data)
