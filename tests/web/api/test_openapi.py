"""The OpenAPI document is valid, and the service behaves as it says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from search import HIT_FIELDS, SearchRequest, Settings
from web import create_app
from web.api import openapi
from web.api.components import Json, operations, parameters

DOCUMENT = openapi.document(create_app(Settings(index_dir=Path("none"))), "")
OPERATIONS = [(path, method) for path, method, _ in operations(DOCUMENT)]
DATES = (
    "2026",
    "2026-01",
    "2026-W05",
    "2026-01-31",
    "20260131",
    "2026-01-31T09:30:00Z",
    "2026-01-31T09:30+01:00",
    "7d",
)


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> Any:
    return client.get("/api/v1/openapi.json").json


def bodies(document: Json) -> Iterator[Json]:
    """The media types of all requests and responses."""
    for _, _, operation in operations(document):
        for body in [*operation["responses"].values(), operation.get("requestBody", {})]:
            yield from body.get("content", {}).values()


def response_objects(document: Json) -> dict[str, Json]:
    """The objects of responses: all but those that only requests have."""
    schemas: dict[str, Json] = document["components"]["schemas"]
    requested: set[str] = set()
    unseen = [json.dumps(each.get("requestBody", {})) for _, _, each in operations(document)]
    while unseen:
        names = set(re.findall('"#/components/schemas/([^"]+)"', unseen.pop())) - requested
        requested |= names
        unseen += [json.dumps(schemas[name]) for name in names]
    return {name: each for name, each in schemas.items() if "properties" in each and name not in requested}


@pytest.mark.parametrize(("name", "version"), [("openapi.json", "3.1"), ("openapi-3.0.json", "3.0")])
def test_documents_are_valid_openapi(client: FlaskClient, name: str, version: str) -> None:
    document: Any = client.get(f"/api/v1/{name}").json
    assert document["openapi"].startswith(version)
    schemathesis.openapi.from_dict(document).validate()


def test_schemas_are_valid_json_schema(document: Any) -> None:
    schemas = [*document["components"]["schemas"].values(), *(each["schema"] for each in parameters(document))]
    assert schemas
    for schema in schemas:
        Draft202012Validator.check_schema(schema)


def test_examples_match_their_schemas(document: Any) -> None:
    described = [*bodies(document), *parameters(document)]
    for each in described:
        examples = [each["example"]] if "example" in each else [one["value"] for one in each["examples"].values()]
        for example in examples:
            Draft202012Validator({**each["schema"], "components": document["components"]}).validate(example)


@pytest.mark.parametrize("name", ["openapi.json", "openapi-3.0.json"])
def test_every_answer_and_error_has_an_example(client: FlaskClient, name: str) -> None:
    """In which no list is empty of which a client needs an element."""
    document: Any = client.get(f"/api/v1/{name}").json
    examples = [
        (operation["operationId"], code, body.get("example"))
        for _, _, operation in operations(document)
        for code, response in operation["responses"].items()
        for body in response.get("content", {}).values()
    ]
    assert {operation for operation, code, _ in examples if code == "200"} == {
        each["operationId"] for _, _, each in operations(document)
    }
    assert [(operation, code) for operation, code, example in examples if not example] == []
    by_operation = {operation: example for operation, code, example in examples if code == "200"}
    assert [[*each] for each in by_operation["search_several"]["responses"]] == [
        [*by_operation["search_articles"]], ["type", "title", "status", "detail", "errors"],
    ]  # fmt: skip


def test_examples_of_openapi_3_0_have_null_for_no_object(client: FlaskClient) -> None:
    """A reference cannot be null there, as validators read it."""
    document: Any = client.get("/api/v1/openapi-3.0.json").json
    schemas = document["components"]["schemas"]

    def nulls(schema: Json, value: Any, path: str) -> Iterator[str]:
        references = [each["$ref"] for each in [schema, *schema.get("allOf", [])] if "$ref" in each]
        for reference in references:
            if value is None:
                yield path
            else:
                yield from nulls(schemas[reference.rpartition("/")[2]], value, path)
        if isinstance(value, list) and "oneOf" not in schema.get("items", {"oneOf": ()}):
            for each in value:
                yield from nulls(schema["items"], each, path)
        if isinstance(value, dict) and "properties" in schema:
            for name, member in value.items():
                yield from nulls(schema["properties"][name], member, f"{path}.{name}")

    examples = [body for body in bodies(document) if isinstance(body.get("example"), dict)]
    assert len(examples) > 20
    assert [path for body in examples for path in nulls(body["schema"], body["example"], "")] == []


def test_every_parameter_and_operation_is_explained(document: Any) -> None:
    unexplained = [each["name"] for each in parameters(document) if not each.get("description")]
    incomplete = [path for path, _, each in operations(document) if not (each["summary"] and each["description"])]
    assert (unexplained, incomplete) == ([], [])


def test_every_operation_has_a_tag_that_is_explained(document: Any) -> None:
    explained = {tag["name"] for tag in document["tags"] if tag["description"]}
    assert {tag for _, _, operation in operations(document) for tag in operation["tags"]} == explained


def test_every_error_is_a_problem_of_its_status(document: Any) -> None:
    errors = [
        (int(code), response["content"]["application/problem+json"]["example"])
        for _, _, operation in operations(document)
        for code, response in operation["responses"].items()
        if int(code) >= 400
    ]
    assert {code for code, _ in errors} >= {404, 422, 503}
    assert [code for code, example in errors if (example["status"], bool(example["title"])) != (code, True)] == []


def test_all_search_parameters_are_described(document: Any) -> None:
    described = {p["name"] for p in document["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert described == {field.alias or name for name, field in SearchRequest.model_fields.items()}


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/api/v1/search", "/api/v1/search?q=robot"),
        ("/api/v1/search", "/api/v1/search?per_page=100"),
        ("/api/v1/search", "/api/v1/search?q=robot&fields=id"),
        ("/api/v1/search", "/api/v1/search?page=0"),
        ("/api/v1/facets/{field}", "/api/v1/facets/topic?facet_size=100"),
        ("/api/v1/search", "/api/v1/search?timeline=day"),
        ("/api/v1/timeline", "/api/v1/timeline?q=robot&interval=week"),
        ("/api/v1/timeline", "/api/v1/timeline?interval=none"),
        ("/api/v1/trends", "/api/v1/trends?value=AI&measure=share"),
        ("/api/v1/trends", "/api/v1/trends?by=x"),
        ("/api/v1/trends/rising", "/api/v1/trends/rising"),
        ("/api/v1/suggest", "/api/v1/suggest?q=ro"),
        ("/api/v1/stats", "/api/v1/stats"),
        ("/api/v1/articles/{id}", "/api/v1/articles/nothing"),
        ("/api/v1/articles/{id}", "/api/v1/articles/_news/2026-10-12-the-robot-that-gives-up-its-seat"),
        ("/api/v1/similar/{id}", "/api/v1/similar/_news/2026-10-12-the-robot-that-gives-up-its-seat"),
        ("/api/v1/similar/{id}", "/api/v1/similar/nothing"),
    ],
)
def test_responses_match_their_schema(client: FlaskClient, document: Any, path: str, url: str) -> None:
    response = client.get(url)
    described = document["paths"][path]["get"]["responses"][str(response.status_code)]["content"][response.mimetype]
    schema = {**described["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(response.json)


@pytest.mark.parametrize("q", ["ferries yesterday harb*", "electrik ferry", "fery", "zeppelin"])
def test_corrected_and_partial_responses_match_their_schema(made: FlaskClient, document: Any, q: str) -> None:
    schema = {"$ref": "#/components/schemas/SearchResponse", "components": document["components"]}
    Draft202012Validator(schema).validate(made.get("/api/v1/search", query_string={"q": q, "explain": 1}).json)


def test_all_schemas_have_a_description(document: Any) -> None:
    assert [name for name, schema in document["components"]["schemas"].items() if not schema.get("description")] == []


@pytest.fixture(scope="module")
def described(client: FlaskClient) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", client.application)


@pytest.fixture(scope="module")
def snapshot(client: FlaskClient) -> str:
    """The current snapshot."""
    return str(client.get("/api/v1/stats").get_json()["index"]["snapshot"])


def modes(path: str, method: str) -> list[Any]:
    """Valid requests, and also invalid ones if the operation has parameters that can be invalid.

    Not those of a body: it is accepted if one of its searches is invalid, and the answer to that search says so."""
    operation = DOCUMENT["paths"][path][method]
    refused = any(each["in"] == "query" for each in operation.get("parameters", ()))
    generated = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if refused else [])]
    return [pytest.param(path, method, mode, id=f"{mode.value} {method} {path}") for mode in generated]


def breaks_joint_rule_only(response: schemathesis.Response) -> bool:
    """Whether all mistakes are about two parameters together, which OpenAPI cannot express."""
    if response.status_code != 422:
        return False
    errors = response.json()["errors"]
    return all(error["code"] == "contradicts" or "page * per_page" in error["detail"] for error in errors)


@pytest.mark.parametrize(
    ("path", "method", "mode"), [case for path, method in OPERATIONS for case in modes(path, method)]
)
@settings(max_examples=max(1, settings().max_examples // 2), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_service_behaves_as_documented(
    described: Any, snapshot: str, path: str, method: str, mode: GenerationMode, data: st.DataObject
) -> None:
    """Valid requests succeed, invalid ones are refused, and responses match their schemas."""
    case = data.draw(described[path][method].as_strategy(generation_mode=mode))
    if mode is GenerationMode.POSITIVE:  # dates and snapshots are plain strings to generators of clients
        case.query.pop("cursor", None)  # of another search
        case.query |= {name: snapshot for name in ("at", "since", "until") if name in case.query}
        case.query |= {name: data.draw(st.sampled_from(DATES)) for name in ("from", "to") if name in case.query}
    response = case.call(headers={"Accept-Encoding": "identity"})  # this client does not decompress
    gone = response.status_code == 410  # no schema knows the snapshots that are kept
    excluded = [positive_data_acceptance] if gone or breaks_joint_rule_only(response) else []
    case.validate_response(response, excluded_checks=excluded)


@settings(
    max_examples=2 * settings().max_examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.lists(
        st.tuples(st.sampled_from(["q", "topic", "page", "per_page", "sort", "from", "to", "fields", "x"]), st.text()),
        max_size=4,
    )
)
def test_any_parameters_give_200_or_422(client: FlaskClient, query: list[tuple[str, str]]) -> None:
    parameters = [(name, value.encode("utf-8", "surrogatepass")) for name, value in query]
    assert client.get("/api/v1/search", query_string=parameters).status_code in (200, 422)


def test_only_fields_of_results_the_duration_and_details_of_errors_are_optional(document: Any) -> None:
    optional = {
        name: set(schema["properties"]) - set(schema.get("required", ()))
        for name, schema in response_objects(document).items()
    }
    assert {name: fields for name, fields in optional.items() if fields} == {
        "Result": {*HIT_FIELDS, "explanation"},
        "SearchResponse": {"took_ms"},
        "Problem": {"errors", "kept", "oldest"},
        "ParameterError": {"allowed", "limit", "nearest", "pointer"},
    }


def test_fields_of_responses_have_no_default(document: Any) -> None:
    schemas = response_objects(document).values()
    assert not [field for schema in schemas for field in schema["properties"].values() if "default" in field]


def test_times_have_a_format(document: Any) -> None:
    schemas = document["components"]["schemas"]
    time = {"type": ["string", "null"], "format": "date-time", "description": "ISO 8601, UTC."}
    for name in ("Result", "RelatedArticle", "StoryArticle"):
        assert schemas[name]["properties"]["published_at"] == time


def test_dates_are_plain_strings(document: Any) -> None:
    dates = [each["schema"] for each in parameters(document) if each["name"] in {"from", "to"}]
    assert dates
    assert [date for date in dates if date != {"type": "string"}] == []


def test_all_lists_can_be_repeated(document: Any) -> None:
    lists = [each for each in parameters(document) if each["schema"].get("type") == "array"]
    assert lists
    assert [each["name"] for each in lists if (each["style"], each["explode"]) != ("form", True)] == []


@pytest.mark.parametrize("name", ["facets", "fields"])
def test_names_in_a_list_can_be_repeated_or_joined(client: FlaskClient, name: str) -> None:
    values = {"facets": ["topic", "year"], "fields": ["id", "title"]}[name]
    answers = [
        client.get("/api/v1/search", query_string={"per_page": 3, name: sent}).get_json()
        for sent in (values, ",".join(values))
    ]
    assert answers[0]["query"][name] == values
    assert answers[0] | {"took_ms": 0} == answers[1] | {"took_ms": 0}


def test_enumerations_have_names(document: Any) -> None:
    inline = [each["name"] for each in parameters(document) if "enum" in json.dumps(each["schema"])]
    objects = [each for each in document["components"]["schemas"].values() if "properties" in each]
    assert (inline, [each for each in objects if '"enum"' in json.dumps(each)]) == ([], [])


def test_no_schema_has_the_name_of_a_type_that_generators_add(document: Any) -> None:
    """oapi-codegen names the response of an operation after it."""
    names = ["".join(part.title() for part in each["operationId"].split("_")) for _, _, each in operations(document)]
    added = {f"{name}{suffix}" for name in names for suffix in ("Response", "Params", "Request")}
    assert added & document["components"]["schemas"].keys() == set()


def test_no_schema_is_unused(document: Any) -> None:
    used = json.dumps(document)
    assert [name for name in document["components"]["schemas"] if f'schemas/{name}"' not in used] == []


def test_descriptions_are_not_indented(document: Any) -> None:
    assert not [name for name, s in document["components"]["schemas"].items() if "\n  " in s["description"]]
