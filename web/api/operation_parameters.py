"""Describes the parameters of each operation, for the OpenAPI document."""

from copy import deepcopy
from typing import get_args

from search import FACETS, MAX_TRENDS, ROW_FIELDS, WITHOUT_EFFECT_ON_EXPORT, By, SearchRequest
from web.api.changes import DEFAULT_LISTED, MAX_LISTED
from web.api.components import Json, names_in_list
from web.export_parameters import CURSOR_PATTERN, FORMATS, MAX_LIMIT
from web.parameters import (
    FACET_NAMES,
    MAX_COMPLETIONS,
    MAX_PREFIX_CHARACTERS,
    MAX_SIMILAR,
    TIMELINE_INTERVALS,
    TIMELINE_NAMES,
)
from web.trend_parameters import RISING_INTERVALS, Measure


def of_search() -> list[Json]:
    """The parameters of a search."""
    properties = SearchRequest.model_json_schema()["properties"]
    return [_query(name, _without_null(schema)) for name, schema in properties.items()]


def of_timeline() -> list[Json]:
    """The parameters of a timeline: those of a search that make a difference to it, and `interval`."""
    text = "auto: the interval that fits the dates. Of more than 4,000 periods, a coarser interval is used."
    interval = {"type": "string", "enum": list(TIMELINE_INTERVALS), "default": "auto", "description": text}
    others = [parameter for parameter in of_search() if parameter["name"] in TIMELINE_NAMES]
    return [_query("interval", interval), *others]


def of_trends() -> list[Json]:
    """The parameters of trends."""
    search = {parameter["name"]: parameter for parameter in of_search()}
    values = {**search["topic"]["schema"], "maxItems": MAX_TRENDS}
    interval = next(parameter for parameter in of_timeline() if parameter["name"] == "interval")
    by = {"type": "string", "enum": list(get_args(By)), "default": "topic", "description": "What the values are."}
    measure = {"type": "string", "enum": list(get_args(Measure)), "default": "count", "description": "Of each `value`."}
    return [
        _query("by", by),
        search["topic"] | {"name": "value", "schema": values, "description": "Topics, providers or queries."},
        interval,
        _query("measure", measure),
        search["from"],
        search["to"],
        search["at"],
    ]


def of_rising() -> list[Json]:
    """The parameters of rising topics and phrases."""
    text = "The length of the periods to compare."
    interval = {"type": "string", "enum": list(RISING_INTERVALS), "default": "month", "description": text}
    return [_query("interval", interval), _limit(MAX_COMPLETIONS), _snapshot()]


def of_export() -> list[Json]:
    """The parameters of an export: those of a search that decide which articles it finds, and those of rows."""
    formats = {"type": "string", "enum": list(FORMATS), "default": FORMATS[0], "description": "Format of the rows."}
    text = "How many rows at most; the next cursor is in the header `Link`. Without it, all rows are streamed."
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "description": text}
    text = "Where to continue, in which snapshot. Its last number is the number of rows before."
    cursor = {"type": "string", "pattern": CURSOR_PATTERN, "description": text}
    shared = [parameter for parameter in of_search() if parameter["name"] not in WITHOUT_EFFECT_ON_EXPORT]
    fields = {"type": "array", "items": {"type": "string", "enum": [*names_in_list(ROW_FIELDS)]}, "minItems": 1}
    return [
        _query("format", formats),
        _query("limit", limit),
        _query("cursor", cursor),
        *(parameter | ({"schema": fields} if parameter["name"] == "fields" else {}) for parameter in shared),
    ]


def of_facet() -> list[Json]:
    """The parameters of a facet: its field in the path, a prefix of the values, those of a search that matter to it."""
    fields = {"type": "string", "enum": list(FACETS)}
    field = {"name": "field", "in": "path", "required": True, "description": "What to count.", "schema": fields}
    text = "Only values that begin with this or have a word that does, in any case and with any accents."
    prefix = {"type": "string", "maxLength": MAX_PREFIX_CHARACTERS, "description": text}
    shared = {each["name"]: each for each in of_search() if each["name"] in FACET_NAMES}
    shared["page"] = shared["page"] | {"description": "The page of values; `facet_size` is its size."}
    return [field, _query("prefix", prefix), *shared.values()]


def of_article() -> list[Json]:
    """The parameters of an article: its id in the path, and the snapshot to answer from."""
    text = "The article's id. Its slashes need no encoding."
    id = {"name": "id", "in": "path", "required": True, "description": text, "schema": {"type": "string"}}
    return [id, _snapshot()]


def of_similar() -> list[Json]:
    """The parameters of similar articles: those of the article, and how many to list."""
    id, at = of_article()
    return [id, _limit(MAX_SIMILAR), at]


def of_suggest() -> list[Json]:
    """The parameters of a completion."""
    text = {**SearchRequest.model_json_schema()["properties"]["q"], "description": "The text to complete."}
    return [_query("q", _without_null(text)), _limit(MAX_COMPLETIONS)]


def of_changes() -> list[Json]:
    """The parameters of changes."""
    texts = {
        "since": "The snapshot to compare with: `index.snapshot` of an earlier answer.",
        "until": "The snapshot that the changes lead to; default: the current one.",
    }
    search = SearchRequest.model_json_schema()["properties"]
    page = search["page"] | {"description": "A page of `limit` articles."}
    names = [_query(name, _without_null(deepcopy(search["at"])) | {"description": t}) for name, t in texts.items()]
    names[0]["required"] = True
    return [*names, _query("page", _without_null(page)), _limit(MAX_LISTED, DEFAULT_LISTED)]


def _snapshot() -> Json:
    """The snapshot to answer from."""
    return next(parameter for parameter in of_search() if parameter["name"] == "at")


def _limit(most: int, default: int = 10) -> Json:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default, "description": "How many to list."}
    return _query("limit", schema)


def _query(name: str, schema: Json) -> Json:
    parameter: Json = {"name": name, "in": "query", "required": False, "schema": schema}
    if description := schema.pop("description", None):
        parameter["description"] = description
    if examples := schema.pop("examples", None):
        parameter["examples"] = {text: {"value": text} for text in examples}
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
        if "maxLength" in schema:  # of the list without repeated values, which JSON schema cannot express
            parameter["description"] += f" At most {schema.pop('maxLength')} different ones."
    return parameter


def _without_null(schema: Json) -> Json:
    """A schema without its null: a query string can leave a parameter out but cannot say null."""
    types = [each for each in schema.pop("anyOf", []) if each != {"type": "null"}]
    schema |= types[0] if len(types) == 1 else {"anyOf": types} if types else {}
    return {name: value for name, value in schema.items() if name != "title" and value is not None}
