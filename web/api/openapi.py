"""Builds the OpenAPI document from the request model and the response structs."""

from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import metadata
from typing import Final

import msgspec
from flask import Flask
from flask_openapi3.models.info import Info
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import ResponseDict
from werkzeug.http import HTTP_STATUS_CODES

from search import Mistake
from web.api import operation_parameters, schemas, trend_schemas
from web.api.changes import ChangesResponse
from web.api.components import REFERENCE, Json, name_enumerations, operations, parameters, struct_schemas
from web.api.example_values import KNOWN, NO_NULL_OBJECTS
from web.api.examples import add_examples
from web.api.multi_search import MAX_BODY_BYTES, MAX_SEARCHES, MEMBER, MultiSearchResponse
from web.api.openapi_3_0 import as_3_0
from web.errors import PROBLEM, ParameterError, Problem

BODIES = (
    MultiSearchResponse,
    schemas.SearchResponse,
    schemas.FacetResponse,
    schemas.TimelineResponse,
    schemas.SimilarResponse,
    trend_schemas.TrendsResponse,
    trend_schemas.RisingResponse,
    ChangesResponse,
    schemas.SuggestResponse,
    schemas.StatisticsResponse,
    schemas.ArticleResponse,
    Problem,
)
SEARCH = Tag(name="search", description="Search the archive, count its articles and complete queries.")
ARTICLES = Tag(name="articles", description="One article, and articles like it.")
TRENDS = Tag(name="trends", description="Compare topics, providers and queries over time.")
INDEX = Tag(name="index", description="The index behind all answers, and what changed in it.")

DESCRIPTION: Final = (
    "Full-text search over an archive of news articles: exact totals and facet counts, timelines, similar articles and"
    " trends. No key is needed, and nothing can be changed. Repeat a list parameter for several values, or separate"
    " them by commas: a text with commas is a list if no article has it as a value, but articles have any of its"
    " parts; a warning names the parts that no article has."
)
LICENCE: Final = {"name": "Not chosen yet", "identifier": "LicenseRef-not-chosen-yet"}

ERRORS: Final = {
    400: "The body is not JSON.",
    404: "No article has this id.",
    410: "What the request names is not kept; `kept` lists the snapshots that are, `oldest` begins the change log.",
    413: "The body is too large.",
    415: "The body has another content type than application/json.",
    422: "Some parameters are invalid.",
    429: "Too many requests. Try again after `Retry-After` seconds.",
    503: "No usable index. Try again after `Retry-After` seconds.",
}
HEADERS: Final = {
    "ETag": "Changes with the answer. Send it as `If-None-Match`.",
    "Last-Modified": "When the answer changed last. Send it as `If-Modified-Since`.",
    "Cache-Control": "How long the answer can be used without a request.",
    "Link": "This description, its documentation, and the next and previous page if there are pages (RFC 8288).",
}
EXPORT_LINKS: Final = (
    "With `limit`, the next rows (`rel=next`). The whole export of the same snapshot (`rel=cite-as`); the title of this"
    " link is the text of a citation."
)
RETRIED: Final = frozenset({429, 503})
"""The errors that say when to try again."""


def app(import_name: str) -> OpenAPI:
    """A Flask application that describes its API, without the pages that flask-openapi3 adds for that."""
    project = metadata("article-search")
    info = Info(title="Article search", version=project["Version"])
    return OpenAPI(import_name, info=info, doc_ui=False, static_folder=None)


def document(app: Flask, base_url: str) -> Json:
    """The OpenAPI 3.1 document of an application made by `app`; its paths follow `base_url`."""
    return _document(app, null_objects=True) | {"servers": [{"url": base_url or "/"}]}


def document_3_0(app: Flask, base_url: str, licence_url: str) -> Json:
    """The same in OpenAPI 3.0.3.

    Its examples have null for no object: in 3.0 it is a reference that cannot be null, so validators refuse it."""
    described = _document(app, null_objects=False) | {"servers": [{"url": base_url or "/"}]}
    return as_3_0(described, licence_url)


@lru_cache(maxsize=2)
def _document(app: Flask, *, null_objects: bool) -> Json:
    """The parts of the document that are the same at every address."""
    assert isinstance(app, OpenAPI)  # noqa: S101  # made above
    api_doc: Json = deepcopy(app.api_doc)
    project = metadata("article-search")
    about = {"description": DESCRIPTION, "contact": {"name": project["Author"]}, "license": LICENCE}
    described: Json = {
        "openapi": "3.1.0",
        "info": api_doc["info"] | about,
        "security": [],
        "tags": api_doc["tags"],
        "paths": api_doc["paths"],
        "components": {"schemas": struct_schemas(BODIES) | _search_schemas()},
    }
    for _, _, operation in operations(described):
        operation["description"] = operation["description"].replace("<br/>", " ")
    for parameter in parameters(described):
        parameter["schema"] = _whole(parameter["schema"])
    name_enumerations(described)
    invalid = _problem(HTTPStatus.UNPROCESSABLE_ENTITY)
    add_examples(described, KNOWN | {"Problem": invalid} | ({} if null_objects else NO_NULL_OBJECTS))
    return described


