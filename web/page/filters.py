"""The filters of a search as the page offers them: facet groups, chips, date presets.

Templates only print what stands here; every link is ready.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from search import FILTERS, SCHEMA, Bucket, Facet, SearchRequest
from web import links
from web.page import formatting

AT_FIRST = 8  # values of a facet shown before "Show more"
MORE_VALUES = 1000
MATCH = "Match"
PRESETS = (("Past week", 7), ("Past month", 30), ("Past year", 365))


class FacetGroup(NamedTuple):
    """A facet as checkboxes: `first` stand open, `rest` behind a disclosure; `all_link` leads to what is not listed."""

    field: str
    legend: str
    selected: int
    first: Sequence[Bucket]
    rest: Sequence[Bucket]
    total_values: int
    missing: int
    all_link: str | None


class Chip(NamedTuple):
    """One active filter: what it says, and the search without it."""

    kind: str
    value: str
    without: SearchRequest

    @property
    def link(self) -> str:
        """Where dropping it leads."""
        return links.page(self.without)

    @property
    def dropped(self) -> str:
        """What dropping it means."""
        return "Also with a word missing" if self.kind == MATCH else f"Without {self.kind.lower()} “{self.value}”"


class Preset(NamedTuple):
    """A date range one click away."""

    name: str
    link: str
    active: bool


def facet_groups(request: SearchRequest, facets: Sequence[Facet]) -> list[FacetGroup]:
    """The facets, what is selected first."""
    return [_group(request, facet) for facet in facets]


def chips(request: SearchRequest) -> list[Chip]:
    """The active filters in the order of the form."""
    return list(_chips(request))


def droppable(request: SearchRequest) -> list[Chip]:
    """What can be left out of a search that found nothing: each filter, and both ends of a range of dates together."""
    if request.from_ is None or request.to is None:
        return chips(request)
    span = f"{formatting.as_given(request.from_)} to {formatting.as_given(request.to)}"
    others = [chip for chip in chips(request) if chip.kind not in {"From", "To"}]
    return [*others, Chip("Dates", span, links.changed(request, from_=None, to=None))]


def presets(request: SearchRequest, today: date) -> list[Preset]:
    """Date ranges that reach up to now."""
    return [_preset(request, name, today - timedelta(days=days)) for name, days in PRESETS]


def _preset(request: SearchRequest, name: str, since: date) -> Preset:
    link = links.page(links.changed(request, from_=since, to=None))
    return Preset(name, link, active=(request.from_, request.to) == (since, None))


def _group(request: SearchRequest, facet: Facet) -> FacetGroup:
    selected = [bucket for bucket in facet.values if bucket.selected]
    others = [bucket for bucket in facet.values if not bucket.selected]
    ordered, shown = selected + others, max(len(selected), AT_FIRST)
    unlisted = facet.total_values > len(facet.values) and request.facet_size < MORE_VALUES
    return FacetGroup(
        field=facet.field,
        legend=SCHEMA.facets[facet.field].plural,
        selected=len(selected),
        first=ordered[:shown],
        rest=ordered[shown:],
        total_values=facet.total_values,
        missing=facet.missing,
        all_link=links.page(links.changed(request, facet_size=MORE_VALUES)) if unlisted else None,
    )


def _chips(request: SearchRequest) -> Iterator[Chip]:
    for field in FILTERS:
        kind = field.replace("_", " ").capitalize()
        for value in getattr(request, field):
            yield Chip(kind, value, links.without_value(request, field, value))
    if request.from_ is not None:
        yield Chip("From", formatting.as_given(request.from_), links.changed(request, from_=None))
    if request.to is not None:
        yield Chip("To", formatting.as_given(request.to), links.changed(request, to=None))
    if request.match == "all":
        yield Chip(MATCH, "every word", links.changed(request, match="most"))
