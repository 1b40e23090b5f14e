"""Turns every exception into a response: problem+json (RFC 9457) for programs, an HTML page for readers."""

from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated, Self

import msgspec
from flask import Flask, Response, current_app, request
from msgspec import UNSET, Meta, UnsetType
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException, MethodNotAllowed, ServiceUnavailable
from werkzeug.http import HTTP_STATUS_CODES, parse_accept_header

from search import ChangesGone, EngineUnavailable, Mistake, MistakeCode, RequestInvalid, SnapshotGone
from web.error_page import render_error_page
from web.links import FEEDS
from web.request_id import current_request_id
from web.service import current_call

PROBLEM = "application/problem+json"
RETRY_SECONDS = "30"
FOR_PROGRAMS = ("/api/", *FEEDS)
"""The beginnings of the paths whose errors are always problem+json."""
DETAILS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "The request is malformed, or its host is not one of this service.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This method is not allowed; `Allow` names those that are.",
}


class ParameterError(msgspec.Struct):
    """One mistake in one parameter."""

    parameter: str
    detail: Annotated[str, Meta(description="What is wrong, in words that continue the parameter's name.")]
    code: MistakeCode
    allowed: Annotated[Sequence[str] | UnsetType, Meta(description="The allowed values, if there are few.")] = UNSET
    limit: Annotated[int | UnsetType, Meta(description="The number that the value must not pass.")] = UNSET
    nearest: Annotated[str | UnsetType, Meta(description="The parameter or value that was probably meant.")] = UNSET
    pointer: Annotated[str | UnsetType, Meta(description="Where it is in the body, as a JSON pointer.")] = UNSET

    @classmethod
    def of(cls, mistake: Mistake, parent: str | None = None) -> Self:
        """The mistake, without the members that it has not; `parent` points to what has the parameter in a body."""
        name = mistake.parameter
        return cls(
            name or "body",
            mistake.detail,
            mistake.code,
            mistake.allowed or UNSET,
            UNSET if mistake.limit is None else mistake.limit,
            mistake.nearest or UNSET,
            UNSET if parent is None else f"{parent}/{_escaped(name)}" if name else parent,
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


class BodyInvalid(RequestInvalid):
    """The members of a request's body have mistakes."""


def init_app(app: Flask) -> None:
    """Register the handler with the application."""
    app.register_error_handler(Exception, handle)


def handle(error: Exception) -> Response:
    """The response to a request that raised `error`.  Unexpected errors are logged, and the response hides them."""
    if isinstance(error, RequestInvalid):
        return error_response(HTTPStatus.UNPROCESSABLE_ENTITY, _invalid_detail(error), error)
    if isinstance(error, SnapshotGone | ChangesGone):
        return error_response(HTTPStatus.GONE, str(error), error)
    if isinstance(error, EngineUnavailable):
        current_app.logger.error("Request %s: the engine is unavailable: %s", current_request_id(), error)
        response = error_response(HTTPStatus.SERVICE_UNAVAILABLE, error.public_message, error)
        response.headers["Retry-After"] = RETRY_SECONDS
        return response
    if isinstance(error, HTTPException) and error.code is not None and error.code >= HTTPStatus.BAD_REQUEST:
        response = error_response(error.code, _http_detail(error), error)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(error.valid_methods)
        if isinstance(error, ServiceUnavailable):
            response.headers["Retry-After"] = RETRY_SECONDS
        return response
    id = current_request_id()
    current_app.logger.error("Request %s: %s %r failed", id, request.method, request.path, exc_info=error)
    return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed. The error has been logged.", error)


def problem(error: RequestInvalid | SnapshotGone, parent: str) -> Problem:
    """The problem with one of several requests in a body; `parent` points to it."""
    if isinstance(error, RequestInvalid):
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, _invalid_detail(error), error, parent)
    return _problem(HTTPStatus.GONE, str(error), error)


def error_response(status: int, detail: str, error: Exception) -> Response:
    """An error as problem+json with the detail, or as a page.

    The API and the feeds always use problem+json, other paths follow the Accept header."""
    if wants_problem():
        body = _problem(status, detail, error, "" if isinstance(error, BodyInvalid) else None)
        response = Response(msgspec.json.encode(body), status, mimetype=PROBLEM)
    else:
        mistakes = error.mistakes if isinstance(error, RequestInvalid) else ()
        response = Response(render_error_page(current_call(), status, error, mistakes), status)
    response.headers["Cache-Control"] = "no-store"
    if not request.path.startswith(FOR_PROGRAMS):
        response.headers["Vary"] = "Accept"
    return response


def _problem(status: int, detail: str, error: Exception, parent: str | None = None) -> Problem:
    mistakes = error.mistakes if isinstance(error, RequestInvalid) else ()
    errors = [ParameterError.of(mistake, parent) for mistake in mistakes] or UNSET
    kept = error.kept if isinstance(error, SnapshotGone) else UNSET
    oldest = error.oldest if isinstance(error, ChangesGone) else UNSET
    return Problem("about:blank", HTTP_STATUS_CODES[status], status, detail, errors, kept, oldest)


def _invalid_detail(error: RequestInvalid) -> str:
    detail = "Some parameters are invalid."
    return detail if error.complete else f"{detail} The first {len(error.mistakes)} mistakes are listed."


def _http_detail(error: HTTPException) -> str:
    """What the error says, or else our own words for its status."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        methods = sorted({*error.valid_methods} - {"OPTIONS"})
        return f"Only {' and '.join(methods)} {'is' if len(methods) == 1 else 'are'} allowed."
    said = error.description or ""
    return DETAILS.get(error.code or 0, said) if said == type(error).description else said


def _escaped(name: str) -> str:
    """The name as a part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def wants_problem() -> bool:
    """Whether to send errors of the current request as problem+json."""
    return prefers_problem(request.path, request.headers.get("Accept", ""))


@lru_cache(128)
def prefers_problem(path: str, accept: str) -> bool:
    """Whether errors are problem+json: for the API and the feeds, and to clients that prefer JSON to HTML."""
    if path.startswith(FOR_PROGRAMS):
        return True
    available = ["text/html", PROBLEM, "application/json"]
    return parse_accept_header(accept, MIMEAccept).best_match(available, default="text/html") != "text/html"
