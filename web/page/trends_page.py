"""Renders the page of trends: the form, the chart, and rising topics and phrases."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from msgspec.structs import replace

from search import (
    MAX_TRENDS,
    Bucket,
    Engine,
    Interval,
    Mistake,
    RisingTrends,
    RisingValue,
    SearchRequest,
    Trends,
    as_phrase,
    compare_trends,
    period_end,
    period_name,
    period_start,
    shared_work,
)
from web.links import page_urls, parameter_text
from web.page.date_ranges import in_period
from web.page.formatting import capitalized
from web.page.labels import COMPARED_LABELS, INTERVAL_LABELS, MEASURE_LABELS
from web.page.overview_links import overview_url, trends_url
from web.page.trends_chart import trends_chart
from web.parameters import PAGE_DEFAULTS
from web.service import Call
from web.templating import render
from web.trend_parameters import RISING_INTERVALS, TrendsRequest

_DEFAULT_TRENDS: Final = 3
_SUGGESTED: Final = 50
_RISING_VALUES: Final = 10


class TrendsData(NamedTuple):
    """What the page shows of one index."""

    compared: Trends
    rising: RisingTrends | None
    suggested: Sequence[str]


class RisingPeriods:
    """The names of the two periods that are compared, alone and after a preposition, and their numbers of articles."""

    def __init__(self, rising: RisingTrends) -> None:
        before = period_start(rising.start - timedelta(days=1), rising.interval)
        self.name, self.name_before = (capitalized(period_name(day, rising.interval)) for day in (rising.start, before))
        self.in_period, self.in_period_before = (in_period(day, rising.interval) for day in (rising.start, before))
        self.articles, self.articles_before = rising.articles, rising.articles_before


class RisingRow(NamedTuple):
    """A rising value with a link to its articles, and its numbers."""

    value: str
    link: str
    before: int
    after: int
    growth: str


class RisingTable(NamedTuple):
    """The rising values of one kind."""

    heading: str
    column: str
    rows: Sequence[RisingRow]


def find_trends(engine: Engine, request: TrendsRequest, rising: Interval) -> TrendsData:
    """The trends to show: those requested, or else the most frequent topics or providers."""
    facets = engine.search(
        SearchRequest.model_validate({"per_page": 0, "facets": ["topic", "provider"], "facet_size": _SUGGESTED})
    ).facets
    frequent: Mapping[str, Sequence[Bucket]] = {facet.field: facet.values for facet in facets}
    if not request.values:
        values = [bucket.value for bucket in frequent.get(request.by, ())[:_DEFAULT_TRENDS]]
        request = request._replace(values=values)
    suggested = [bucket.value for buckets in frequent.values() for bucket in buckets]
    with shared_work():
        found = compare_trends(engine, *request.compared)
    return TrendsData(found, engine.rising(rising, _RISING_VALUES), suggested)


def render_trends_page(
    call: Call, asked: TrendsRequest, data: TrendsData, rising: Interval, mistakes: Sequence[Mistake] = ()
) -> str:
    """The page as HTML; `asked` is the request as it was, perhaps without values.

    Values without articles are named, and have no line."""
    request = asked._replace(values=[trend.value for trend in data.compared.trends])
    found = [trend for trend in data.compared.trends if trend.total]
    chart = trends_chart(replace(data.compared, trends=tuple(found)), request.measure)
    return render(
        call,
        "trends.html",
        title=_title(asked, request),
        canonical=trends_url(call.base_url, asked, rising),
        trends=request,
        kinds=COMPARED_LABELS.items(),
        measures=MEASURE_LABELS.items(),
        intervals=INTERVAL_LABELS.items(),
        since=parameter_text(request.since) if request.since else "",
        until=parameter_text(request.until) if request.until else "",
        inputs=[*request.values, *[""] * (MAX_TRENDS - len(request.values))],
        suggested=data.suggested,
        mistakes=mistakes,
        unknown=[_not_found(request, trend.value) for trend in data.compared.trends if not trend.total],
        chart=chart,
        lines=[(line, _trend_link(call.root, request, line.name)) for line in chart.lines],
        rising=data.rising and RisingPeriods(data.rising),
        rising_tables=[*_rising_tables(call.root, data.rising)] if data.rising else [],
        rising_links=[
            (each, f"{trends_url(call.root, asked, each)}#rising", each == rising) for each in RISING_INTERVALS
        ],
    )


def _title(asked: TrendsRequest, shown: TrendsRequest) -> str:
    """`Trends: AI, Robotics`; only `Trends` if the reader has chosen nothing."""
    return f"Trends: {', '.join(shown.values)}" if asked.values else "Trends"


def _not_found(request: TrendsRequest, value: str) -> str:
    """`No article has the topic “Fog”.`"""
    article = "No article of this period" if request.since or request.until else "No article"
    return f"{article} matches “{value}”." if request.by == "query" else f"{article} has the {request.by} “{value}”."


def _trend_link(root: str, request: TrendsRequest, value: str) -> str:
    """The overview of a topic or provider, or the search."""
    if request.by != "query":
        return overview_url(root, request.by, value)
    return page_urls(root, PAGE_DEFAULTS).changed(q=value, match="all")


def _rising_tables(root: str, rising: RisingTrends) -> Iterator[RisingTable]:
    """The rising topics and phrases, each with a link to its articles of the period."""
    urls = page_urls(root, PAGE_DEFAULTS)
    days = {"from_": rising.start, "to": period_end(rising.start, rising.interval)}
    if rising.topics:
        rows = [_rising_row(each, urls.changed(topic=(each.value,), **days)) for each in rising.topics]
        yield RisingTable("Rising topics", "Topic", rows)
    if rising.phrases:
        rows = [
            _rising_row(each, urls.changed(q=f"title:{as_phrase(each.value)}", match="all", **days))
            for each in rising.phrases
        ]
        yield RisingTable("Rising phrases in titles", "Phrase", rows)


def _rising_row(rising: RisingValue, link: str) -> RisingRow:
    growth = "new" if rising.growth is None else f"×{rising.growth:.1f}"
    return RisingRow(rising.value, link, rising.before, rising.after, growth)
