"""What the OpenAPI document says, taken from the request's own model and from the structs that are encoded."""

from importlib.metadata import version
from inspect import cleandoc
from typing import Any

import msgspec
from flask import Flask
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import ResponseDict

from search import FACETS, SearchRequest
from web.api import schemas
from web.errors import PROBLEM, Problem
from web.parameters import LISTS, MAX_COMPLETIONS

ANSWERS = (
    schemas.SearchAnswer,
    schemas.FacetAnswer,
    schemas.SuggestAnswer,
    schemas.StatisticsAnswer,
    schemas.Result,
    Problem,
)
REFERENCE = "#/components/schemas/{name}"
REFUSALS = {
    404: "There is no such article.",
    422: "Parameters are wrong; `errors` lists every mistake.",
    503: "There is no index to answer from; try again after `Retry-After` seconds.",
}

Json = dict[str, Any]


def app(import_name: str) -> OpenAPI:
    """An application that describes its API, without pages of its own for that."""
    _, schemas = msgspec.json.schema_components(ANSWERS, ref_template=REFERENCE)
    for schema in schemas.values():
        schema["description"] = cleandoc(schema["description"])
    return OpenAPI(
        import_name,
        info=Info(
            title="Article search",
            version=version("article-search"),
            description="Full-text search over an archive of news articles, with facets for topic and provider.",
        ),
        doc_ui=False,
        static_folder=None,
        openapi_extensions={"components": {"schemas": schemas}, "servers": [{"url": "/"}]},
    )


def document(app: Flask) -> Json:
    """The description of the application's API."""
    assert isinstance(app, OpenAPI)  # noqa: S101  # made above
    described: Json = app.api_doc
    return described


def answers(struct: type[msgspec.Struct], *refusals: int) -> ResponseDict:
    """The responses of an operation that answers with this struct."""
    good = {"description": "The answer.", "headers": _headers(), "content": _content("application/json", struct)}
    bad: dict[str, Json] = {
        str(code): {"description": REFUSALS[code], "content": _content(PROBLEM, Problem)} for code in refusals
    }
    if "503" in bad:
        bad["503"]["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    kept: Json = {"description": "What `If-None-Match` names still holds."}
    return {"200": good, "304": kept, **dict(bad.items())}


def search_parameters() -> list[Json]:
    """The parameters of a search."""
    properties = SearchRequest.model_json_schema()["properties"]
    return [_query(name, _without_null(schema), name in LISTS) for name, schema in properties.items()]


def field_parameter() -> Json:
    """The facet field in a path."""
    return {"name": "field", "in": "path", "required": True, "schema": {"type": "string", "enum": list(FACETS)}}


def id_parameter() -> Json:
    """The article's id in a path."""
    text = "The article's id; its slashes may stand as they are."
    return {"name": "id", "in": "path", "required": True, "description": text, "schema": {"type": "string"}}


def suggest_parameters() -> list[Json]:
    """The parameters of a completion."""
    text = {**SearchRequest.model_json_schema()["properties"]["q"], "description": "What is typed so far."}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_COMPLETIONS, "default": 10, "description": "At most."}
    return [_query("q", _without_null(text)), _query("limit", limit)]


def _query(name: str, schema: Json, repeats: bool = False) -> Json:
    parameter = {"name": name, "in": "query", "required": False, "schema": schema}
    if description := schema.pop("description", None):
        parameter["description"] = description
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": repeats}
    return parameter


def _without_null(schema: Json) -> Json:
    """A query string can leave a parameter out but cannot say null."""
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    schema |= kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {}
    return {name: value for name, value in schema.items() if name != "title" and value is not None}


def _headers() -> Json:
    return {name: {"schema": {"type": "string"}} for name in ("ETag", "Last-Modified", "Cache-Control")}


def _content(mimetype: str, struct: type[msgspec.Struct]) -> Json:
    return {mimetype: {"schema": {"$ref": REFERENCE.format(name=struct.__name__)}}}
