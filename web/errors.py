"""Turns every exception into a response: problem+json (RFC 9457) for programs, an HTML page for readers."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

import msgspec
from flask import Flask, Response, current_app, request
from msgspec import UNSET, Meta, UnsetType
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.http import HTTP_STATUS_CODES

from search import ChangesGone, EngineUnavailable, Mistake, RequestInvalid, SnapshotGone
from web.error_page import render_error_page
from web.service import current_call

PROBLEM = "application/problem+json"
RETRY_SECONDS = "30"
DETAILS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "The request is malformed, or its host is not one of this service.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Only GET and HEAD are allowed.",
}


class ParameterError(msgspec.Struct):
    """One mistake in one parameter."""

    parameter: str
    detail: str


class Problem(msgspec.Struct):
    """An error. `errors` lists every mistake if parameters are invalid, `kept` the snapshots if one is gone."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ParameterError] | UnsetType = UNSET
    kept: Sequence[str] | UnsetType = UNSET
    oldest: Annotated[str | UnsetType, Meta(description="The first snapshot since which changes are kept.")] = UNSET


def init_app(app: Flask) -> None:
    """Register the handler with the application."""
    app.register_error_handler(Exception, handle)


def handle(error: Exception) -> Response:
    """The response to a request that raised `error`.  Unexpected errors are logged, and the response hides them."""
    if isinstance(error, RequestInvalid):
        return error_response(HTTPStatus.UNPROCESSABLE_ENTITY, "Some parameters are invalid.", error, error.mistakes)
    if isinstance(error, SnapshotGone | ChangesGone):
        return error_response(HTTPStatus.GONE, str(error), error)
    if isinstance(error, EngineUnavailable):
        current_app.logger.error("The engine is unavailable: %s", error)
        response = error_response(HTTPStatus.SERVICE_UNAVAILABLE, error.public_message, error)
        response.headers["Retry-After"] = RETRY_SECONDS
        return response
    if isinstance(error, HTTPException) and error.code is not None and error.code >= HTTPStatus.BAD_REQUEST:
        response = error_response(error.code, DETAILS.get(error.code, error.description or ""), error)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(error.valid_methods)
        return response
    current_app.logger.error("%s %r failed", request.method, request.path, exc_info=error)
    return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed. The error has been logged.", error)


def error_response(status: int, detail: str, error: Exception, mistakes: Sequence[Mistake] = ()) -> Response:
    """An error as problem+json with the detail, or as a page.

    The API always uses problem+json, other paths follow the Accept header."""
    if wants_problem():
        errors = [ParameterError(*mistake) for mistake in mistakes] or UNSET
        kept = error.kept if isinstance(error, SnapshotGone) else UNSET
        oldest = error.oldest if isinstance(error, ChangesGone) else UNSET
        problem = Problem("about:blank", HTTP_STATUS_CODES[status], status, detail, errors, kept, oldest)
        response = Response(msgspec.json.encode(problem), status, mimetype=PROBLEM)
    else:
        response = Response(render_error_page(current_call(), status, error, mistakes), status)
    response.headers["Cache-Control"] = "no-store"
    if not request.path.startswith("/api/"):
        response.headers["Vary"] = "Accept"
    return response


def wants_problem() -> bool:
    """Whether to send errors as problem+json: to API clients, and to others that prefer JSON to HTML."""
    if request.path.startswith("/api/"):
        return True
    available = ["text/html", PROBLEM, "application/json"]
    return request.accept_mimetypes.best_match(available, default="text/html") != "text/html"
