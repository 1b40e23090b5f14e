"""The schemas of the OpenAPI document: the structs of responses, and enumerations with names of their own."""

from collections.abc import Iterator, Sequence
from inspect import cleandoc
from typing import Any, Final, NamedTuple, get_args

import msgspec

from search import FACETS, HIT_FIELDS, ROW_FIELDS, By, Interval, IntervalChoice, MistakeCode, RowFormat, Sort
from web.parameters import TIMELINE_INTERVALS
from web.trend_parameters import RISING_INTERVALS, Measure

Json = dict[str, Any]

REFERENCE: Final = "#/components/schemas/{name}"


def names_in_list(names: Sequence[str]) -> tuple[str, ...]:
    """What a parameter that lists some of these names may have.

    Names with a minus, which mean the same as those with `not_`, are missing: to progenitor, -published_at is the same
    identifier as published_at, so it renames both, and typed programs would have to write PublishedXat."""
    return *names, "*", *(f"not_{name}" for name in names)


class Enumeration(NamedTuple):
    """The values of an enumeration, and what they are."""

    values: tuple[Any, ...]
    description: str


ENUMERATIONS: Final[dict[str, Enumeration]] = {
    "Sort": Enumeration(get_args(Sort), "An order of results."),
    "Interval": Enumeration(get_args(Interval), "The length of the periods of a timeline."),
    "IntervalChoice": Enumeration(TIMELINE_INTERVALS, "An interval; auto: the one that fits the dates."),
    "TimelineChoice": Enumeration(get_args(IntervalChoice), "An interval; auto: the one that fits; none: no timeline."),
    "RisingInterval": Enumeration(RISING_INTERVALS, "The length of the periods to compare."),
    "FacetField": Enumeration(FACETS, "A field whose values are counted."),
    "FacetChoice": Enumeration(names_in_list(FACETS), "A facet; *: all; not_topic, or -topic: all but topic."),
    "FieldChoice": Enumeration(
        names_in_list(HIT_FIELDS), "A member; *: all; not_excerpt, or -excerpt: all but excerpt."
    ),
    "RowField": Enumeration(names_in_list(ROW_FIELDS), "A column; *: all; not_excerpt, or -excerpt: all but excerpt."),
    "RowFormat": Enumeration(get_args(RowFormat), "The format of the rows of an export."),
    "MistakeCode": Enumeration(
        get_args(MistakeCode),
        "What kind of mistake it is. contradicts: right alone, but not with another parameter; invalid: any other.",
    ),
    "ResultField": Enumeration(HIT_FIELDS, "A member of a result."),
    "Operator": Enumeration(("any", "all"), "Whether an article must match any or all of several values."),
    "Match": Enumeration(("most", "all"), "all: full matches only; most: also the best partial matches."),
    "Collapse": Enumeration(("none", "story"), "story: one result for each story."),
    "Switch": Enumeration((0, 1), "1: yes; 0: no."),
    "By": Enumeration(get_args(By), "What a trend counts."),
    "Measure": Enumeration(get_args(Measure), "A number of articles, or its share of all articles."),
}
"""Enumerations by name.  Others are named after the first member or parameter that has them."""

_TYPES: Final = {str: "string", int: "integer", float: "number", bool: "boolean"}


def struct_schemas(structs: Sequence[type[msgspec.Struct]]) -> dict[str, Json]:
    """The schemas of the structs and of those in them; a field is optional only if it can be UNSET."""
    _, schemas = msgspec.json.schema_components(structs, ref_template=REFERENCE)
    for schema in schemas.values():
        schema["description"] = cleandoc(schema["description"])
        # A Python default does not make a field optional: msgspec encodes every value but UNSET.
        with_default = [name for name, field in schema["properties"].items() if "default" in field]
        for name in with_default:
            del schema["properties"][name]["default"]
        schema["required"] += with_default
        if not schema["required"]:  # OpenAPI 3.0 allows no empty list
            del schema["required"]
        schema["properties"] = {name: _plain(field) for name, field in schema["properties"].items()}
    return schemas


def name_enumerations(document: Json) -> None:
    """Replaces every enumeration of a document by a reference to a schema with a name."""
    schemas: dict[str, Json] = document["components"]["schemas"]
    namer = _Namer(schemas)
    for schema in [*schemas.values()]:
        if "properties" in schema:
            schema["properties"] = {name: namer.replaced(name, each) for name, each in schema["properties"].items()}
    for parameter in parameters(document):
        parameter["schema"] = namer.replaced(parameter["name"], parameter["schema"])


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """The path, the method and the description of every operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def parameters(document: Json) -> Iterator[Json]:
    """The parameters of all operations."""
    for _, _, operation in operations(document):
        yield from operation.get("parameters", ())


class _Namer:
    def __init__(self, schemas: dict[str, Json]) -> None:
        self._schemas = schemas
        self._names = {frozenset(each.values): name for name, each in ENUMERATIONS.items()}

    def replaced(self, member: str, schema: Json) -> Json:
        """The schema of a member or parameter, with references in place of its enumerations."""
        if "enum" in schema:
            others = {key: value for key, value in schema.items() if key not in {"enum", "type"}}
            return {"$ref": self._reference(member, tuple(schema["enum"]), others.get("description"))} | others
        if "items" in schema:
            return schema | {"items": self.replaced(member, schema["items"])}
        if "anyOf" in schema:
            return schema | {"anyOf": [self.replaced(member, each) for each in schema["anyOf"]]}
        return schema

    def _reference(self, member: str, values: tuple[Any, ...], description: str | None) -> str:
        name = self._names.setdefault(frozenset(values), self._unused_name(member))
        if name not in self._schemas:
            known = ENUMERATIONS.get(name, Enumeration(values, description or f"The values of `{member}`."))
            self._schemas[name] = {
                "type": _TYPES[type(values[0])], "enum": [*known.values], "description": known.description,
            }  # fmt: skip
        return REFERENCE.format(name=name)

    def _unused_name(self, member: str) -> str:
        name = "".join(part.capitalize() for part in member.split("_"))
        return name if name not in self._schemas else f"{name}Value"


def _plain(schema: Json) -> Json:
    """The schema with a list of types in place of alternatives that only add null."""
    if "items" in schema:
        schema = schema | {"items": _plain(schema["items"])}
    alternatives = schema.get("anyOf", ())
    others = [each for each in alternatives if each != {"type": "null"}]
    if len(others) == 1 and len(alternatives) == 2 and isinstance(others[0].get("type"), str):
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**others[0], "type": [others[0]["type"], "null"], **rest}
    return schema
