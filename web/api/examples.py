"""Examples of parameters and responses in the OpenAPI document, made from its schemas."""

from typing import Any, Final

from search import FILTERS
from web.api.components import Json, operations, parameters

_ARTICLE: Final = "_news/2026-10-12-the-robot-that-gives-up-its-seat"
_TIME: Final = "2026-10-12T06:30:00Z"
_SNAPSHOT: Final = "20261124T045001Z-a9d3"
_LATER: Final = "20261124T052001Z-07c1"
_BUILT: Final = "2026-11-24T04:50:01Z"
_CRITERIA: Final = "q=robot&topic=AI%20in%20Robotics"
_REST: Final = "per_page=1&facet_size=1&fields=title,published_at"
_SEARCH: Final = f"/api/v1/search?{_CRITERIA}"
_CITED: Final = f"{_SEARCH}&at={_SNAPSHOT}&{_REST}"

SEARCH_QUERY: Final = "q=robot&topic=AI+in+Robotics&per_page=1&facet_size=1&fields=title,published_at"
"""The query string of the search that has the example of a response."""

SEARCH_ANSWER: Final[Json] = {
    "query": {
        "q": "robot",
        **{name: [] for name in FILTERS},
        "topic": ["AI in Robotics"],
        "topic_op": "any",
        "from": None,
        "to": None,
        "sort": "relevance",
        "match": "all",
        "typo": 0,
        "collapse": "none",
        "at": None,
        "explain": 0,
        "page": 1,
        "per_page": 1,
        "facets": ["topic", "provider"],
        "facet_size": 1,
        "timeline": "none",
        "fields": ["title", "published_at"],
    },
    "total": 13,
    "listed": 13,
    "page": 1,
    "per_page": 1,
    "pages": 13,
    "took_ms": 0.412,
    "index": {"snapshot": _SNAPSHOT, "built_at": _BUILT, "articles": 77},
    "results": [{"title": "The robot that gives up its seat", "published_at": _TIME}],
    "facets": [
        {
            "field": "topic",
            "total_values": 8,
            "missing": 0,
            "values": [{"value": "AI in Robotics", "count": 13, "selected": True}],
        },
        {
            "field": "provider",
            "total_values": 7,
            "missing": 0,
            "values": [{"value": "Robot Courier", "count": 6, "selected": False}],
        },
    ],
    "links": {
        "self": f"{_SEARCH}&{_REST}",
        "next": f"{_SEARCH}&page=2&{_REST}",
        "prev": None,
        "html": f"/?{_CRITERIA}&match=all&typo=0&collapse=none&per_page=1&facet_size=1",
        "feed": f"/feed.atom?{_CRITERIA}",
        "export": f"/api/v1/export?{_CRITERIA}",
    },
    "warnings": [],
    "correction": None,
    "prefix": None,
    "relaxed": None,
    "stories": None,
    "timeline": None,
    "citation": {
        "text": f"article-search, query “robot”, topic “AI in Robotics”, 13 articles, snapshot {_SNAPSHOT},"
        f" built {_BUILT}, {_CITED}",
        "url": _CITED,
        "query": "query “robot”, topic “AI in Robotics”",
        "total": 13,
        "snapshot": _SNAPSHOT,
        "time": _BUILT,
    },
}
"""The response to it, as the sample archive has it."""

PARAMETERS: Final[dict[str, Any]] = {
    "q": "robot",
    "topic": ["AI in Robotics"],
    "provider": ["Robot Courier"],
    "type": ["article"],
    "domain": ["robotcourier.example"],
    "year": ["2026"],
    "category": ["news"],
    "not_topic": ["AI in Autos"],
    "not_provider": ["The Wheel"],
    "not_type": ["video"],
    "not_domain": ["thewheel.example"],
    "not_year": ["2019"],
    "not_category": ["opinion"],
    "url": ["https://www.tokyobyte.example/2026/10/the-robot-that-gives-up-its-seat/"],
    "sort": "newest",
    "timeline": "month",
    "fields": ["title", "published_at"],
    "value": ["AI in Robotics", "AI in Autos"],
    "at": _SNAPSHOT,
    "since": _SNAPSHOT,
    "until": _LATER,
    "cursor": f"{_SNAPSHOT}.5d41402abc4b2a76.1000",
    "id": _ARTICLE,
}
"""Values of parameters by name.  Others have their default."""

