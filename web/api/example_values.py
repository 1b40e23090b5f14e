"""The values of the examples in the OpenAPI document: of parameters, of members, and whole answers."""

from datetime import datetime
from typing import Any, Final

import msgspec

from search import FILTERS
from web.api.citation import cited
from web.api.components import Json

_ARTICLE: Final = "_news/2026-10-12-the-robot-that-gives-up-its-seat"
TIME: Final = "2026-10-12T06:30:00Z"
_SNAPSHOT: Final = "20261124T045001Z-a9d3"
_LATER: Final = "20261124T052001Z-07c1"
_BUILT: Final = "2026-11-24T04:50:01Z"
_CRITERIA: Final = "q=robot&topic=AI%20in%20Robotics"
_REST: Final = "per_page=1&facet_size=1&fields=title,published_at"
_SEARCH: Final = f"/api/v1/search?{_CRITERIA}"
_CITED: Final = f"{_SEARCH}&at={_SNAPSHOT}&{_REST}"


def _citation(query: str, total: int, url: str) -> Json:
    citation: Json = msgspec.to_builtins(cited(query, total, _SNAPSHOT, datetime.fromisoformat(_BUILT), url))
    return citation


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
    "results": [{"title": "The robot that gives up its seat", "published_at": TIME}],
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
    "citation": _citation("query “robot”, topic “AI in Robotics”", 13, _CITED),
}
"""The response to it, as the sample archive has it."""

FORGIVING_QUERY: Final = f"q=robto+garde&match=most&typo=1&collapse=story&timeline=month&{_REST}"
"""The query string of a search whose answer has an object for every member that can have one."""

_TYPED: Final = "/api/v1/search?q=robto%20garde"
_FORGIVING: Final = "&match=most&typo=1&collapse=story"
_SHORT: Final = "per_page=1&facet_size=1&timeline=month&fields=title,published_at"
_FORGIVEN: Final = f"{_TYPED}{_FORGIVING}&at={_SNAPSHOT}&{_SHORT}"

FORGIVING_ANSWER: Final[Json] = SEARCH_ANSWER | {
    "query": SEARCH_ANSWER["query"]
    | {"q": "robto garde", "topic": [], "match": "most", "typo": 1, "collapse": "story", "timeline": "month"},
    "total": 1,
    "listed": 14,
    "pages": 14,
    "results": [
        {
            "title": "A robot gardener learns which plants are weeds, and asks about daisies",
            "published_at": "2026-08-03T09:15:00Z",
        }
    ],
    "facets": [
        {
            "field": field,
            "total_values": values,
            "missing": 0,
            "values": [{"value": value, "count": 1, "selected": False}],
        }
        for field, values, value in (("topic", 2, "AI in Robotics"), ("provider", 1, "Robot Courier"))
    ],
    "links": {
        "self": f"{_TYPED}{_FORGIVING}&{_SHORT}",
        "next": f"{_TYPED}{_FORGIVING}&page=2&{_SHORT}",
        "prev": None,
        "html": "/?q=robto%20garde&per_page=1&facet_size=1",
        "feed": "/feed.atom?q=robot%20garde%2A",
        "export": "/api/v1/export?q=robto%20garde&typo=1",
    },
    "correction": {
        "q": "robot garde",
        "applied": True,
        "words": [{"typed": "robto", "meant": "robot"}],
        "links": {
            "corrected": f"/api/v1/search?q=robot%20garde{_FORGIVING}&{_SHORT}",
            "as_typed": f"{_TYPED}&match=most&collapse=story&{_SHORT}",
        },
    },
    "prefix": {"q": "robot garde*", "word": "garde"},
    "relaxed": {"total": 13, "missing_at_most": 1},
    "stories": 14,
    "timeline": {
        "interval": "month",
        "buckets": [{"start": "2026-08-01", "count": 1, "total": 1, "partial": False}],
        "undated": 0,
    },
    "citation": _citation("query “robot garde*”", 1, _FORGIVEN),
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

KNOWN: Final[dict[str, Any]] = {
    "SearchResponse": SEARCH_ANSWER,
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
    "published_at": TIME,
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
    "FacetResponse.citation": _citation("query “robot”", 13, f"/api/v1/facets/topic?q=robot&at={_SNAPSHOT}"),
    "TimelineResponse.citation": _citation("query “robot”", 13, f"/api/v1/timeline?q=robot&at={_SNAPSHOT}"),
    "ArticleResponse.citation": _citation(f"article “{_ARTICLE}”", 1, f"/api/v1/articles/{_ARTICLE}?at={_SNAPSHOT}"),
    "SimilarResponse.citation": _citation(
        f"articles like “{_ARTICLE}”", 1, f"/api/v1/similar/{_ARTICLE}?limit=10&at={_SNAPSHOT}"
    ),
    "TrendsResponse.total": 77,
    "TrendsResponse.citation": _citation(
        "trends of topic “AI in Robotics”, by year",
        77,
        f"/api/v1/trends?value=AI%20in%20Robotics&interval=year&at={_SNAPSHOT}",
    ),
    "RisingResponse.citation": _citation(
        "rising topics and phrases of the month of 2026-10-01",
        77,
        f"/api/v1/trends/rising?interval=month&limit=10&at={_SNAPSHOT}",
    ),
    "ChangesResponse.citation": _citation(
        f"changes since snapshot {_SNAPSHOT}", 1, f"/api/v1/changes?since={_SNAPSHOT}&until={_LATER}"
    ),
    "text": "robot",
    "hit": True,
    "typed": "robto",
    "meant": "robot",
    "value": "AI in Robotics",
    "field": "topic",
    "words": ["robot", "seat"],
    "first_published_at": "2019-01-02T08:00:00Z",
    "last_published_at": TIME,
}
"""Examples of objects by the name of their schema; of members by name, and by `schema.name` if they differ there."""

NO_NULL_OBJECTS: Final[dict[str, Any]] = {
    "SearchResponse": FORGIVING_ANSWER,
    **{name: FORGIVING_ANSWER[name] for name in ("correction", "prefix", "relaxed")},
}
"""Examples in place of those that have null for an object."""
