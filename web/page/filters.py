"""Computes the filters that the page offers: facet groups, filter chips, date presets."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from search import FILTERS, SCHEMA, Bucket, Facet, Recent, SearchRequest
from web.links import Changes, Link, SearchUrls, without_value
from web.page.formatting import long_date, long_date_or_time
from web.page.overview_links import INDEXES, selected_values

INITIAL_VALUES = 8  # values of a facet that are visible from the start
MATCH = "Match"
EXCLUDED = "not_"
_KINDS = {"id": "ID", "url": "URL"}
_REMOVED = {"From": "start date", "To": "end date"}
PRESETS = {7: "Last 7 days", 30: "Last 30 days", 365: "Last 12 months"}
FACET_PAGES = "/facets/"


class Choice(NamedTuple):
    """A value of a facet: a checkbox with a count, and a link that excludes the value unless it is selected."""

    value: str
    articles: int
    selected: bool
    exclusion: str | None


class Exclusion(NamedTuple):
    """An excluded value, and the search that includes it again."""

    value: str
    removal: str


class FacetGroup(NamedTuple):
    """A facet as checkboxes: `first` are visible, `rest` are in a list that opens, or `all_link` leads to all of them.

    `index_link` leads to all values of the archive, `links` lead from the selected values to pages about them.
    `operator` is the parameter that requires all selected values (`needs_all`), "" if articles have one value each."""

    field: str
    legend: str
    operator: str
    needs_all: bool
    selected: int
    first: list[Choice]
    rest: list[Choice]
    excluded: list[Exclusion]
    total_values: int
    all_link: str | None
    index_link: str | None
    links: list[Link]


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
        return f"Remove {_REMOVED.get(self.kind, self.kind.lower())} “{self.value}”"


class Preset(NamedTuple):
    """A link to the newest articles, and their number."""

    name: str
    link: str
    articles: int
    active: bool


class DatePresets(NamedTuple):
    """Ranges of dates that have articles, and the day from which they count back."""

    newest: str
    presets: list[Preset]


def facet_groups(root: str, urls: SearchUrls, facets: Sequence[Facet]) -> list[FacetGroup]:
    """The facets as groups of checkboxes, selected values first; without those that every article has alike."""
    groups = [_facet_group(root, urls, facet) for facet in facets]
    return [group for group, facet in zip(groups, facets, strict=True) if _divides(group, facet)]


def choices(urls: SearchUrls, facet: Facet) -> list[Choice]:
    """The listed values of a facet."""
    exclude = f"{EXCLUDED}{facet.field}"
    return [
        Choice(each.value, each.count, each.selected, None if each.selected else urls.with_value(exclude, each.value))
        for each in _ordered(facet)
    ]


def chips(request: SearchRequest) -> list[Chip]:
    """The active filters in the order of the form."""
    active = [
        Chip(_kind(field), value, without_value(request, field, value))
        for field in FILTERS
        for value in getattr(request, field)
    ]
    if request.from_ is not None:
        active.append(Chip("From", long_date_or_time(request.from_), {"from_": None}))
    if request.to is not None:
        active.append(Chip("To", long_date_or_time(request.to), {"to": None}))
    if request.match == "all":
        active.append(Chip(MATCH, "every word", {"match": "most"}))
    return active


def _kind(field: str) -> str:
    """`Topic`, `Excluded topic`."""
    return (
        f"Excluded {field.removeprefix(EXCLUDED)}"
        if field.startswith(EXCLUDED)
        else _KINDS.get(field, field.capitalize())
    )


def removable_filters(request: SearchRequest) -> list[Chip]:
    """The active filters, with both ends of a date range as one."""
    if request.from_ is None or request.to is None:
        return chips(request)
    span = f"{long_date_or_time(request.from_)} to {long_date_or_time(request.to)}"
    others = [chip for chip in chips(request) if chip.kind not in {"From", "To"}]
    return [*others, Chip("Dates", span, {"from_": None, "to": None})]


def date_presets(urls: SearchUrls, recent: Sequence[Recent]) -> DatePresets | None:
    """The ranges of the newest articles, without empty ones; None if all are empty."""
    dates = urls.request.from_, urls.request.to
    found = [
        Preset(
            PRESETS[each.days],
            urls.changed(from_=each.start, to=None),
            each.count,
            active=dates == (each.start, None),
        )
        for each in recent
        if each.count
    ]
    if not found:
        return None
    newest = recent[0].start + timedelta(days=recent[0].days - 1)
    return DatePresets(long_date(newest), found)


def _facet_group(root: str, urls: SearchUrls, facet: Facet) -> FacetGroup:
    request, field = urls.request, facet.field
    listed = choices(urls, facet)
    selected = sum(choice.selected for choice in listed)
    visible = max(selected, INITIAL_VALUES)
    has_more = facet.total_values > len(listed)
    excluded = f"{EXCLUDED}{field}"
    return FacetGroup(
        field=field,
        legend=SCHEMA.facets[field].plural,
        operator=f"{field}_op" if SCHEMA.facets[field].multiple else "",
        needs_all=request.needs_all(field),
        selected=selected,
        first=listed[:visible],
        rest=[] if has_more else listed[visible:],
        excluded=[
            Exclusion(value, urls.changed(**without_value(request, excluded, value)))
            for value in getattr(request, excluded)
        ],
        total_values=facet.total_values,
        all_link=f"{root}{FACET_PAGES}{field}?{urls.query}".rstrip("?") if has_more else None,
        index_link=f"{root}{INDEXES[field]}" if field in INDEXES else None,
        links=selected_values(root, field, getattr(request, field)),
    )


def _ordered(facet: Facet) -> Sequence[Bucket]:
    """Selected values first; then years from the newest, other values by count."""
    if facet.field == "year":
        return sorted(facet.values, key=lambda bucket: (bucket.selected, bucket.value), reverse=True)
    return sorted(facet.values, key=lambda bucket: not bucket.selected)


def _divides(group: FacetGroup, facet: Facet) -> bool:
    """Whether the results differ in this facet, or have been filtered by it."""
    return facet.total_values + bool(facet.missing) > 1 or bool(group.selected or group.excluded)
