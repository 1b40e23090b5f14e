"""The member `query` of the API's responses: a search as it was read, which can be sent again."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from search import FACETS, FILTER_OPERATORS, FILTERS, HIT_FIELDS, Interval, Sort

_SEARCH: list[Any] = [
    ("q", str),
    *((name, tuple[str, ...]) for name in FILTERS),
    *((name, Literal["any", "all"]) for name in FILTER_OPERATORS),
    ("from_", str | None, msgspec.field(name="from")),
    ("to", str | None),
    ("sort", Annotated[Sort, Meta(description="The order in force.")]),
    ("match", Literal["most", "all"]),
    ("typo", Literal[0, 1]),
]
_AT = ("at", str | None)

Query = msgspec.defstruct(
    "Query",
    [
        *_SEARCH,
        ("collapse", Literal["none", "story"]),
        _AT,
        ("explain", Literal[0, 1]),
        ("page", int),
        ("per_page", int),
        ("facets", tuple[Literal[FACETS], ...]),  # type: ignore[valid-type]
        ("facet_size", int),
        ("timeline", Literal["none", "auto", Interval]),
        ("fields", tuple[Literal[HIT_FIELDS], ...]),  # type: ignore[valid-type]
    ],
    namespace={
        "__doc__": "The search as it was read.  Sent again, all members that are not null give the same response:"
        " each value of a list is a parameter of its own."
    },
)

FacetQuery = msgspec.defstruct(
    "FacetQuery",
    [*_SEARCH, _AT, ("page", int), ("facet_size", int), ("prefix", str | None)],
    namespace={"__doc__": Query.__doc__},
)

TimelineQuery = msgspec.defstruct(
    "TimelineQuery",
    [*_SEARCH, _AT, ("interval", Literal["auto", Interval])],
    namespace={"__doc__": Query.__doc__},
)
