"""The route of the page of trends."""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response

from search import Interval, Mistake, RequestInvalid
from web import parameters
from web.errors import wants_problem
from web.page.overview_page import TRENDS
from web.page.routes import HTML
from web.page.trends_page import RISING, find_trends, render_trends_page
from web.parameters import ParsedParameters
from web.responses import cacheable_response
from web.service import Call, current_call
from web.trend_parameters import NAMES, RISING_INTERVALS, TrendsRequest, checked_trends

blueprint = Blueprint("trends", __name__)

_DEFAULT_RISING: Final[Interval] = "month"


@blueprint.get(TRENDS)
def trends() -> Response:
    """The form, the trends that it asks for, and what rises."""
    call = current_call()
    parsed = _parameters(call)
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


def _parameters(call: Call) -> ParsedParameters:
    """The parameters without blank values, which the form sends, and without unknown ones."""
    parsed = parameters.parse(call.query, names=(*NAMES, RISING), lists=("value",))
    values: dict[str, str | list[str]] = {}
    for name, value in parsed.values.items():
        kept = [each for each in value if each.strip()] if isinstance(value, list) else value.strip()
        if kept:
            values[name] = kept
    return ParsedParameters(values, [each for each in parsed.mistakes if each.parameter in NAMES])


def _page_with_mistakes(
    call: Call, parsed: ParsedParameters, mistakes: Sequence[Mistake], interval: Interval
) -> Response:
    """The page of the trends without the invalid parameters."""
    wrong = {mistake.parameter for mistake in mistakes}
    request: TrendsRequest = checked_trends(
        ParsedParameters({name: value for name, value in parsed.values.items() if name not in wrong}, [])
    )
    _, (shown, data) = call.service.call_engine(lambda engine: find_trends(engine, request, interval))
    page = render_trends_page(call, shown, data, interval, mistakes)
    return Response(page, 422, mimetype="text/html", headers={"Cache-Control": "no-store", "Vary": "Accept"})