MEMBERS: Final[dict[str, Any]] = {
    "q": "robot",
    "sort": "relevance",
    "match": "all",
    "from": None,
    "to": None,
    "timeline": "none",
    "fields": ["title", "published_at"],
    "facets": ["topic"],
    "id": _ARTICLE,
    "at": None,
    "snapshot": _SNAPSHOT,
    "since": _SNAPSHOT,
    "until": _LATER,
    "oldest": _SNAPSHOT,
    "ChangeLinks.self": f"/api/v1/changes?since={_SNAPSHOT}",
    "ChangeLinks.next": f"/api/v1/changes?since={_SNAPSHOT}&until={_LATER}&page=2",
    "later": f"/api/v1/changes?since={_LATER}",
    "ChangedFields.fields": {
        "title": {"old": "The robot that gives its seat", "new": "The robot that gives up its seat"}
    },
    "built_at": _BUILT,
    "articles": 77,
    "total": 13,
    "listed": 13,
    "pages": 13,
    "count": 13,
    "undated": 0,
    "took_ms": 0.412,
    "score": 7.1,
    "title": "The robot that gives up its seat",
    "excerpt": "It stands when somebody older comes in.",
    "topics": ["AI in Robotics"],
    "url": "https://robotcourier.example/seat",
    "amp_url": None,
    "domain": "robotcourier.example",
    "name": "Robot Courier",
    "type": "article",
    "published_at": _TIME,
    "start": "2026-10-01",
    "category": None,
    "heat": 115,
    "quality": 104,
    "missing": 0,
    "warnings": [],
    "stories": None,
    "self": "/api/v1/facets/topic?q=robot",
    "next": "/api/v1/facets/topic?q=robot&page=2",
    "prev": None,
    "correction": None,
    "prefix": None,
    "relaxed": None,
    "Citation.text": f"article-search, query “robot”, 13 articles, snapshot {_SNAPSHOT}, built {_BUILT}",
    "Citation.url": f"/api/v1/search?q=robot&at={_SNAPSHOT}",
    "Citation.query": "query “robot”",
    "Citation.time": _BUILT,
    "text": "robot",
    "hit": True,
    "typed": "robto",
    "meant": "robot",
    "value": "AI in Robotics",
    "field": "topic",
    "words": ["robot", "seat"],
    "first_published_at": "2019-01-02T08:00:00Z",
    "last_published_at": _TIME,
}
"""Values of members of responses by name, and by `schema.name` if they differ there."""

_BY_TYPE: Final[dict[str, Any]] = {
    "string": "robot", "integer": 1, "number": 1.0, "boolean": False, "object": {}, "null": None,
}  # fmt: skip
_BY_FORMAT: Final = {"date-time": _TIME, "date": "2026-10-12"}
_CLASSES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "null": (type(None),),
    "array": (list,), "object": (dict,),
}  # fmt: skip


def add_examples(document: Json) -> None:
    """Adds an example to every parameter and every body of a document that has none."""
    schemas = document["components"]["schemas"]
    for parameter in parameters(document):
        if not _has_example(parameter):
            parameter["example"] = _of_parameter(parameter, schemas)
    for _, _, operation in operations(document):
        for body in [*operation["responses"].values(), operation.get("requestBody", {})]:
            for media_type in body.get("content", {}).values():
                if not _has_example(media_type):
                    media_type["example"] = _example(media_type["schema"], schemas)


def _of_parameter(parameter: Json, schemas: dict[str, Json]) -> Any:
    known, schema = PARAMETERS.get(parameter["name"]), parameter["schema"]
    is_one_of_list = schema.get("type") == "array" and isinstance(known, str)  # an id in a path, ids in a query
    return _example(schema, schemas, [known] if is_one_of_list else known)


def _has_example(described: Json) -> bool:
    return "example" in described or "examples" in described


def _example(schema: Json, schemas: dict[str, Json], known: Any = None) -> Any:
    """The known value if the schema allows it; else a value that the schema gives or implies."""
    if known is not None and _allows(schema, known, schemas):
        return known
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if "$ref" in schema:
        name = _name(schema)
        if name == "SearchResponse":
            return SEARCH_ANSWER
        return _object(name, schemas) if "properties" in schemas[name] else _example(schemas[name], schemas)
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], schemas)
    (kind, *_) = _types(schema, schemas)
    if kind == "array":
        objects = [each for each in schema["items"].get("anyOf", [schema["items"]]) if "$ref" in each]
        return [_example(objects[0], schemas)] if objects else []
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE[kind])


def _object(name: str, schemas: dict[str, Json]) -> Json:
    """The example of an object; what can be left out is left out unless its value is known."""
    required = {*schemas[name].get("required", ())}
    return {
        member: _member(f"{name}.{member}", schema, schemas)
        for member, schema in schemas[name]["properties"].items()
        if member in required or member in MEMBERS
    }


def _member(path: str, schema: Json, schemas: dict[str, Json]) -> Any:
    known = MEMBERS.get(path, MEMBERS.get(path.rpartition(".")[2], ...))
    return known if _allows(schema, known, schemas) else _example(schema, schemas)


def _allows(schema: Json, value: Any, schemas: dict[str, Json]) -> bool:
    """Whether a schema allows values of this type, and this one if it has an enumeration."""
    allowed = _enumerated(schema, schemas)
    if allowed is not None:
        return value in allowed
    fits = any(isinstance(value, _CLASSES[kind]) for kind in _types(schema, schemas))
    if fits and isinstance(value, list) and "items" in schema:
        return all(_allows(schema["items"], each, schemas) for each in value)
    return fits


def _enumerated(schema: Json, schemas: dict[str, Json]) -> list[Any] | None:
    if "$ref" in schema:
        return _enumerated(schemas[_name(schema)], schemas)
    return schema.get("enum")


def _types(schema: Json, schemas: dict[str, Json]) -> list[str]:
    """The JSON types that a schema allows."""
    if "$ref" in schema:
        return _types(schemas[_name(schema)], schemas)
    if "anyOf" in schema:
        return [kind for each in schema["anyOf"] for kind in _types(each, schemas)]
    kinds = schema["type"]
    return [*kinds] if isinstance(kinds, list) else [kinds]


def _name(reference: Json) -> str:
    """The name of the schema that is referred to."""
    return str(reference["$ref"].rpartition("/")[2])
