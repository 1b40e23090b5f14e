"""Renders the overview of a topic, a provider or a day: newest articles, timeline, significant words, other topics."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from search import Engine, SearchRequest, SearchResults, SignificantWord, Timeline
from web.links import Link, feed_links, page_urls
from web.page.formatting import percentage
from web.page.hit_views import hit_views
from web.page.overview_links import compared, day_link, index_link, overview_url, trends_url
from web.page.timeline_chart import TimelineChart, measure_parameter, other_measure, timeline_chart
from web.service import Call
from web.templating import render
from web.trend_parameters import Measure

_WORDS: Final = 12
_OTHERS: Final = 12
_HEADINGS: Final = {"topic": "Topics", "provider": "Providers"}
_SHOWN: Final[dict[str, Any]] = {
    "sort": "newest", "per_page": 10, "facets": tuple(_HEADINGS), "facet_size": _OTHERS + 1, "topic_op": "all",
    "timeline": "none",
}  # fmt: skip


class Subject(NamedTuple):
    """The subject of an overview: a topic, a provider or a day.

    `request` finds its articles, `charted` those of its timeline: a day is shown among the days of its month.  `around`
    are links to the days before and after."""

    kind: str
    name: str
    title: str
    request: SearchRequest
    charted: SearchRequest
    day: date | None = None
    around: Sequence[Link] = ()


class Overview(NamedTuple):
    """The results that an overview shows."""

    results: SearchResults
    timeline: Timeline | None
    words: Sequence[SignificantWord]


class CountedLink(NamedTuple):
    """A text with its URL and its number of articles."""

    text: str
    url: str
    articles: int


class ValueList(NamedTuple):
    """The most frequent values of a facet."""

    heading: str
    values: Sequence[CountedLink]


def find_overview(engine: Engine, subject: Subject) -> Overview:
    """The newest articles, the timeline, the significant words, and the topics and providers of the articles."""
    results = engine.search(subject.request.model_copy(update=_SHOWN))
    charted = engine.search(subject.charted.model_copy(update={"per_page": 0, "facets": ()}))
    return Overview(results, charted.timeline, engine.significant_words(subject.request, _WORDS))


def render_overview(call: Call, subject: Subject, overview: Overview, measure: Measure) -> str:
    """The page as HTML."""
    urls, results = page_urls(call.root, subject.request), overview.results
    path = overview_url(call.root, subject.kind, subject.name)
    return render(
        call,
        "overview.html",
        title=subject.title,
        canonical=overview_url(call.base_url, subject.kind, subject.name),
        indexable=measure == "count" and results.total > 0,
        total=results.total,
        share=percentage(results.total, results.index.articles),
        search_link=str(urls),
        trends_link=None if subject.day else trends_url(call.root, compared(subject.kind, [subject.name])),
        index_link=None if subject.day else index_link(call.root, subject.kind),
        around=subject.around,
        chart=_chart(call, subject, overview, measure, path),
        words=[CountedLink(each.word, urls.changed(q=each.word), each.count) for each in overview.words],
        lists=_value_lists(call.root, subject, results),
        hits_heading="Newest articles" if subject.day is None else "Articles of this day",
        hits=hit_views(call.root, urls, results),
        feeds=feed_links(call.root, urls),
    )


def _chart(call: Call, subject: Subject, overview: Overview, measure: Measure, path: str) -> TimelineChart | None:
    if overview.timeline is None:
        return None
    urls = page_urls(call.root, subject.charted, measure_parameter(measure))
    other = f"{path}?{measure_parameter(other_measure(measure))}".rstrip("?")
    chart = timeline_chart(urls, overview.timeline, measure, other, subject.day)
    return chart if subject.day is None else _with_links_to_days(chart, call.root, overview.timeline)


def _with_links_to_days(chart: TimelineChart, root: str, timeline: Timeline) -> TimelineChart:
    """The chart of a month with bars and rows that lead to the overviews of its days."""
    buckets = timeline.buckets if chart.rows else ()  # a chart of a single day is empty
    links = [day_link(root, bucket.start).url if bucket.count else None for bucket in buckets]
    bars = zip(chart.bars, filter(None, links), strict=True)
    rows = zip(chart.rows, links, strict=True)
    return chart._replace(
        bars=[bar._replace(link=link) for bar, link in bars],
        rows=[row._replace(link=link) for row, link in rows],
    )


def _value_lists(root: str, subject: Subject, results: SearchResults) -> list[ValueList]:
    """The topics and the providers of the articles, without the subject itself."""
    lists = []
    for facet in results.facets:
        others = [bucket for bucket in facet.values if not bucket.selected][:_OTHERS]
        if others and not facet.field == subject.kind == "provider":  # an article has one provider
            values = [CountedLink(b.value, overview_url(root, facet.field, b.value), b.count) for b in others]
            lists.append(ValueList(_HEADINGS[facet.field], values))
    return lists
