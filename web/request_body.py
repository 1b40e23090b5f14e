"""Reads the body of a request before its turn, so that a slow client delays nobody else."""

from collections.abc import Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final

from flask import Flask
from werkzeug.exceptions import ServiceUnavailable

from web.api.multi_search import MAX_BODY_BYTES
from web.refusals import Refusals

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_READ: Final = 16
"""Bodies that a process reads at a time.  Each holds a thread until the server ends a connection that is too slow."""


def init_app(app: Flask, refusals: Refusals) -> None:
    """Read the bodies of requests to the application."""
    app.wsgi_app = BodyMiddleware(app.wsgi_app, refusals)  # type: ignore[method-assign]


class BodyMiddleware:
    """Gives the application requests with complete bodies.  The rest of a body that is too large is left unread."""

    def __init__(self, app: "WSGIApplication", refusals: Refusals) -> None:
        self._app = app
        self._refusals = refusals
        self._free = BoundedSemaphore(MAX_READ)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            try:
                self._complete(environ)
            except ServiceUnavailable as error:
                return self._refusals.respond(environ, start_response, error)
        return self._app(environ, start_response)

    def _complete(self, environ: "WSGIEnvironment") -> None:
        length: str = environ.get("CONTENT_LENGTH", "")
        size = min(int(length), MAX_BODY_BYTES + 1) if length.isdecimal() else MAX_BODY_BYTES + 1
        if not self._free.acquire(blocking=False):
            raise ServiceUnavailable("The service receives too many bodies of requests. Try again later.")
        try:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(size))
        finally:
            self._free.release()
