"""Examples of parameters and responses in the OpenAPI document, made from its schemas."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from web.api.components import Json, operations, parameters
from web.api.example_values import PARAMETERS, TIME

_BY_TYPE: Final[dict[str, Any]] = {
    "string": "robot", "integer": 1, "number": 1.0, "boolean": False, "object": {}, "null": None,
}  # fmt: skip
_BY_FORMAT: Final = {"date-time": TIME, "date": "2026-10-12"}
_CLASSES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "null": (type(None),),
    "array": (list,), "object": (dict,),
}  # fmt: skip


def add_examples(document: Json, known: Mapping[str, Any]) -> None:
    """Adds an example to every parameter and every body of a document that has none.

    `known`: examples of schemas and of members by name, and of members by `schema.name`."""
    maker = _Maker(document["components"]["schemas"], known)
    for parameter in parameters(document):
        if not _has_example(parameter):
            parameter["example"] = maker.of_parameter(parameter)
    for _, _, operation in operations(document):
        for body in [*operation["responses"].values(), operation.get("requestBody", {})]:
            for media_type in body.get("content", {}).values():
                if not _has_example(media_type):
                    media_type["example"] = maker.of_schema(media_type["schema"])


def _has_example(described: Json) -> bool:
    return "example" in described or "examples" in described


class _Maker:
    def __init__(self, schemas: dict[str, Json], known: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._known = known

    def of_parameter(self, parameter: Json) -> Any:
        known, schema = PARAMETERS.get(parameter["name"]), parameter["schema"]
        is_one_of_list = schema.get("type") == "array" and isinstance(known, str)  # an id in a path, ids in a query
        return self.of_schema(schema, [known] if is_one_of_list else known)

    def of_schema(self, schema: Json, known: Any = None) -> Any:
        """The known value if the schema allows it; else a value that the schema gives or implies."""
        if known is not None and self._allows(schema, known):
            return known
        if "default" in schema:
            return schema["default"]
        if "enum" in schema:
            return schema["enum"][0]
        if "$ref" in schema:
            return self._of_named(_name(schema))
        if alternatives := _alternatives(schema):
            return self.of_schema(alternatives[0])
        (kind, *_) = self._types(schema)
        if kind == "array":
            items = _alternatives(schema["items"]) or [schema["items"]]
            return [self.of_schema(each) for each in items if "$ref" in each]
        return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE[kind])

    def _of_named(self, name: str) -> Any:
        schema = self._schemas[name]
        if name in self._known:
            return self._known[name]
        return self._object(name) if "properties" in schema else self.of_schema(schema)

    def _object(self, name: str) -> Json:
        """The example of an object; what can be left out is left out unless its value is known."""
        required = {*self._schemas[name].get("required", ())}
        return {
            member: self._member(f"{name}.{member}", schema)
            for member, schema in self._schemas[name]["properties"].items()
            if member in required or member in self._known
        }

    def _member(self, path: str, schema: Json) -> Any:
        known = self._known.get(path, self._known.get(path.rpartition(".")[2], ...))
        return known if self._allows(schema, known) else self.of_schema(schema)

    def _allows(self, schema: Json, value: Any) -> bool:
        """Whether a schema allows values of this type, and this one if it has an enumeration."""
        allowed = self._enumerated(schema)
        if allowed is not None:
            return value in allowed
        fits = any(isinstance(value, _CLASSES[kind]) for kind in self._types(schema))
        if fits and isinstance(value, list) and "items" in schema:
            return all(self._allows(schema["items"], each) for each in value)
        return fits

    def _enumerated(self, schema: Json) -> Sequence[Any] | None:
        if "$ref" in schema:
            return self._enumerated(self._schemas[_name(schema)])
        return schema.get("enum")

    def _types(self, schema: Json) -> list[str]:
        """The JSON types that a schema allows."""
        if "$ref" in schema:
            return self._types(self._schemas[_name(schema)])
        if alternatives := _alternatives(schema):
            return [kind for each in alternatives for kind in self._types(each)]
        kinds = schema["type"]
        return [*kinds] if isinstance(kinds, list) else [kinds]


def _alternatives(schema: Json) -> list[Json]:
    return schema.get("anyOf") or schema.get("oneOf") or []


def _name(reference: Json) -> str:
    """The name of the schema that is referred to."""
    return str(reference["$ref"].rpartition("/")[2])
