"""The route of the page of trends."""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response

from search import Interval, Mistake, RequestInvalid
from web.errors import wants_problem
from web.page.overview_links import TRENDS
from web.page.routes import HTML
from web.page.trends_page import RISING, find_trends, render_trends_page
from web.parameters import ParsedParameters, parse, without_blanks, without_mistakes
from web.responses import cacheable_response, page_with_mistakes
from web.service import Call, current_call
from web.trend_parameters import NAMES, RISING_INTERVALS, checked_trends

blueprint = Blueprint("trends", __name__)

_DEFAULT_RISING: Final[Interval] = "month"


@blueprint.get(TRENDS)
def trends() -> Response:
    """The form, the trends that it asks for, and what rises."""
    call = current_call()
    parsed = without_blanks(parse(call.query, names=(*NAMES, RISING), lists=("value",)), NAMES)
    rising = parsed.values.pop(RISING, _DEFAULT_RISING)
    interval = next((each for each in RISING_INTERVALS if each == rising), _DEFAULT_RISING)
    try:
        request = checked_trends(parsed)
    except RequestInvalid as invalid:
        if wants_problem():
            raise
        return _page_with_mistakes(call, parsed, invalid.mistakes, interval)
    index, (shown, data) = call.service.call_engine(lambda engine: find_trends(engine, request, interval))
    page = render_trends_page(call, shown, data, interval)
    return cacheable_response(
        page.encode(), HTML, index, call.path, repr(request), interval, call.service.asset_version
    )


def _page_with_mistakes(
    call: Call, parsed: ParsedParameters, mistakes: Sequence[Mistake], interval: Interval
) -> Response:
    """The page of the trends without the invalid parameters."""
    request = checked_trends(without_mistakes(parsed, mistakes))
    _, (shown, data) = call.service.call_engine(lambda engine: find_trends(engine, request, interval))
    page = render_trends_page(call, shown, data, interval, mistakes)
    return page_with_mistakes(page)
