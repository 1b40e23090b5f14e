"""Builds the OpenAPI document from the request model and the response structs."""

from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import metadata
from typing import Final, get_args

import msgspec
from flask import Flask
from flask_openapi3.models.info import Info
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import ResponseDict
from werkzeug.http import HTTP_STATUS_CODES

from search import FACETS, MAX_TRENDS, ROW_FIELDS, WITHOUT_EFFECT_ON_EXPORT, By, Mistake, SearchRequest
from web.api import schemas, trend_schemas
from web.api.changes import DEFAULT_LISTED, MAX_LISTED, ChangesResponse
from web.api.components import REFERENCE, Json, name_enumerations, operations, parameters, struct_schemas
from web.api.examples import add_examples
from web.api.multi_search import MAX_BODY_BYTES, MAX_SEARCHES, MEMBER, MultiSearchResponse
from web.errors import PROBLEM, ParameterError, Problem
from web.export_parameters import CURSOR_PATTERN, FORMATS, MAX_LIMIT
from web.parameters import (
    FACET_NAMES,
    MAX_COMPLETIONS,
    MAX_PREFIX_CHARACTERS,
    MAX_SIMILAR,
    TIMELINE_INTERVALS,
    TIMELINE_NAMES,
)
from web.trend_parameters import RISING_INTERVALS, Measure

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
    schemas.Result,
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
RETRIED: Final = frozenset({429, 503})
"""The errors that say when to try again."""


def app(import_name: str) -> OpenAPI:
    """A Flask application that describes its API, without the pages that flask-openapi3 adds for that."""
    project = metadata("article-search")
    info = Info(title="Article search", version=project["Version"])
    return OpenAPI(import_name, info=info, doc_ui=False, static_folder=None)


def document(app: Flask, base_url: str) -> Json:
    """The OpenAPI 3.1 document of an application made by `app`; its paths follow `base_url`."""
    return _document(app) | {"servers": [{"url": base_url or "/"}]}


@lru_cache(maxsize=1)
def _document(app: Flask) -> Json:
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
    add_examples(described)
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


def search_parameters() -> list[Json]:
    """The parameters of a search."""
    properties = SearchRequest.model_json_schema()["properties"]
    return [_query(name, _without_null(schema)) for name, schema in properties.items()]


def timeline_parameters() -> list[Json]:
    """The parameters of a timeline: those of a search that make a difference to it, and `interval`."""
    text = "auto: the interval that fits the dates. Of more than 4,000 periods, a coarser interval is used."
    interval = {"type": "string", "enum": list(TIMELINE_INTERVALS), "default": "auto", "description": text}
    others = [parameter for parameter in search_parameters() if parameter["name"] in TIMELINE_NAMES]
    return [_query("interval", interval), *others]


def trends_parameters() -> list[Json]:
    """The parameters of trends."""
    search = {parameter["name"]: parameter for parameter in search_parameters()}
    values = {**search["topic"]["schema"], "maxItems": MAX_TRENDS}
    interval = next(parameter for parameter in timeline_parameters() if parameter["name"] == "interval")
    by = {"type": "string", "enum": list(get_args(By)), "default": "topic", "description": "What the values are."}
    measure = {"type": "string", "enum": list(get_args(Measure)), "default": "count", "description": "Of each `value`."}
    return [
        _query("by", by),
        search["topic"] | {"name": "value", "schema": values, "description": "Topics, providers or queries."},
        interval,
        _query("measure", measure),
        search["from"],
        search["to"],
    ]


def rising_parameters() -> list[Json]:
    """The parameters of rising topics and phrases."""
    text = "The length of the periods to compare."
    interval = {"type": "string", "enum": list(RISING_INTERVALS), "default": "month", "description": text}
    return [_query("interval", interval), _limit(MAX_COMPLETIONS)]


def export_parameters() -> list[Json]:
    """The parameters of an export: those of a search that decide which articles it finds, and those of rows."""
    formats = {"type": "string", "enum": list(FORMATS), "default": FORMATS[0], "description": "Format of the rows."}
    text = "How many rows at most; the next cursor is in the header `Link`. Without it, all rows are streamed."
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "description": text}
    text = "Where to continue, in which snapshot. Its last number is the number of rows before."
    cursor = {"type": "string", "pattern": CURSOR_PATTERN, "description": text}
    shared = [parameter for parameter in search_parameters() if parameter["name"] not in WITHOUT_EFFECT_ON_EXPORT]
    fields = {"type": "array", "items": {"type": "string", "enum": list(ROW_FIELDS)}, "minItems": 1}
    return [
        _query("format", formats),
        _query("limit", limit),
        _query("cursor", cursor),
        *(parameter | ({"schema": fields} if parameter["name"] == "fields" else {}) for parameter in shared),
    ]


