"""What the page about the API shows of each operation and schema, read from the OpenAPI document."""

import json
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from markupsafe import Markup, escape
from werkzeug.http import HTTP_STATUS_CODES

from web.api.components import Json, operations
from web.api.example_values import SEARCH_QUERY
from web.api.openapi import ERRORS
from web.errors import DETAILS, PROBLEM
from web.links import API

SEARCH: Final = "search_articles"

_REQUESTS: Final = {
    SEARCH: SEARCH_QUERY,
    "list_facet_values": "q=robot&facet_size=5",
    "get_timeline": "q=robot&interval=year",
    "compare_trends": "value=AI+in+Robotics&value=AI+in+Autos&interval=year",
    "complete_text": "q=robo",
}
"""The query of an operation's example by its id.  Others have the required parameters only."""

_OF_SAMPLES: Final = frozenset({"id", "since"})
"""Parameters whose examples are names that other archives do not have."""

_STATUSES: Final[dict[int, str]] = {
    HTTPStatus.OK: "The answer.",
    HTTPStatus.NOT_MODIFIED: "What `If-None-Match` or `If-Modified-Since` names is still current.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The service failed. The error has been logged.",
}
"""Statuses that no operation describes as an error of its own."""

_LIMITS: Final = {
    "minimum": "from {}", "maximum": "to {}", "maxLength": "at most {} characters", "maxItems": "at most {}",
}  # fmt: skip


_FEW: Final = 5
"""Fewer parameters of a search are described again."""


class Parameter(NamedTuple):
    """A row of the table of an operation's parameters."""

    name: str
    description: str
    values: str  # the type, or the values of an enumeration
    limits: str
    default: str
    repeatable: bool
    required: bool
    example: str


class Operation(NamedTuple):
    """One operation.  `shared`: the names of parameters that are as those of a search.

    `of_samples`: whether the request names an article or a snapshot, which only the sample archive has."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Parameter]
    shared: list[str]
    request: str  # a path with a query
    of_samples: bool
    body: str
    answer: str
    schema: str  # the name of the answer's schema
    statuses: list[tuple[str, str]]


class Member(NamedTuple):
    """A row of the table of a schema's members.  `schema`: the name of the schema that its values have."""

    name: str
    type: str
    schema: str
    description: str


class Schema(NamedTuple):
    """An object with its members, or an enumeration with its values."""

    name: str
    description: str
    members: list[Member]
    values: Sequence[Any]


def with_code(text: str) -> Markup:
    """The text with what is between backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  # escaped


def described_operations(document: Json) -> list[tuple[str, str, list[Operation]]]:
    """The operations of each tag: its name, its description, and its operations."""
    schemas = document["components"]["schemas"]
    search = next(each for _, _, each in operations(document) if each["operationId"] == SEARCH)
    by_tag: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, method, operation in operations(document):
        for tag in operation["tags"]:
            by_tag[tag].append(_operation(path, method, operation, search["parameters"], schemas))
    return [(tag["name"], tag["description"], by_tag[tag["name"]]) for tag in document["tags"]]


def anchor(method: str, path: str) -> str:
    """The fragment of an operation's address on the page, such as get-facets-field."""
    return "-".join(re.findall(r"\w+", f"{method} {path.removeprefix(API)}"))


def described_schemas(document: Json) -> list[Schema]:
    """All schemas, by name."""
    return [
        Schema(
            name,
            schema["description"],
            [_member(member, each) for member, each in schema.get("properties", {}).items()],
            schema.get("enum", ()),
        )
        for name, schema in sorted(document["components"]["schemas"].items())
    ]


def statuses() -> list[tuple[int, str, str]]:
    """Each status of the API with its name and what it says."""
    return [
        (
            code,
            HTTP_STATUS_CODES[code],
            " ".join(texts[code] for texts in (ERRORS, DETAILS, _STATUSES) if code in texts),
        )
        for code in map(int, sorted({*ERRORS, *DETAILS, *_STATUSES}))
    ]


def dates(document: Json) -> list[str]:
    """Examples of dates."""
    search = next(each for _, _, each in operations(document) if each["operationId"] == SEARCH)
    (since,) = (each for each in search["parameters"] if each["name"] == "from")
    return [str(each["value"]) for each in since["examples"].values()]


