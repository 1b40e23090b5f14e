"""Turns every exception into a response: problem+json (RFC 9457) for programs, an HTML page for readers."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Self

import msgspec
from flask import Flask, Response, current_app, request
from msgspec import UNSET, Meta, UnsetType
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.http import HTTP_STATUS_CODES

from search import ChangesGone, EngineUnavailable, Mistake, MistakeCode, RequestInvalid, SnapshotGone
from web.error_page import render_error_page
from web.request_id import current_request_id
from web.service import current_call

PROBLEM = "application/problem+json"
RETRY_SECONDS = "30"
FOR_PROGRAMS = ("/api/", "/feed.")
"""The beginnings of the paths whose errors are always problem+json."""
DETAILS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "The request is malformed, or its host is not one of this service.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Only GET and HEAD are allowed.",
}


class ParameterError(msgspec.Struct):
    """One mistake in one parameter."""

    parameter: str
    detail: Annotated[str, Meta(description="What is wrong, in words that continue the parameter's name.")]
    code: MistakeCode
    allowed: Annotated[Sequence[str] | UnsetType, Meta(description="The allowed values, if there are few.")] = UNSET
    limit: Annotated[int | UnsetType, Meta(description="The number that the value must not pass.")] = UNSET
    nearest: Annotated[str | UnsetType, Meta(description="The parameter or value that was probably meant.")] = UNSET

    @classmethod
    def of(cls, mistake: Mistake) -> Self:
        """The mistake, without the members that it has not."""
        return cls(
            mistake.parameter,
            mistake.detail,
            mistake.code,
            mistake.allowed or UNSET,
            UNSET if mistake.limit is None else mistake.limit,
            mistake.nearest or UNSET,
        )


class Problem(msgspec.Struct):
    """An error.

    `errors` lists the mistakes if parameters are invalid, but for those after the 20th.  `kept` lists the snapshots if
    one is gone."""

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
        return error_response(HTTPStatus.UNPROCESSABLE_ENTITY, invalid_detail(error), error, error.mistakes)
    if isinstance(error, SnapshotGone | ChangesGone):
        return error_response(HTTPStatus.GONE, str(error), error)
    if isinstance(error, EngineUnavailable):
        current_app.logger.error("Request %s: the engine is unavailable: %s", current_request_id(), error)
        response = error_response(HTTPStatus.SERVICE_UNAVAILABLE, error.public_message, error)
        response.headers["Retry-After"] = RETRY_SECONDS
        return response
    if isinstance(error, HTTPException) and error.code is not None and error.code >= HTTPStatus.BAD_REQUEST:
        response = error_response(error.code, DETAILS.get(error.code, error.description or ""), error)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(error.valid_methods)
        return response
    id = current_request_id()
    current_app.logger.error("Request %s: %s %r failed", id, request.method, request.path, exc_info=error)
    return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed. The error has been logged.", error)


def invalid_detail(error: RequestInvalid) -> str:
    """The detail of a problem with parameters."""
    detail = "Some parameters are invalid."
    return detail if error.complete else f"{detail} The first {len(error.mistakes)} mistakes are listed."


def error_response(status: int, detail: str, error: Exception, mistakes: Sequence[Mistake] = ()) -> Response:
    """An error as problem+json with the detail, or as a page.

    The API and the feeds always use problem+json, other paths follow the Accept header."""
    if wants_problem():
        errors = [*map(ParameterError.of, mistakes)] or UNSET
        kept = error.kept if isinstance(error, SnapshotGone) else UNSET
        oldest = error.oldest if isinstance(error, ChangesGone) else UNSET
        problem = Problem("about:blank", HTTP_STATUS_CODES[status], status, detail, errors, kept, oldest)
        response = Response(msgspec.json.encode(problem), status, mimetype=PROBLEM)
    else:
        response = Response(render_error_page(current_call(), status, error, mistakes), status)
    response.headers["Cache-Control"] = "no-store"
    if not request.path.startswith(FOR_PROGRAMS):
        response.headers["Vary"] = "Accept"
    return response


def wants_problem() -> bool:
    """Whether to send errors as problem+json: for the API and the feeds, and to clients that prefer JSON to HTML."""
    if request.path.startswith(FOR_PROGRAMS):
        return True
    available = ["text/html", PROBLEM, "application/json"]
    return request.accept_mimetypes.best_match(available, default="text/html") != "text/html"
