"""The routes of the overviews of topics, providers and days."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from search import Engine, RequestInvalid, SearchRequest, period_end, period_start
from web.error_page import NothingToShow, Text
from web.links import Link, page_urls
from web.page.formatting import long_date
from web.page.overview_links import INDEXES, index_link, overview_url
from web.page.overview_page import Subject, find_overview, render_overview
from web.page.routes import HTML
from web.page.timeline_chart import requested_measure
from web.page.values_page import render_values_page
from web.parameters import PAGE_DEFAULTS, ParsedParameters, validate
from web.responses import cacheable_response
from web.service import Call, current_call

blueprint = Blueprint("overviews", __name__)

_DAY: Final = timedelta(days=1)
_ONE_DATE: Final[dict[str, Any]] = {"per_page": 1, "facets": (), "timeline": "none", "collapse": "none"}


@blueprint.get(INDEXES["topic"])
def topics() -> Response:
    """All topics of the archive."""
    return _all_values("topic")


@blueprint.get(INDEXES["provider"])
def providers() -> Response:
    """All providers of the archive."""
    return _all_values("provider")


@blueprint.get("/topics/<path:name>")
def topic(name: str) -> Response:
    """The overview of a topic."""
    return _value_overview("topic", name)


@blueprint.get("/providers/<path:name>")
def provider(name: str) -> Response:
    """The overview of a provider."""
    return _value_overview("provider", name)


@blueprint.get("/days/<text>")
def day(text: str) -> Response:
    """The overview of a day, with its month as the timeline.  Days before and after all articles have none."""
    call, published = current_call(), _date(text)
    _, (before, after) = call.service.call_engine(lambda engine: _neighbours(engine, published))
    first = period_start(published, "month")
    month = {"from_": first, "to": period_end(first, "month"), "timeline": "day"}
    subject = Subject(
        "day",
        text,
        long_date(published),
        PAGE_DEFAULTS.model_copy(update={"from_": published, "to": published}),
        PAGE_DEFAULTS.model_copy(update=month),
        published,
        [*_day_links(call, before, after)],
    )
    nothing = Text(f"No articles from {subject.title}", (), subject.around)
    return _overview(call, subject, nothing, may_be_empty=before is not None and after is not None)


def _all_values(kind: str) -> Response:
    call = current_call()
    page, index = render_values_page(call, kind)
    return cacheable_response(page.encode(), HTML, index, call.path, call.service.asset_version)


def _value_overview(kind: str, name: str) -> Response:
    call = current_call()
    try:
        request = validate(ParsedParameters({kind: [name]}, []), PAGE_DEFAULTS)
    except RequestInvalid:
        raise NotFound from None
    (value,) = request.filters[kind]
    ways_on = [
        Link(f"Search for “{value}”", page_urls(call.root, PAGE_DEFAULTS).changed(q=value)),
        index_link(call.root, kind),
    ]
    nothing = Text(f"{kind.capitalize()} not found", (f"No article has the {kind} “{value}”.",), ways_on)
    return _overview(call, Subject(kind, value, value, request, request), nothing)


def _overview(call: Call, subject: Subject, nothing: Text, may_be_empty: bool = False) -> Response:
    """The page of the subject, or else `nothing`."""
    index, overview = call.service.call_engine(lambda engine: find_overview(engine, subject))
    is_list = overview.results.request.filters != subject.request.filters  # such as /topics/AI,Robots
    if is_list or not (overview.results.total or may_be_empty):
        raise NothingToShow(nothing)
    measure = requested_measure(call.query)
    page = render_overview(call, subject, overview, measure)
    return cacheable_response(page.encode(), HTML, index, call.path, measure, call.service.asset_version)


def _date(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise NotFound
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


def _day_links(call: Call, before: date | None, after: date | None) -> Iterator[Link]:
    for name, other in (("Previous day", before), ("Next day", after)):
        if other:
            yield Link(f"{name}: {long_date(other)}", overview_url(call.root, "day", other.isoformat()))


def _neighbours(engine: Engine, day: date) -> tuple[date | None, date | None]:
    """The last day with articles before this one, and the first one after it."""
    latest = datetime.now(UTC).date() + _DAY  # a later date is wrong
    before = _published(engine, {"to": day - _DAY, "sort": "newest"}) if day > date.min else None
    after = _published(engine, {"from_": day + _DAY, "to": latest, "sort": "oldest"}) if day < latest else None
    return before, after


def _published(engine: Engine, changes: dict[str, Any]) -> date | None:
    hits = engine.search(SearchRequest().model_copy(update={**_ONE_DATE, **changes})).hits
    moment = hits[0].article.published_at if hits else None
    return moment.date() if moment else None
