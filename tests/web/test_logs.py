"""Logs: one line of JSON for each event, whatever clients send."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from search import SearchResults, Settings
from search.logs import JsonLines
from tests.fake_engine import FakeEngine
from web import create_app

TRACE = "0af7651916cd43dd8448eb211c80319c"
HOSTILE = "\r\n\x00\x1b[31m\x7f\x85\u2028\u202e\"}\n{'level': \"é人🤖"


class Log(io.StringIO):
    @property
    def events(self) -> list[dict[str, Any]]:
        """The events; each line must be one."""
        return [json.loads(line) for line in self.getvalue().split("\n")[:-1]]


@pytest.fixture
def log() -> Iterator[Log]:
    """What a server process would write to standard error."""
    stream = Log()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    logging.getLogger("article_search.requests").setLevel(logging.NOTSET)


@pytest.fixture
def logged(log: Log) -> FlaskClient:
    """A client of an application that logs each request."""
    return create_app(Settings(log_requests=True), engine=FakeEngine()).test_client()


def test_each_request_is_an_event_with_its_id(logged: FlaskClient, log: Log) -> None:
    logged.get("/api/v1/search?q=robot", headers={"X-Request-ID": "job-7"})
    logged.get("/api/v1/search?q=robot", headers={"X-Request-ID": "job-8"})
    first, second = log.events
    assert {name: first[name] for name in ("level", "request_id", "method", "url", "route", "status", "cached")} == {
        "level": "info", "request_id": "job-7", "method": "GET", "url": "/api/v1/search?q=robot",
        "route": "/api/v1/search", "status": 200, "cached": False,
    }  # fmt: skip
    assert (second["request_id"], second["cached"]) == ("job-8", True)
    assert first["ms"] > 0
    assert first["time"].endswith("Z")


@pytest.mark.parametrize(
    ("traceparent", "trace"),
    [
        (f"00-{TRACE}-b7ad6b7169203331-01", TRACE),
        (f"00-{TRACE.upper()}-b7ad6b7169203331-01", None),
        ("x\x1b[31m", None),
        ("", None),
    ],
)
def test_trace_id_is_logged_if_it_is_one(logged: FlaskClient, log: Log, traceparent: str, trace: str | None) -> None:
    logged.get("/healthz", headers={"traceparent": traceparent})
    assert log.events[0].get("trace_id") == trace


def test_nothing_is_logged_by_default(log: Log) -> None:
    create_app(Settings(), engine=FakeEngine()).test_client().get("/api/v1/search?q=robot")
    assert log.events == []


def test_what_clients_send_stays_within_one_line_of_ascii(logged: FlaskClient, log: Log) -> None:
    logged.get(f"/{HOSTILE}", query_string={"q": HOSTILE}, headers={"X-Request-ID": "a b"})
    text = log.getvalue()
    assert text.count("\n") == 1
    assert all(" " <= character < "\x7f" for character in text[:-1])
    assert log.events[0]["route"] == "other"


def test_long_address_is_cut(logged: FlaskClient, log: Log) -> None:
    logged.get(f"/nowhere/{'x' * 20_000}?{'y' * 20_000}")
    assert len(log.getvalue()) < 2000


def test_error_is_logged_with_its_traceback_and_the_id(
    logged: FlaskClient, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> SearchResults:
        raise RuntimeError(HOSTILE * 5000)

    monkeypatch.setattr(FakeEngine, "search", fail)
    logged.get("/api/v1/search", headers={"X-Request-ID": "job-7"})
    error, request = log.events
    assert (error["level"], error["request_id"], request["status"]) == ("error", "job-7", 500)
    assert len(error["traceback"]) == 8000
    assert all(" " <= character < "\x7f" for character in log.getvalue().replace("\n", ""))


def test_long_message_is_cut(log: Log) -> None:
    logging.getLogger("search.any").warning("%s", "x" * 10_000)
    assert len(log.events[0]["message"]) == 2001
