"""One handler for everything that goes wrong: application/problem+json (RFC 9457) for programs, a page for readers."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from flask import Flask, Response, current_app, render_template, request
from msgspec import UNSET, UnsetType
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from search import IndexMissing, Mistake, RequestInvalid, SnapshotError

PROBLEM = "application/problem+json"
RETRY_SECONDS = "30"


class ParameterError(msgspec.Struct):
    """One thing wrong with one parameter."""

    parameter: str
    detail: str


class Problem(msgspec.Struct):
    """What went wrong; `errors` lists every mistake in the parameters where that was it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ParameterError] | UnsetType = UNSET


def init_app(app: Flask) -> None:
    """Let the application answer errors so."""
    app.register_error_handler(Exception, handle)


def handle(error: Exception) -> Response:
    """The answer to a request that failed.  What failed inside is logged, never told."""
    if isinstance(error, RequestInvalid):
        return respond(HTTPStatus.UNPROCESSABLE_ENTITY, "The request has mistakes in its parameters.", error.mistakes)
    if isinstance(error, SnapshotError):
        return _unavailable(error)
    if isinstance(error, HTTPException) and error.code is not None and error.code >= HTTPStatus.BAD_REQUEST:
        return _refused(error.code, error)
    current_app.logger.error("%s %r failed", request.method, request.path, exc_info=error)
    return respond(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. The failure has been recorded.")


def respond(status: int, detail: str, mistakes: Sequence[Mistake] = ()) -> Response:
    """An error as a page or as a problem: the API's are always problems, elsewhere the Accept header decides."""
    title = HTTP_STATUS_CODES[status]
    if wants_problem():
        errors = [ParameterError(*mistake) for mistake in mistakes] or UNSET
        problem = Problem("about:blank", title, status, detail, errors)
        response = Response(msgspec.json.encode(problem), status, mimetype=PROBLEM)
    else:
        page = render_template("error.html", title=title, status=status, detail=detail, mistakes=mistakes)
        response = Response(page, status)
    response.headers["Cache-Control"] = "no-store"
    if not request.path.startswith("/api/"):
        response.headers["Vary"] = "Accept"
    return response


def wants_problem() -> bool:
    """Whether the caller is a program: one of the API, or one that would rather have JSON than a page."""
    if request.path.startswith("/api/"):
        return True
    offered = ["text/html", PROBLEM, "application/json"]
    return request.accept_mimetypes.best_match(offered, default="text/html") != "text/html"


def _unavailable(error: SnapshotError) -> Response:
    if isinstance(error, IndexMissing):
        detail = "Nothing has been indexed yet. Try again when the first index is built."
    else:
        current_app.logger.error("The index cannot be used: %s", error)
        detail = "The index cannot be used at the moment. Try again shortly."
    response = respond(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _refused(status: int, error: HTTPException) -> Response:
    details = {
        HTTPStatus.BAD_REQUEST: "This address is not one the service answers to, or the request is malformed.",
        HTTPStatus.NOT_FOUND: "There is nothing at this address.",
        HTTPStatus.METHOD_NOT_ALLOWED: "Only GET and HEAD are answered here.",
    }
    response = respond(status, details.get(HTTPStatus(status), error.description or ""))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response