def problem(document: Json) -> str:
    """An example of an error."""
    search = next(each for _, _, each in operations(document) if each["operationId"] == SEARCH)
    return _indented(search["responses"]["422"]["content"][PROBLEM]["example"])


def limits(document: Json) -> list[tuple[str, str]]:
    """The limits of the parameters of a search, by name."""
    search = next(each for _, _, each in operations(document) if each["operationId"] == SEARCH)
    found = [(each["name"], _limits(each["schema"])) for each in search["parameters"]]
    return [(name, text) for name, text in found if text]


def _operation(path: str, method: str, operation: Json, search: list[Json], schemas: dict[str, Json]) -> Operation:
    given = operation.get("parameters", [])
    is_search = operation["operationId"] == SEARCH
    shared = [] if is_search else [each["name"] for each in given if each in search]
    if len(shared) < _FEW:
        shared = []
    media_type, success = next(iter(operation["responses"]["200"]["content"].items()))
    reference = success["schema"].get("$ref", "")
    example = success.get("example", "")
    body = operation.get("requestBody", {}).get("content", {})
    return Operation(
        anchor=anchor(method, path),
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        parameters=[_parameter(each, schemas) for each in given if each["name"] not in shared],
        shared=shared,
        request=_request(path, operation),
        of_samples=any(each["required"] and each["name"] in _OF_SAMPLES for each in given),
        body=_indented(next((each["example"] for each in body.values()), "")),
        answer=_indented(example) if "json" in media_type else str(example),
        schema=reference.rpartition("/")[2],
        statuses=[(code, each["description"]) for code, each in sorted(operation["responses"].items())],
    )


def _request(path: str, operation: Json) -> str:
    required: list[str] = []
    for each in operation.get("parameters", ()):
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", quote(_example(each)))
        elif each["required"]:
            required.append(f"{each['name']}={quote(_example(each))}")
    query = _REQUESTS.get(operation["operationId"], "&".join(required))
    return f"{path}?{query}" if query else path


def _indented(example: Any) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False) if example else ""


def _parameter(parameter: Json, schemas: dict[str, Json]) -> Parameter:
    schema = parameter["schema"]
    repeatable = schema.get("type") == "array"
    default = schema.get("default")
    return Parameter(
        name=parameter["name"],
        description=parameter["description"],
        values=", ".join(_values(schema["items"] if repeatable else schema, schemas)),
        limits=_limits(schema),
        default="" if default in (None, "", []) else _text(default),
        repeatable=repeatable,
        required=parameter["required"],
        example=_example(parameter),
    )


def _values(schema: Json, schemas: dict[str, Json]) -> Iterator[str]:
    """The values of an enumeration, or the name of a type."""
    if "$ref" in schema:
        yield from map(str, schemas[schema["$ref"].rpartition("/")[2]]["enum"])
    else:
        yield schema.get("type", "string")


def _limits(schema: Json) -> str:
    limited = {**schema, **schema.get("items", {})}
    return " ".join(text.format(f"{limited[name]:,}") for name, text in _LIMITS.items() if name in limited)


def _example(parameter: Json) -> str:
    examples = [each["value"] for each in parameter.get("examples", {}).values()]
    return _text(examples[0] if examples else parameter["example"])


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _member(name: str, schema: Json) -> Member:
    kinds, reference = [*_kinds(schema)], [*_references(schema)]
    return Member(name, " or ".join(kinds), reference[0] if reference else "", schema.get("description", ""))


def _kinds(schema: Json) -> Iterator[str]:
    """The types of a member in words."""
    for each in schema.get("anyOf", (schema,)):
        types = each.get("type", [])
        for kind in [types] if isinstance(types, str) else types:
            items = [*_kinds(each["items"])] if kind == "array" and "items" in each else []
            name = each.get("format", kind) if kind == "string" else kind
            yield f"list of {items[0]}s" if items else "list" if kind == "array" else name


def _references(schema: Json) -> Iterator[str]:
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    for each in (*schema.get("anyOf", ()), schema.get("items", {})):
        yield from _references(each) if each else ()
