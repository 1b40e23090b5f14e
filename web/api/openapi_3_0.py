"""Converts the OpenAPI 3.1 document to OpenAPI 3.0.3, for tools that cannot read 3.1."""

from typing import Any, Final

Json = dict[str, Any]

_DATA: Final = frozenset({"default", "enum", "example", "value"})
"""Keys whose values are data, not schemas."""

_MAPS: Final = frozenset({"paths", "properties", "responses", "schemas"})
"""Keys whose values map names to objects; a name may be that of a keyword."""

_UNCONVERTIBLE: Final = frozenset({"$defs", "patternProperties", "prefixItems", "if", "contains", "propertyNames"})


def as_3_0(document: Json, licence_url: str) -> Json:
    """The same API in OpenAPI 3.0.3, which has a URL in place of the licence's identifier."""
    types = {f"#/components/schemas/{name}": each["type"] for name, each in document["components"]["schemas"].items()}
    converted: Json = _converted(document, types)
    licence = {"name": document["info"]["license"]["name"], "url": licence_url}
    return converted | {"openapi": "3.0.3", "info": converted["info"] | {"license": licence}}


def _converted(node: Any, types: dict[str, str]) -> Any:
    """The object, list or value with 3.0's keywords; `types` has the type of each schema by its reference."""
    if isinstance(node, list):
        return [_converted(each, types) for each in node]
    if not isinstance(node, dict):
        return node
    if wrong := _UNCONVERTIBLE & node.keys():
        raise ValueError(f"{', '.join(wrong)} cannot be converted to OpenAPI 3.0")
    return _schema({key: _value(key, value, types) for key, value in node.items()}, types)


def _value(key: str, value: Any, types: dict[str, str]) -> Any:
    if key in _DATA:
        return value
    if key in _MAPS and isinstance(value, dict):
        return {name: _converted(each, types) for name, each in value.items()}
    return _converted(value, types)


def _schema(node: Json, types: dict[str, str]) -> Json:
    """The object with 3.0's keywords, if it is a schema."""
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if isinstance(node.get("examples"), list):  # a map of examples is the same in both versions
        node["example"] = node.pop("examples")[0]
    if isinstance(kinds := node.get("type"), list):
        (node["type"],) = (each for each in kinds if each != "null")
        node["nullable"] = "null" in kinds
    if {"type": "null"} in (alternatives := node.get("anyOf", ())):
        (reference,) = (each for each in alternatives if each != {"type": "null"})
        del node["anyOf"]
        node |= {"type": types[reference["$ref"]], "allOf": [reference], "nullable": True}
    if "$ref" in node and len(node) > 1:  # 3.0 ignores the siblings of a reference
        node["allOf"] = [{"$ref": node.pop("$ref")}]
    return node
