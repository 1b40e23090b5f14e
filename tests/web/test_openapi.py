"""The OpenAPI document: valid, and true of what is answered."""

from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from search import SearchRequest


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> Any:
    return client.get("/api/v1/openapi.json").json


def test_it_is_openapi_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document)


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
