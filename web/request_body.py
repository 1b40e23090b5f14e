"""Reads the body of a request before its turn, so that a slow client delays nobody else."""

from collections.abc import Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final

from flask import Flask, request
from werkzeug.exceptions import ServiceUnavailable

from web.api.multi_search import MAX_BODY_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_READ: Final = 16
"""Bodies that a process reads at a time.  Each holds a thread until the server ends a connection that is too slow."""

_REFUSED: Final = "article_search.refused_body"


def init_app(app: Flask, refuse: "WSGIApplication") -> None:
    """Read the bodies of requests to the application; `refuse` makes the error response."""
    app.wsgi_app = BodyMiddleware(app.wsgi_app, refuse)  # type: ignore[method-assign]
    app.before_request(_refuse)


class BodyMiddleware:
    """Gives the application requests with complete bodies.  The rest of a body that is too large is left unread."""

    def __init__(self, app: "WSGIApplication", refuse: "WSGIApplication") -> None:
        self._app = app
        self._refuse = refuse
        self._free = BoundedSemaphore(MAX_READ)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            try:
                self._complete(environ)
            except ServiceUnavailable as error:
                environ[_REFUSED] = error
                return self._refuse(environ, start_response)
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


def _refuse() -> None:
    if error := request.environ.get(_REFUSED):
        raise error
