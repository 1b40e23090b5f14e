"""The OpenAPI document: valid, and true of what is answered."""

from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from search import SearchRequest


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> Any:
    return client.get("/api/v1/openapi.json").json


def test_it_is_openapi_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document)


def test_every_schema_is_json_schema(document: Any) -> None:
    schemas = list(document["components"]["schemas"].values())
    for path in document["paths"].values():
        schemas += [parameter["schema"] for parameter in path["get"].get("parameters", [])]
    assert schemas
    for schema in schemas:
        Draft202012Validator.check_schema(schema)


def test_every_parameter_of_a_search_is_described(document: Any) -> None:
    described = {p["name"] for p in document["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert described == {field.alias or name for name, field in SearchRequest.model_fields.items()}


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/v1/search", "/api/v1/search?q=robot"),
        ("/api/v1/search", "/api/v1/search?per_page=100"),
        ("/api/v1/search", "/api/v1/search?q=robot&fields=id"),
        ("/api/v1/search", "/api/v1/search?page=0"),
        ("/api/v1/facets/{field}", "/api/v1/facets/topic?facet_size=100"),
        ("/api/v1/suggest", "/api/v1/suggest?q=ro"),
        ("/api/v1/stats", "/api/v1/stats"),
        ("/api/v1/articles/{id}", "/api/v1/articles/nothing"),
    ],
)
def test_answers_are_as_described(client: FlaskClient, document: Any, path: str, address: str) -> None:
    response = client.get(address)
    described = document["paths"][path]["get"]["responses"][str(response.status_code)]["content"][response.mimetype]
    schema = {**described["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(response.json)


@pytest.mark.parametrize("q", ["ferries yesterday harb*", "electrik ferry", "fery", "zeppelin"])
def test_answers_that_are_more_than_a_list_are_as_described(made: FlaskClient, document: Any, q: str) -> None:
    schema = {"$ref": "#/components/schemas/SearchResponse", "components": document["components"]}
    Draft202012Validator(schema).validate(made.get("/api/v1/search", query_string={"q": q, "explain": 1}).json)


def test_everything_in_an_answer_is_described(document: Any) -> None:
    assert [name for name, schema in document["components"]["schemas"].items() if not schema.get("description")] == []


@pytest.fixture(scope="module")
def described(client: FlaskClient) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", client.application)


def ways(path: str) -> list[Any]:
    """What the document allows; and what it forbids, where there are parameters to get wrong."""
    forbidden = [] if path.endswith(("stats", "{id}")) else [GenerationMode.NEGATIVE]
    return [pytest.param(path, way, id=f"{way.value} {path}") for way in (GenerationMode.POSITIVE, *forbidden)]


def beyond_the_document(response: schemathesis.Response) -> bool:
    """Whether all that was refused is how two parameters go together, which OpenAPI cannot say."""
    if response.status_code != 422:
        return False
    details = [error["detail"] for error in response.json()["errors"]]
    return all(detail == "must be on or after from" or detail.startswith("page * per_page") for detail in details)


@pytest.mark.parametrize(
    ("path", "way"),
    [
        *ways("/api/v1/search"),
        *ways("/api/v1/facets/{field}"),
        *ways("/api/v1/suggest"),
        *ways("/api/v1/stats"),
        *ways("/api/v1/articles/{id}"),
    ],
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_document_is_true(described: Any, path: str, way: GenerationMode, data: st.DataObject) -> None:
    """What it allows is answered as it says, what it forbids is refused as it says, and nothing fails."""
    case = data.draw(described[path]["GET"].as_strategy(generation_mode=way))
    response = case.call()
    left_out = [positive_data_acceptance] if beyond_the_document(response) else []
    case.validate_response(response, excluded_checks=left_out)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.lists(
        st.tuples(st.sampled_from(["q", "topic", "page", "per_page", "sort", "from", "to", "fields", "x"]), st.text()),
        max_size=4,
    )
)
def test_whatever_is_asked_the_answer_is_200_or_422(client: FlaskClient, query: list[tuple[str, str]]) -> None:
    asked = [(name, value.encode("utf-8", "surrogatepass")) for name, value in query]
    assert client.get("/api/v1/search", query_string=asked).status_code in (200, 422)
