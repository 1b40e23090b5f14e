"""Builds the OpenAPI document from the request model and the response structs."""

from importlib.metadata import version
from inspect import cleandoc
from typing import Any, get_args

import msgspec
from flask import Flask
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import ResponseDict

from search import FACETS, MAX_TRENDS, By, SearchRequest
from web.api import schemas
from web.api.changes import DEFAULT_LISTED, MAX_LISTED, ChangesResponse
from web.errors import PROBLEM, Problem
from web.parameters import LISTS, MAX_COMPLETIONS, MAX_SIMILAR, TIMELINE_INTERVALS
from web.trend_parameters import RISING_INTERVALS, Measure

BODIES = (
    schemas.SearchResponse,
    schemas.FacetResponse,
    schemas.TimelineResponse,
    schemas.SimilarResponse,
    schemas.TrendsResponse,
    schemas.RisingResponse,
    ChangesResponse,
    schemas.SuggestResponse,
    schemas.StatisticsResponse,
    schemas.Result,
    Problem,
)
REFERENCE = "#/components/schemas/{name}"
ERRORS = {
    404: "Article not found.",
    410: "What the request asks for is not kept any more.",
    422: "Invalid parameters; `errors` lists every one.",
    503: "No usable index. Try again after `Retry-After` seconds.",
}

Json = dict[str, Any]


def app(import_name: str) -> OpenAPI:
    """A Flask application that describes its API, without the pages that flask-openapi3 adds for that."""
    return OpenAPI(
        import_name,
        info=Info(
            title="Article search",
            version=version("article-search"),
            description="Full-text search over an archive of news articles, with facets for topic and provider.",
        ),
        doc_ui=False,
        static_folder=None,
        openapi_extensions={"components": {"schemas": _components()}},
    )


def document(app: Flask, base_url: str) -> Json:
    """The OpenAPI document of an application made by `app`; its paths follow `base_url`."""
    assert isinstance(app, OpenAPI)  # noqa: S101  # made above
    api_doc: Json = app.api_doc
    return api_doc | {"servers": [{"url": base_url or "/"}]}


def json_responses(struct: type[msgspec.Struct], *errors: int) -> ResponseDict:
    """The responses of an operation: this struct, 304, and the errors with these status codes."""
    success = {"description": "Success.", "headers": _headers(), "content": _content("application/json", struct)}
    not_modified = {"description": "The response that `If-None-Match` names is still current."}
    retry_after = {"headers": {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}}
    responses: ResponseDict = {"200": success, "304": not_modified}
    for code in errors:
        error: Json = {"description": ERRORS[code], "content": _content(PROBLEM, Problem)}
        responses[str(code)] = error | retry_after if code == 503 else error
    return responses


def search_parameters() -> list[Json]:
    """The parameters of a search."""
    properties = SearchRequest.model_json_schema()["properties"]
    return [_query(name, _without_null(schema), name in LISTS) for name, schema in properties.items()]


def timeline_parameters() -> list[Json]:
    """The parameters of a timeline: those of a search, with `interval` for `timeline`."""
    text = "auto: the interval that fits the dates. Of more than 4,000 periods, a coarser interval is used."
    interval = {"type": "string", "enum": list(TIMELINE_INTERVALS), "default": "auto", "description": text}
    others = [parameter for parameter in search_parameters() if parameter["name"] != "timeline"]
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


def field_parameter() -> Json:
    """The facet field in a path."""
    return {"name": "field", "in": "path", "required": True, "schema": {"type": "string", "enum": list(FACETS)}}


def id_parameter() -> Json:
    """The article's id in a path."""
    text = "The article's id. Its slashes need no encoding."
    return {"name": "id", "in": "path", "required": True, "description": text, "schema": {"type": "string"}}


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
    page = SearchRequest.model_json_schema()["properties"]["page"] | {"description": "A page of `limit` articles."}
    names = [_query(name, {"type": "string", "description": text}) for name, text in texts.items()]
    names[0]["required"] = True
    return [*names, _query("page", _without_null(page)), _limit(MAX_LISTED, DEFAULT_LISTED)]


def _limit(most: int, default: int = 10) -> Json:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default, "description": "At most."}
    return _query("limit", schema)


def _components() -> dict[str, Json]:
    """The schemas of the bodies and of the structs in them; a field is optional only if it can be UNSET."""
    _, components = msgspec.json.schema_components(BODIES, ref_template=REFERENCE)
    for schema in components.values():
        schema["description"] = cleandoc(schema["description"])
        # A Python default does not make a field optional: msgspec encodes every value but UNSET.
        with_default = [name for name, field in schema["properties"].items() if "default" in field]
        for name in with_default:
            del schema["properties"][name]["default"]
        schema["required"] += with_default
    return components


def _query(name: str, schema: Json, repeats: bool = False) -> Json:
    parameter = {"name": name, "in": "query", "required": False, "schema": schema}
    if description := schema.pop("description", None):
        parameter["description"] = description
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": repeats}
    return parameter


def _without_null(schema: Json) -> Json:
    """A schema without its null: a query string can leave a parameter out but cannot say null."""
    types = [each for each in schema.pop("anyOf", []) if each != {"type": "null"}]
    schema |= types[0] if len(types) == 1 else {"anyOf": types} if types else {}
    return {name: value for name, value in schema.items() if name != "title" and value is not None}


def _headers() -> Json:
    return {name: {"schema": {"type": "string"}} for name in ("ETag", "Last-Modified", "Cache-Control")}


def _content(mimetype: str, struct: type[msgspec.Struct]) -> Json:
    return {mimetype: {"schema": {"$ref": REFERENCE.format(name=struct.__name__)}}}
