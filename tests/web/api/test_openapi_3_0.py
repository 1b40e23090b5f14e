"""OpenAPI 3.1 as OpenAPI 3.0."""

from typing import Any

import pytest

from web.api.openapi_3_0 import as_3_0

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "A", "license": {"name": "None yet", "identifier": "LicenseRef-none"}},
    "components": {"schemas": {"Image": {"type": "object"}, "Sort": {"type": "string", "enum": ["newest"]}}},
}
REFERENCE = {"$ref": "#/components/schemas/Image"}


def converted(schema: dict[str, Any]) -> Any:
    components = {
        "schemas": {**DOCUMENT["components"]["schemas"], "Case": {"type": "object", "properties": {"a": schema}}}
    }
    return as_3_0(DOCUMENT | {"components": components}, "/licence")["components"]["schemas"]["Case"]["properties"]["a"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, {"type": "string"}),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"type": "integer", "examples": [1, 2]}, {"type": "integer", "example": 1}),
        (REFERENCE, REFERENCE),
        (REFERENCE | {"default": 1}, {"allOf": [REFERENCE], "default": 1}),
        (
            {"description": "A picture.", "anyOf": [REFERENCE, {"type": "null"}]},
            {"description": "A picture.", "type": "object", "allOf": [REFERENCE], "nullable": True},
        ),
        (
            {"type": "array", "items": {"type": ["integer", "null"]}},
            {"type": "array", "items": {"type": "integer", "nullable": True}},
        ),
        (
            {"type": "object", "properties": {"type": {"type": "string"}, "const": {"type": ["string", "null"]}}},
            {
                "type": "object",
                "properties": {"type": {"type": "string"}, "const": {"type": "string", "nullable": True}},
            },
        ),
        ({"default": {"type": ["string", "null"]}}, {"default": {"type": ["string", "null"]}}),
    ],
)
def test_schema_has_the_keywords_of_3_0(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert converted(schema) == expected


@pytest.mark.parametrize("keyword", ["prefixItems", "patternProperties", "if"])
def test_schema_that_cannot_be_converted_is_an_error(keyword: str) -> None:
    with pytest.raises(ValueError, match=keyword):
        converted({keyword: {}})


def test_licence_has_a_url() -> None:
    assert as_3_0(DOCUMENT, "/licence")["info"]["license"] == {"name": "None yet", "url": "/licence"}


def test_original_is_unchanged() -> None:
    schema = {"anyOf": [REFERENCE, {"type": "null"}]}
    converted(schema)
    assert schema == {"anyOf": [REFERENCE, {"type": "null"}]}
