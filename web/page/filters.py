"""Computes the filters that the page offers: facet groups, filter chips, date presets."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from search import FILTERS, SCHEMA, Bucket, Facet, SearchRequest
from web.links import Changes, SearchUrls, without_value
from web.page.formatting import long_date_or_time

INITIAL_VALUES = 8  # values of a facet shown before "Show more"
MAX_VALUES = 1000  # values of a facet that "All topics" lists
MATCH = "Match"
PRESETS = (("Past week", 7), ("Past month", 30), ("Past year", 365))


class FacetGroup(NamedTuple):
    """A facet as checkboxes: `first` are visible, `rest` are behind "Show more", `all_link` leads to the others.

    `operator` is the parameter that requires all selected values (`needs_all`), "" if articles have one value each."""

    field: str
    legend: str
    operator: str
    needs_all: bool
    selected: int
    first: Sequence[Bucket]
    rest: Sequence[Bucket]
    total_values: int
    missing: int
    all_link: str | None


class Chip(NamedTuple):
    """An active filter: its kind, its value, and the changes to the search that remove it."""

    kind: str
    value: str
    changes: Changes

    @property
    def removal(self) -> str:
        """The text of a link that removes this filter."""
        if self.kind == MATCH:
            return "Include articles that lack a word"
        return f"Remove {self.kind.lower()} “{self.value}”"


class Preset(NamedTuple):
    """A link to a date range."""

    name: str
    link: str
    active: bool


def facet_groups(urls: SearchUrls, facets: Sequence[Facet]) -> list[FacetGroup]:
    """The facets as groups of checkboxes, selected values first."""
    return [_facet_group(urls, facet) for facet in facets]


def chips(request: SearchRequest) -> list[Chip]:
    """The active filters in the order of the form; the values of a list in canonical order, each once."""
    active = [
        Chip(field.replace("_", " ").capitalize(), value, without_value(request, field, value))
        for field in FILTERS
        for value in sorted(set(getattr(request, field)))
    ]
    if request.from_ is not None:
        active.append(Chip("From", long_date_or_time(request.from_), {"from_": None}))
    if request.to is not None:
        active.append(Chip("To", long_date_or_time(request.to), {"to": None}))
    if request.match == "all":
        active.append(Chip(MATCH, "every word", {"match": "most"}))
    return active


def removable_filters(request: SearchRequest) -> list[Chip]:
    """The active filters, with both ends of a date range as one."""
    if request.from_ is None or request.to is None:
        return chips(request)
    span = f"{long_date_or_time(request.from_)} to {long_date_or_time(request.to)}"
    others = [chip for chip in chips(request) if chip.kind not in {"From", "To"}]
    return [*others, Chip("Dates", span, {"from_": None, "to": None})]


def presets(urls: SearchUrls, today: date) -> list[Preset]:
    """Date ranges that end today."""
    request = urls.request
    starts = [(name, today - timedelta(days=days)) for name, days in PRESETS]
    return [
        Preset(name, urls.changed(from_=since, to=None), active=(request.from_, request.to) == (since, None))
        for name, since in starts
    ]


def _facet_group(urls: SearchUrls, facet: Facet) -> FacetGroup:
    request = urls.request
    selected = [bucket for bucket in facet.values if bucket.selected]
    ordered = selected + [bucket for bucket in facet.values if not bucket.selected]
    visible = max(len(selected), INITIAL_VALUES)
    has_more = facet.total_values > len(facet.values) and request.facet_size < MAX_VALUES
    return FacetGroup(
        field=facet.field,
        legend=SCHEMA.facets[facet.field].plural,
        operator=f"{facet.field}_op" if SCHEMA.facets[facet.field].multiple else "",
        needs_all=request.needs_all(facet.field),
        selected=len(selected),
        first=ordered[:visible],
        rest=ordered[visible:],
        total_values=facet.total_values,
        missing=facet.missing,
        all_link=urls.changed(facet_size=MAX_VALUES) if has_more else None,
    )
