"""Bulk requests: every rejection is an error that says what to do, an overloaded cluster gets pauses."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opensearchpy import TransportError

from search.errors import ArticleSearchError, BuildFailed
from search.opensearch import bulk
from search.opensearch.bulk import patiently, send
from search.opensearch.connection import Address, ClusterUnavailable, connect

Answer = Callable[[str, str], tuple[int, dict[str, Any]]]
"""The status and the rest of the answer to an action on a document, by its kind and id."""


@contextmanager
def node(answer: Answer, status: int = 200) -> Iterator[tuple[str, list[list[str]]]]:
    """A node: its URL, and the ids in each bulk request."""
    requests: list[list[str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            lines = self.rfile.read(int(self.headers["Content-Length"])).decode().splitlines()
            actions = [next(iter(json.loads(line).items())) for line in lines if '"_index"' in line]
            requests.append([action["_id"] for _, action in actions])
            items = [(kind, action["_id"], *answer(kind, action["_id"])) for kind, action in actions]
            answers = [{kind: {"_id": id, "status": code, **rest}} for kind, id, code, rest in items]
            body = json.dumps({"errors": any(code >= 300 for _, _, code, _ in items), "items": answers}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", requests
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "FIRST_PAUSE", 0)


def indexed(id: str) -> dict[str, Any]:
    return {"_index": "i", "_id": id, "_source": {"id": id}}


def deleted(id: str) -> dict[str, Any]:
    return {"_op_type": "delete", "_index": "i", "_id": id}


def refused(type: str, reason: str = "why", code: int = 400) -> tuple[int, dict[str, Any]]:
    return code, {"error": {"type": type, "reason": reason}}


def test_every_item_is_sent_once() -> None:
    ids = [str(number) for number in range(1000)]
    with node(lambda _kind, _id: (200, {})) as (url, requests):
        assert send(connect(Address((url,))), ids, indexed) == 1000
    assert sorted(id for request in requests for id in request) == sorted(ids)


def test_nothing_is_sent_without_items() -> None:
    assert send(connect(Address(("http://127.0.0.1:9",))), [], indexed) == 0


def test_requests_have_a_limited_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK_BYTES", 500)
    with node(lambda _kind, _id: (200, {})) as (url, requests):
        send(connect(Address((url,))), [str(number) for number in range(100)], indexed)
    assert max(map(len, requests)) < 12


def test_documents_that_an_overloaded_cluster_refuses_are_sent_again() -> None:
    refusals = {"a": 2, "b": 1, "c": 0}

    def answer(_kind: str, id: str) -> tuple[int, dict[str, Any]]:
        refusals[id] -= 1
        return (200, {}) if refusals[id] < 0 else refused("rejected_execution_exception", code=429)

    with node(answer) as (url, requests):
        send(connect(Address((url,))), ["a", "b", "c"], indexed)
    assert sorted(id for request in requests for id in request) == ["a", "a", "a", "b", "b", "c"]


def test_deleting_what_is_gone_is_no_error() -> None:
    with node(lambda _kind, _id: (404, {"result": "not_found"})) as (url, _):
        send(connect(Address((url,))), ["a"], deleted)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (refused("mapper_parsing_exception"), "rejects article a: mapper_parsing_exception: why"),
        (refused("rejected_execution_exception", code=429), "stays overloaded"),
        (refused("cluster_block_exception", "index read-only-allow-delete block", code=429), "Free space or add nodes"),
        (refused("unavailable_shards_exception", code=503), "Check its nodes"),
    ],
    ids=["rejected", "overloaded", "full disk", "no shard"],
)
def test_error_says_what_to_do(answer: tuple[int, dict[str, Any]], message: str) -> None:
    with node(lambda _kind, _id: answer) as (url, _), pytest.raises(BuildFailed, match=message):
        send(connect(Address((url,))), ["a"], indexed)


@pytest.mark.parametrize(("status", "kind"), [(401, ClusterUnavailable), (429, ClusterUnavailable)])
def test_refused_request_is_an_error(status: int, kind: type[ArticleSearchError]) -> None:
    with node(lambda _kind, _id: (200, {}), status) as (url, _), pytest.raises(kind):
        send(connect(Address((url,))), ["a"], indexed)


def test_other_requests_wait_for_an_overloaded_cluster_too() -> None:
    asked = []

    def ask(until: int) -> str:
        asked.append(until)
        if len(asked) < until:
            raise TransportError(429, "circuit_breaking_exception", {})
        return "answer"

    assert patiently(ask, 4) == "answer"
    with pytest.raises(ClusterUnavailable, match="overloaded"):
        patiently(ask, 100)


def test_first_error_stops_the_other_threads() -> None:
    with node(lambda _kind, _id: refused("mapper_parsing_exception")) as (url, requests), pytest.raises(BuildFailed):
        send(connect(Address((url,))), [str(number) for number in range(20_000)], indexed)
    assert sum(map(len, requests)) < 20_000
