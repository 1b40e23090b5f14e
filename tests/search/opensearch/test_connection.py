"""Every fault of a cluster becomes an error that says what is wrong and what to do, without secrets."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from search.errors import EngineUnavailable, IndexMissing
from search.opensearch.connection import Address, ClusterUnavailable, answered, check_version, connect


@contextmanager
def node(status: int = 200, **answer: Any) -> Iterator[tuple[str, list[str]]]:
    """A node that always answers so: its URL, and the `Authorization` of each request."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization", ""))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def reasoned(type: str, reason: str = "why") -> dict[str, Any]:
    return {"error": {"type": type, "reason": reason}}


FAULTS: dict[str, tuple[int, dict[str, Any], type[EngineUnavailable], str]] = {
    "wrong password": (401, {}, ClusterUnavailable, "ARTICLE_SEARCH_OPENSEARCH_USER"),
    "missing right": (403, reasoned("security_exception"), ClusterUnavailable, "Give the user that right"),
    "flood stage": (
        403, reasoned("cluster_block_exception", "index [a] blocked by: [FORBIDDEN/12/index read-only-allow-delete]"),
        ClusterUnavailable, "Free space or add nodes",
    ),
    "flood stage of version 3": (
        429, reasoned("cluster_block_exception", "index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded "
        "flood-stage watermark, index has read-only-allow-delete block]"),
        ClusterUnavailable, "Free space or add nodes",
    ),
    "missing alias": (404, reasoned("index_not_found_exception"), IndexMissing, "article-search index ARCHIVE"),
    "red index": (503, reasoned("search_phase_execution_exception"), ClusterUnavailable, "Start the missing nodes"),
    "overload": (429, reasoned("rejected_execution_exception"), ClusterUnavailable, "Try again"),
    "unknown fault": (400, reasoned("illegal_argument_exception", "no field x"), ClusterUnavailable, "no field x"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_of_the_cluster_says_what_to_do(fault: str) -> None:
    status, answer, kind, advice = FAULTS[fault]
    with node(status, **answer) as (url, _), pytest.raises(kind, match=advice) as raised:
        answered(connect(Address((url,), "reader", "s3cret")).search, index="a")
    assert "s3cret" not in str(raised.value)


def test_dead_node_is_named_as_the_fault() -> None:
    with pytest.raises(ClusterUnavailable, match="ARTICLE_SEARCH_OPENSEARCH_URL"):
        answered(connect(Address(("http://127.0.0.1:9",))).info)


def test_request_goes_to_another_node_if_one_is_dead() -> None:
    with node() as (url, asked):
        client = connect(Address(("http://127.0.0.1:9", url)))
        for _ in range(4):
            answered(client.info)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ({"number": "2.19.1", "distribution": "opensearch"}, None),
        ({"number": "3.3.2", "distribution": "opensearch"}, None),
        ({"number": "1.3.20", "distribution": "opensearch"}, "OpenSearch 1.3.20. Use version 2 or 3"),
        ({"number": "4.0.0", "distribution": "opensearch"}, "OpenSearch 4.0.0. Use version 2 or 3"),
        ({"number": "8.15.0", "build_flavor": "default"}, r"no OpenSearch \(version 8.15.0\)"),
        ({}, r"no OpenSearch \(version unknown\)"),
    ],
    ids=["2", "3", "1", "4", "Elasticsearch", "something else"],
)
def test_only_supported_versions_are_used(version: dict[str, str], message: str | None) -> None:
    with node(version=version) as (url, _):
        client = connect(Address((url,)))
        if message is None:
            check_version(client)
        else:
            with pytest.raises(ClusterUnavailable, match=message):
                check_version(client)


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ({}, ""),
        ({"user": "reader", "password": "s3cret"}, f"Basic {base64.b64encode(b'reader:s3cret').decode()}"),
        ({"api_key": "k3y"}, "ApiKey k3y"),
        ({"user": "reader", "password": "s3cret", "api_key": "k3y"}, "ApiKey k3y"),
    ],
    ids=["nobody", "user", "key", "key before user"],
)
def test_credentials_are_sent(address: dict[str, str], sent: str) -> None:
    with node() as (url, asked):
        answered(connect(Address((url,), **address)).info)  # type: ignore[arg-type]
    assert asked == [sent]


def test_address_shows_no_secrets() -> None:
    shown = repr(Address(("https://node.example:9200",), "reader", "s3cret", "k3y"))
    assert "node.example" in shown
    assert "s3cret" not in shown
    assert "k3y" not in shown
