"""Makes one response at a time, and refuses requests that would wait too long for their turn."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from http import HTTPStatus
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

import msgspec
from flask import Flask
from werkzeug.exceptions import ServiceUnavailable

from search import MAX_WAITING, TOO_MANY_CONNECTIONS
from web.error_page import render_error_page
from web.errors import PROBLEM, Problem, prefers_problem
from web.health import PROBES
from web.service import Call, Service, service_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_WAIT: Final = 1.0
"""Seconds that a request may wait for its turn."""

RETRY_SECONDS: Final = "5"
BUSY: Final = f"The service has too many requests. Try again in {RETRY_SECONDS} s."
CONNECTIONS: Final = f"There are too many connections. Close some, and try again in {RETRY_SECONDS} s."

_NEW_SHARE: Final = 0.05  # of the newest response in the mean time of one


def init_app(app: Flask) -> None:
    """Let the application make one response at a time."""
    app.wsgi_app = OverloadMiddleware(app.wsgi_app, service_of(app))  # type: ignore[method-assign]


class OverloadMiddleware:
    """Makes one response at a time; bodies are streamed in parallel.  Answers 503 to what would wait too long.

    A search holds the GIL: a second search in parallel makes both slower.  Probes do not wait."""

    def __init__(self, app: "WSGIApplication", service: Service, turns: "Turns | None" = None) -> None:
        self._app = app
        self._turns = turns or Turns()
        self._page = lru_cache(8)(partial(_page, service))

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] in PROBES:
            return self._app(environ, start_response)
        if TOO_MANY_CONNECTIONS in environ:
            return self._refuse(environ, start_response, CONNECTIONS)
        with self._turns.turn() as has_turn:
            if has_turn:
                return self._app(environ, start_response)
        return self._refuse(environ, start_response, BUSY)

    def _refuse(self, environ: "WSGIEnvironment", start_response: "StartResponse", detail: str) -> Iterable[bytes]:
        """A response that takes a hundredth of the time of a search."""
        if prefers_problem(environ["PATH_INFO"], environ.get("HTTP_ACCEPT", "")):
            mimetype, body = PROBLEM, _problem(detail)
        else:
            mimetype, body = "text/html; charset=utf-8", self._page(environ.get("SCRIPT_NAME", ""))
        headers = [
            ("Content-Type", mimetype), ("Content-Length", str(len(body))), ("Retry-After", RETRY_SECONDS),
            ("Cache-Control", "no-store"), ("Vary", "Accept"),
        ]  # fmt: skip
        start_response("503 SERVICE UNAVAILABLE", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


@lru_cache(8)
def _problem(detail: str) -> bytes:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return msgspec.json.encode(Problem("about:blank", status.phrase, status, detail))


def _page(service: Service, mount: str) -> bytes:
    call = Call(service, mount, "/", b"")
    return render_error_page(call, HTTPStatus.SERVICE_UNAVAILABLE, ServiceUnavailable(), ()).encode()


class Turns:
    """A queue in which each waits for the one before, first come first served.  Thread-safe.

    Nobody gets into it who would wait for more than `max_wait` seconds, by the mean time of a turn, or behind
    `max_waiting` others."""

    def __init__(
        self, max_wait: float = MAX_WAIT, max_waiting: int = MAX_WAITING, clock: Callable[[], float] = monotonic
    ) -> None:
        self._max_wait = max_wait
        self._max_waiting = max_waiting
        self._clock = clock
        self._changing = Lock()
        self._is_taken = False
        self._waiting: deque[Lock] = deque()
        self._mean_seconds = 0.0

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Wait for a turn and hold it; false, without waiting, if it would be too long, or later if it was."""
        if not self._take():
            yield False
            return
        started = self._clock()
        try:
            yield True
        finally:
            self._mean_seconds += _NEW_SHARE * (self._clock() - started - self._mean_seconds)
            self._pass_on()

    def _take(self) -> bool:
        with self._changing:
            if not self._is_taken:
                self._is_taken = True
                return True
            waiting = len(self._waiting)
            if waiting >= self._max_waiting or waiting * self._mean_seconds > self._max_wait:
                return False
            own = Lock()
            own.acquire()
            self._waiting.append(own)
        if own.acquire(timeout=self._max_wait):
            return True
        with self._changing:
            if own in self._waiting:
                self._waiting.remove(own)
                return False
        return True  # the turn came in the meantime

    def _pass_on(self) -> None:
        with self._changing:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