def json_responses(struct: type[msgspec.Struct], *errors: int) -> ResponseDict:
    """The responses of an operation: this struct, 304, and the errors with these status codes."""
    success = {"description": "Success.", "headers": _headers(), "content": _content("application/json", struct)}
    not_modified = {"description": "The response that `If-None-Match` names is still current."}
    return {"200": success, "304": not_modified, **_error_responses(errors)}


def posted_responses(struct: type[msgspec.Struct], *errors: int) -> ResponseDict:
    """The responses of an operation with a body: this struct, and the errors with these status codes."""
    success = {"description": "Success.", "content": _content("application/json", struct)}
    return {"200": success, **_error_responses(errors)}


def searches_body() -> Json:
    """The body with several searches."""
    example = {MEMBER: [{"q": "robot", "per_page": 3}, {"topic": ["AI in Robotics"], "per_page": 0}]}
    content = {"schema": {"$ref": REFERENCE.format(name="MultiSearchRequest")}, "example": example}
    return {"required": True, "content": {"application/json": content}}


def _error_responses(errors: Sequence[int]) -> ResponseDict:
    retry_after = {"headers": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}}
    responses: ResponseDict = {}
    for code in sorted({*errors, int(HTTPStatus.TOO_MANY_REQUESTS)}):
        error: Json = {"description": ERRORS[code], "content": _content(PROBLEM, Problem)}
        error["content"][PROBLEM]["example"] = _problem(code)
        responses[str(code)] = error | retry_after if code in RETRIED else error
    return responses


def export_responses() -> ResponseDict:
    """The responses of an export: rows, 304 and errors."""
    responses = json_responses(schemas.ArticleResponse, 410, 422, 503)
    rows = {"schema": {"type": "string"}}
    headers = {
        "X-Total-Count": {"description": "The number of rows of the whole export.", "schema": {"type": "integer"}},
        "X-Cursor": {"description": "The cursor of the first row.", "schema": {"type": "string"}},
        "Link": {"description": EXPORT_LINKS, "schema": {"type": "string"}},
    }
    responses["200"] = {
        "description": "A row for each article.",
        "headers": _headers() | headers,
        "content": {
            "application/x-ndjson": rows | {"example": '{"id":"_news/2026-10-12-seat","title":"The robot"}\n'},
            "text/csv": rows | {"example": "id,title\r\n_news/2026-10-12-seat,The robot\r\n"},
        },
    }
    return responses


def _problem(code: int) -> Json:
    """An example of an error."""
    problem = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES[code],
        "status": code,
        "detail": ERRORS[code].partition(" `errors`")[0],
    }
    mistake = ParameterError.of(Mistake("per_page", "must be at most 100", "too_large", limit=100))
    return problem | ({"errors": [msgspec.to_builtins(mistake)]} if code == HTTPStatus.UNPROCESSABLE_ENTITY else {})


def _search_schemas() -> Json:
    """The schemas of a search as JSON, and of several."""
    members = {
        each["name"]: each["schema"] | {"description": each["description"]} for each in operation_parameters.of_search()
    }
    searches = {
        "type": "array",
        "maxItems": MAX_SEARCHES,
        "items": {"$ref": REFERENCE.format(name="SearchParameters")},
        "description": "Each has the parameters of `/search`, in the types of JSON.",
    }
    return {
        "SearchParameters": {
            "type": "object",
            "description": "The parameters of a search. Every one has a default.",
            "properties": {name: _whole(schema) for name, schema in members.items()},
            "additionalProperties": False,
        },
        "MultiSearchRequest": {
            "type": "object",
            "description": f"Several searches; at most {MAX_BODY_BYTES} bytes.",
            "properties": {MEMBER: searches},
            "required": [MEMBER],
            "additionalProperties": False,
        },
    }


def _whole(schema: Json) -> Json:
    """The schema with whole limits: flask-openapi3 makes them fractions."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value for name, value in schema.items()
    }


def _headers() -> Json:
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()}


def _content(mimetype: str, struct: type[msgspec.Struct]) -> Json:
    return {mimetype: {"schema": {"$ref": REFERENCE.format(name=struct.__name__)}}}
