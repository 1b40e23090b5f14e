"""The OpenAPI document is valid, and the service behaves as it says."""

from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from search import FILTERS, HIT_FIELDS, SearchRequest


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> Any:
    return client.get("/api/v1/openapi.json").json


def test_document_is_openapi_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document)


def test_schemas_are_valid_json_schema(document: Any) -> None:
    schemas = list(document["components"]["schemas"].values())
    for path in document["paths"].values():
        schemas += [parameter["schema"] for parameter in path["get"].get("parameters", [])]
    assert schemas
    for schema in schemas:
        Draft202012Validator.check_schema(schema)


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


def modes(path: str) -> list[Any]:
    """Valid requests, and also invalid ones if the endpoint has parameters that can be invalid."""
    forbidden = [] if path.endswith(("stats", "articles/{id}")) else [GenerationMode.NEGATIVE]
    return [pytest.param(path, mode, id=f"{mode.value} {path}") for mode in (GenerationMode.POSITIVE, *forbidden)]


def breaks_joint_rule_only(response: schemathesis.Response) -> bool:
    """Whether all mistakes are about two parameters together, which OpenAPI cannot express."""
    if response.status_code != 422:
        return False
    errors = response.json()["errors"]
    return all(error["code"] == "contradicts" or "page * per_page" in error["detail"] for error in errors)


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        *modes("/api/v1/search"),
        *modes("/api/v1/facets/{field}"),
        *modes("/api/v1/timeline"),
        *modes("/api/v1/trends"),
        *modes("/api/v1/trends/rising"),
        *modes("/api/v1/suggest"),
        *modes("/api/v1/stats"),
        *modes("/api/v1/articles/{id}"),
        *modes("/api/v1/similar/{id}"),
    ],
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_service_behaves_as_documented(described: Any, path: str, mode: GenerationMode, data: st.DataObject) -> None:
    """Valid requests succeed, invalid ones are refused, and responses match their schemas."""
    case = data.draw(described[path]["GET"].as_strategy(generation_mode=mode))
    response = case.call(headers={"Accept-Encoding": "identity"})  # this client does not decompress
    gone = response.status_code == 410  # no schema knows the snapshots that are kept
    excluded = [positive_data_acceptance] if gone or breaks_joint_rule_only(response) else []
    case.validate_response(response, excluded_checks=excluded)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.lists(
        st.tuples(st.sampled_from(["q", "topic", "page", "per_page", "sort", "from", "to", "fields", "x"]), st.text()),
        max_size=4,
    )
)
def test_any_parameters_give_200_or_422(client: FlaskClient, query: list[tuple[str, str]]) -> None:
    parameters = [(name, value.encode("utf-8", "surrogatepass")) for name, value in query]
    assert client.get("/api/v1/search", query_string=parameters).status_code in (200, 422)


def test_only_fields_of_results_and_details_of_errors_are_optional(document: Any) -> None:
    optional = {
        name: set(schema["properties"]) - set(schema["required"])
        for name, schema in document["components"]["schemas"].items()
    }
    assert {name: fields for name, fields in optional.items() if fields} == {
        "Result": {*HIT_FIELDS, "explanation"},
        "Problem": {"errors", "kept", "oldest"},
        "ParameterError": {"allowed", "limit", "nearest"},
    }


def test_fields_of_responses_have_no_default(document: Any) -> None:
    schemas = document["components"]["schemas"].values()
    assert not [field for schema in schemas for field in schema["properties"].values() if "default" in field]


def test_times_have_a_format(document: Any) -> None:
    schemas = document["components"]["schemas"]
    for name in ("Result", "RelatedArticle", "StoryArticle"):
        assert {"type": "string", "format": "date-time", "description": "ISO 8601, UTC."} in (
            schemas[name]["properties"]["published_at"]["anyOf"]
        )


def test_only_repeatable_parameters_explode(document: Any) -> None:
    parameters = document["paths"]["/api/v1/search"]["get"]["parameters"]
    assert {p["name"]: p["explode"] for p in parameters if p["schema"].get("type") == "array"} == {
        **dict.fromkeys(FILTERS, True),
        "facets": False,
        "fields": False,
    }


def test_descriptions_are_not_indented(document: Any) -> None:
    assert not [name for name, s in document["components"]["schemas"].items() if "\n  " in s["description"]]
