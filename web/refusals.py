"""Refuses requests before Flask or the cache of responses sees them, with the error responses that Flask makes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask, request
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ERROR: Final = "article_search.refusal"


class Refusals:
    """Responds with an error to a request that middleware refuses; made before there is any middleware."""

    def __init__(self, app: Flask) -> None:
        self._flask = app.wsgi_app
        app.before_request(_raise)

    def respond(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", error: HTTPException
    ) -> Iterable[bytes]:
        """The response to this request as if its view had raised the error."""
        environ[_ERROR] = error
        return self._flask(environ, start_response)


def _raise() -> None:
    if error := request.environ.get(_ERROR):
        raise error
