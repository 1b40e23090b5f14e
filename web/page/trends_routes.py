"""The route of the page of trends."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response

from search import Interval, Mistake, RequestInvalid
from web.errors import wants_problem
from web.page.overview_links import DEFAULT_RISING, RISING, TRENDS, trends_url
from web.page.routes import HTML
from web.page.trends_page import find_trends, render_trends_page
from web.parameters import ParsedParameters, parse, without_blanks, without_mistakes
from web.responses import cacheable_response, page_with_mistakes
from web.service import Call, current_call
from web.trend_parameters import NAMES, RISING_INTERVALS, checked_trends, is_canonical

blueprint = Blueprint("trends", __name__)


@blueprint.get(TRENDS)
def trends() -> Response:
    """The form, the trends that it asks for, and what rises.

    A form sends blank parameters and defaults; their trends have an address without them."""
    call = current_call()
    sent = parse(call.query, names=(*NAMES, RISING), lists=("value",))
    parsed = without_blanks(sent, NAMES)
    rising = parsed.values.pop(RISING, DEFAULT_RISING)
    interval = next((each for each in RISING_INTERVALS if each == rising), DEFAULT_RISING)
    try:
        request = checked_trends(parsed)
    except RequestInvalid as invalid:
        if wants_problem():
            raise
        return _page_with_mistakes(call, parsed, invalid.mistakes, interval)
    if not is_canonical(sent):
        return Response(status=HTTPStatus.FOUND, headers={"Location": trends_url(call.root, request, interval)})
    index, data = call.service.call_engine(lambda engine: find_trends(engine, request, interval))
    page = render_trends_page(call, request, data, interval)
    return cacheable_response(
        page.encode(), HTML, index, call.path, repr(request), interval, call.service.asset_version
    )


def _page_with_mistakes(
    call: Call, parsed: ParsedParameters, mistakes: Sequence[Mistake], interval: Interval
) -> Response:
    """The page of the trends without the invalid parameters."""
    request = checked_trends(without_mistakes(parsed, mistakes))
    _, data = call.service.call_engine(lambda engine: find_trends(engine, request, interval))
    page = render_trends_page(call, request, data, interval, mistakes)
    return page_with_mistakes(page)