def export_responses() -> ResponseDict:
    """The responses of an export: rows, 304 and errors."""
    responses = json_responses(schemas.Result, 410, 422, 503)
    rows = {"schema": {"type": "string"}}
    headers = {
        "X-Total-Count": {"description": "The number of rows of the whole export.", "schema": {"type": "integer"}},
        "X-Cursor": {"description": "The cursor of the first row.", "schema": {"type": "string"}},
        "Link": {"description": "With `limit`, the next rows (`rel=next`).", "schema": {"type": "string"}},
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


def facet_parameters() -> list[Json]:
    """The parameters of a facet: its field in the path, a prefix of the values, those of a search that matter to it."""
    fields = {"type": "string", "enum": list(FACETS)}
    field = {"name": "field", "in": "path", "required": True, "description": "What to count.", "schema": fields}
    text = "Only values that begin with this or have a word that does, in any case and with any accents."
    prefix = {"type": "string", "maxLength": MAX_PREFIX_CHARACTERS, "description": text}
    of_search = {each["name"]: each for each in search_parameters() if each["name"] in FACET_NAMES}
    of_search["page"] = of_search["page"] | {"description": "The page of values; `facet_size` is its size."}
    return [field, _query("prefix", prefix), *of_search.values()]


def id_parameter() -> Json:
    """The article's id in a path."""
    text = "The article's id. Its slashes need no encoding."
    return {"name": "id", "in": "path", "required": True, "description": text, "schema": {"type": "string"}}


def snapshot_parameter() -> Json:
    """The snapshot to answer from."""
    return next(parameter for parameter in search_parameters() if parameter["name"] == "at")


def suggest_parameters() -> list[Json]:
    """The parameters of a completion."""
    text = {**SearchRequest.model_json_schema()["properties"]["q"], "description": "The text to complete."}
    return [_query("q", _without_null(text)), _limit(MAX_COMPLETIONS)]


def similar_parameter() -> Json:
    """The number of similar articles."""
    return _limit(MAX_SIMILAR)


def changes_parameters() -> list[Json]:
    """The parameters of changes."""
    texts = {
        "since": "The snapshot to compare with: `index.snapshot` of an earlier answer.",
        "until": "The snapshot that the changes lead to; default: the current one.",
    }
    search = SearchRequest.model_json_schema()["properties"]
    page = search["page"] | {"description": "A page of `limit` articles."}
    names = [_query(name, _without_null(deepcopy(search["at"])) | {"description": t}) for name, t in texts.items()]
    names[0]["required"] = True
    return [*names, _query("page", _without_null(page)), _limit(MAX_LISTED, DEFAULT_LISTED)]


def _limit(most: int, default: int = 10) -> Json:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default, "description": "How many to list."}
    return _query("limit", schema)


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


def _query(name: str, schema: Json) -> Json:
    parameter: Json = {"name": name, "in": "query", "required": False, "schema": schema}
    if description := schema.pop("description", None):
        parameter["description"] = description
    if examples := schema.pop("examples", None):
        parameter["examples"] = {text: {"value": text} for text in examples}
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
        if "maxLength" in schema:  # of the list without repeated values, which JSON schema cannot express
            parameter["description"] += f" At most {schema.pop('maxLength')} different ones."
    return parameter


def _without_null(schema: Json) -> Json:
    """A schema without its null: a query string can leave a parameter out but cannot say null."""
    types = [each for each in schema.pop("anyOf", []) if each != {"type": "null"}]
    schema |= types[0] if len(types) == 1 else {"anyOf": types} if types else {}
    return {name: value for name, value in schema.items() if name != "title" and value is not None}


def _search_schemas() -> Json:
    """The schemas of a search as JSON, and of several."""
    members = {each["name"]: each["schema"] | {"description": each["description"]} for each in search_parameters()}
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
