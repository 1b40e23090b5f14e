"""HTTP as clients of the real server see it.  A test has one connection, so the next response shows wrong framing."""

import gzip
import json
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.processes import free_port, running

PATHS = pytest.mark.parametrize("path", ["/?q=robot", "/api/v1/search?q=robot", "/api/v1/stats", "/feed.atom", "/help"])


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


@pytest.fixture(scope="module")
def port(sample_index: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "search", "serve", "--port", str(port), "--workers", "2", "--index-dir"]
    with running([*command, str(sample_index)], f"http://127.0.0.1:{port}/readyz", Path(__file__).parents[2]):
        yield port


@pytest.fixture
def connection(port: int) -> Iterator[HTTPConnection]:
    opened = HTTPConnection("127.0.0.1", port, timeout=10)
    yield opened
    opened.close()


def send(connection: HTTPConnection, method: str, path: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    response = connection.getresponse()
    return Answer(response.status, response.headers, response.read())


@PATHS
def test_head_has_the_headers_of_get(connection: HTTPConnection, path: str) -> None:
    for coding in ("identity", "gzip", "zstd"):
        get, head = (send(connection, method, path, Accept_Encoding=coding) for method in ("GET", "HEAD"))
        assert (head.status, head.body) == (200, b"")
        own = {"x-request-id", "date"}
        assert [pair for pair in head.headers.items() if pair[0] not in own] == [
            pair for pair in get.headers.items() if pair[0] not in own
        ]
        assert int(get.headers["Content-Length"]) == len(get.body)


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_head_of_a_stream_has_no_length(connection: HTTPConnection, coding: str) -> None:
    """The length of 0 that the server knows would be wrong."""
    get, head = (send(connection, method, "/api/v1/export", Accept_Encoding=coding) for method in ("GET", "HEAD"))
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", get.headers["ETag"])
    assert [get.headers["Content-Length"], head.headers["Content-Length"]] == [None, None]


@pytest.mark.parametrize("path", ["/?q=robot", "/api/v1/search?q=robot", "/api/v1/stats", "/feed.json"])
def test_known_response_is_not_sent_again(connection: HTTPConnection, path: str) -> None:
    """By any worker: a second connection may lead to another one, whose ETags are the same."""
    first = send(connection, "GET", path, Accept_Encoding="gzip")
    tag = first.headers["ETag"].removeprefix("W/").replace('"', "")
    for name, value in (
        ("If_None_Match", first.headers["ETag"]),
        ("If_None_Match", f'"{tag}-gzip"'),
        ("If_Modified_Since", first.headers["Last-Modified"]),
    ):
        again = send(connection, "GET", path, **{name: value})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


def test_etags_are_the_same_in_all_workers(port: int) -> None:
    tags = set()
    for _ in range(8):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        tags.add(send(connection, "GET", "/api/v1/search?q=robot").headers["ETag"])
        connection.close()
    assert len(tags) == 1


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/facets/topic", "/api/v1/nothing", "/feed.json"])
def test_preflight_then_request_of_a_script(connection: HTTPConnection, path: str) -> None:
    origin = {"Origin": "https://other.example"}
    preflight = send(
        connection, "OPTIONS", path, **origin, Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="if-none-match,x-requested-with",
    )  # fmt: skip
    assert (preflight.status, preflight.body) == (204, b"")
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"if-none-match", "x-requested-with"} <= set(allowed)
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    answer = send(connection, "GET", path, **origin, If_None_Match='"x"', X_Requested_With="fetch")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.status == (404 if path.endswith("nothing") else 200)


def test_error_can_be_read_and_found_in_the_log(connection: HTTPConnection) -> None:
    answer = send(connection, "GET", "/api/v1/search?page=0", X_Request_ID="job-7", Accept_Encoding="gzip")
    assert answer.status == 422
    body = gzip.decompress(answer.body) if answer.headers["Content-Encoding"] == "gzip" else answer.body
    assert json.loads(body)["errors"]
    assert answer.headers["X-Request-ID"] == "job-7"
    assert "X-Request-ID" in answer.headers["Access-Control-Expose-Headers"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_readyz_has_the_times_of_the_index(connection: HTTPConnection) -> None:
    lines = send(connection, "GET", "/readyz").body.decode().splitlines()
    assert [line.partition(":")[0] for line in lines] == ["ready", "built_at", "checked_at"]
