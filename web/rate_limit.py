"""Limits how many requests a client address may send, if the settings say so."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from search import Rate, Settings
from web.rate_counter import RateCounter
from web.refusals import Refusals

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NOT_LIMITED: Final = ("/healthz", "/readyz", "/static/")
"""The beginnings of the paths that are not counted: probes, and the files of pages, which are cached."""

_CLIENT: Final = "article_search.rate_limited_client"


def init_app(app: Flask, settings: Settings, refusals: Refusals) -> None:
    """Limit the requests to the application."""
    if settings.rate_limit is None:
        return
    counter = RateCounter(settings.rate_limit, settings.rate_limit_file)
    app.wsgi_app = RateLimitMiddleware(app.wsgi_app, refusals, counter)  # type: ignore[method-assign]


def count_searches(searches: int) -> None:
    """Count each search of the current request, which is counted once already.  Raises `TooManyRequests`."""
    client: _Client | None = request.environ.get(_CLIENT)
    if client is not None and searches > 1:
        client.count(searches - 1)
        if client.is_refused:
            raise TooManyRequests(f"{client.detail} Each search counts as a request: this has {searches}.")


class _Client:
    """The client of a request: how many requests it has left, and the seconds until it has all of them again."""

    def __init__(self, counter: RateCounter, address: str) -> None:
        self._counter = counter
        self._address = address
        self._remaining = 0
        self.count(1)

    def count(self, requests: int) -> None:
        remaining, reset = self._counter.count(self._address, requests)
        self.is_refused = remaining < 0
        self._remaining = self._remaining if self.is_refused else remaining
        self._seconds = max(1, math.ceil(reset))

    @property
    def detail(self) -> str:
        """The limit, and when to try again."""
        rate: Rate = self._counter.rate
        return f"The limit is {rate.requests:,} requests in {rate.seconds:,} s. Try again in {self._seconds:,} s."

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers that say how many requests are left."""
        rate: Rate = self._counter.rate
        headers = [
            ("RateLimit-Policy", f'"default";q={rate.requests};w={rate.seconds}'),
            ("RateLimit", f'"default";r={self._remaining};t={self._seconds}'),
        ]
        return [*headers, ("Retry-After", str(self._seconds))] if self.is_refused else headers


class RateLimitMiddleware:
    """Counts requests and adds `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).

    Preflights are not counted, because browsers add them."""

    def __init__(self, app: "WSGIApplication", refusals: Refusals, counter: RateCounter) -> None:
        self._app = app
        self._refusals = refusals
        self._counter = counter

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "OPTIONS" or environ.get("PATH_INFO", "").startswith(NOT_LIMITED):
            return self._app(environ, start_response)
        client = environ[_CLIENT] = _Client(self._counter, environ.get("REMOTE_ADDR") or "")

        def start(status, headers, exc_info=None):  # type: ignore[no-untyped-def]
            return start_response(status, [*headers, *client.headers], exc_info)

        if client.is_refused:
            return self._refusals.respond(environ, start, TooManyRequests(client.detail))
        return self._app(environ, start)
