"""Limits how many requests a client address may send, if the settings say so."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from search import Rate, Settings
from web.rate_counter import RateCounter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NOT_LIMITED: Final = ("/healthz", "/readyz", "/static/")
"""The beginnings of the paths that are not counted: probes, and the files of pages, which are cached."""

_DETAIL: Final = "article_search.too_many_requests"


def init_app(app: Flask, settings: Settings, refuse: "WSGIApplication") -> None:
    """Limit the requests to the application; `refuse` makes the error response, without cached responses."""
    if settings.rate_limit is None:
        return
    counter = RateCounter(settings.rate_limit, settings.rate_limit_file)
    app.wsgi_app = RateLimitMiddleware(app.wsgi_app, refuse, counter)  # type: ignore[method-assign]
    app.before_request(_refuse)


class RateLimitMiddleware:
    """Counts requests and adds `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).

    Preflights are not counted, because browsers add them."""

    def __init__(self, app: "WSGIApplication", refuse: "WSGIApplication", counter: RateCounter) -> None:
        self._app = app
        self._refuse = refuse
        self._counter = counter
        self._rate: Rate = counter.rate
        self._policy = ("RateLimit-Policy", f'"default";q={self._rate.requests};w={self._rate.seconds}')

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "OPTIONS" or environ.get("PATH_INFO", "").startswith(NOT_LIMITED):
            return self._app(environ, start_response)
        remaining, reset = self._counter.count(environ.get("REMOTE_ADDR") or "")
        seconds = max(1, math.ceil(reset))
        added = [self._policy, ("RateLimit", f'"default";r={max(remaining, 0)};t={seconds}')]
        app = self._app
        if remaining < 0:
            rate, app = self._rate, self._refuse
            limit = f"{rate.requests:,} requests in {rate.seconds:,} s"
            environ[_DETAIL] = f"The limit is {limit}. Try again in {seconds:,} s."
            added.append(("Retry-After", str(seconds)))

        def start(status, headers, exc_info=None):  # type: ignore[no-untyped-def]
            return start_response(status, [*headers, *added], exc_info)

        return app(environ, start)


def _refuse() -> None:
    if _DETAIL in request.environ:
        raise TooManyRequests(request.environ[_DETAIL])
