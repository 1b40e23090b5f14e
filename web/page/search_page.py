"""Renders the search page: computes everything that the template prints."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from search import Fragment, Mistake, SearchResults, corrected, has_collapsed_stories
from web import links
from web.page import filters
from web.page.hit_views import hit_views
from web.page.labels import SORT_LABELS, parameter_label
from web.page.missing_words import missing_words
from web.page.mistakes import mistake_text
from web.page.overview_links import selected_day
from web.page.pagination import pagination
from web.page.result_summary import result_summary
from web.page.starters import starters
from web.page.timeline_chart import TimelineChart, measure_parameter, other_measure, timeline_chart
from web.page.zero_results import query_parts, zero_results
from web.parameters import PAGE_DEFAULTS
from web.service import Call
from web.templating import render
from web.trend_parameters import Measure

CONTROLS = frozenset({"q", "from", "to", "match", "collapse"})  # of the form, besides facets
NOT_KEPT = frozenset({"page", "typo"})  # a changed search starts from the first page, and may be misspelled again
LABELS = {name: parameter_label(name) for name in ("q", "from", "to")}  # of the inputs, in messages


class SortLink(NamedTuple):
    """A link to the results in another order."""

    name: str
    link: str
    current: bool


class CorrectionView(NamedTuple):
    """A corrected query: its text, as fragments with the replaced words as hits, and the link to its search."""

    applied: bool
    q: str
    fragments: Sequence[Fragment]
    link: str


def render_search_page(
    call: Call,
    urls: links.SearchUrls,
    results: SearchResults,
    now: datetime,
    mistakes: Sequence[Mistake] = (),
    form_values: Mapping[str, str | list[str]] | None = None,
    measure: Measure = "count",
) -> str:
    """The page as HTML; `form_values` replaces the request's values in the form if they have mistakes."""
    search_request = urls.request
    engine = call.service.engine
    chips = filters.chips(search_request)
    missing = missing_words(urls, results, engine)
    hits = hit_views(call.root, urls, results, missing.useless)
    pairs = links.parameter_pairs(search_request, PAGE_DEFAULTS)
    values = form_values or dict(pairs)
    home = not pairs and not mistakes
    mistake_texts = _by_parameter(mistakes)
    groups = filters.facet_groups(call.root, urls, results.facets)
    return render(
        call,
        "search.html",
        search_request=search_request,
        results=results,
        result_summary=result_summary(urls, results, home, missing.absent),
        correction=_correction(urls, results),
        prefix=results.prefix,
        as_typed_link=urls.changed(typo=False),
        hits=hits,
        now=now,
        query_text=values.get("q", ""),
        query_mistake=f"{LABELS['q']} {mistake_texts['q']}" if "q" in mistake_texts else "",
        form_values=values,
        mistakes=mistake_texts,
        labels=LABELS,
        valid_link=str(urls) if mistake_texts.keys() - LABELS.keys() else None,
        facet_groups=groups,
        chips=[(chip.kind, chip.value, urls.changed(**chip.changes)) for chip in chips],
        clear_link=urls.changed(**links.NO_FILTERS) if chips else None,
        date_presets=filters.date_presets(urls, results.recent),
        hidden_inputs=[*_hidden_inputs(pairs, groups), *urls.kept],
        sort_links=_sort_links(urls, results),
        pagination=pagination(urls, results.listed),
        zero_results=None if results.listed or mistakes else zero_results(urls, engine),
        starters=starters(urls, results) if home else None,
        chart=_chart(call.root, urls, results, measure),
        selected_day=selected_day(call.root, search_request),
        can_require_words=search_request.match == "all" or len([*query_parts(search_request.q)]) > 1,
        can_unfold=search_request.collapse == "none" or has_collapsed_stories(results),
        indexable=home and not urls.kept,
        canonical_link=str(urls),
        json_link=links.api_urls(call.root, search_request),
        feeds=links.feed_links(call.root, links.urls_in_force(urls, results)),
    )


def _chart(root: str, urls: links.SearchUrls, results: SearchResults, measure: Measure) -> TimelineChart | None:
    if results.timeline is None or not results.listed:
        return None
    other = links.page_urls(root, urls.request, measure_parameter(other_measure(measure)))
    return timeline_chart(urls, results.timeline, measure, str(other))


def _hidden_inputs(pairs: Sequence[tuple[str, str]], groups: Sequence[filters.FacetGroup]) -> list[tuple[str, str]]:
    """The parameters that the form has no control for, so that they stay when it is submitted."""
    others = CONTROLS.union(NOT_KEPT, *((group.field, group.operator) for group in groups))
    return [(name, value) for name, value in pairs if name not in others]


def _by_parameter(mistakes: Sequence[Mistake]) -> dict[str, str]:
    """The mistakes of each parameter in the page's words."""
    details: dict[str, list[str]] = {}
    for mistake in mistakes:
        details.setdefault(mistake.parameter, []).append(mistake_text(mistake))
    return {parameter: "; ".join(each) for parameter, each in details.items()}


def _correction(urls: links.SearchUrls, results: SearchResults) -> CorrectionView | None:
    correction = results.correction
    if correction is None:
        return None
    return CorrectionView(
        correction.applied,
        correction.q,
        corrected(correction),
        link=urls.changed(q=correction.q),
    )


def _sort_links(urls: links.SearchUrls, results: SearchResults) -> list[SortLink]:
    """Links to every sort order; to relevance only if the query is scored."""
    scored = urls.request.q and results.order == urls.request.order
    return [
        SortLink(label, urls.changed(sort=sort), results.order == sort)
        for sort, label in SORT_LABELS.items()
        if scored or sort != "relevance"
    ]
