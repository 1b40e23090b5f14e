"""The routes of the HTML pages, but for overviews and trends, and of what browsers load for them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus

import msgspec
from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from search import FACETS, HIT_FIELDS, Mistake, RequestInvalid, quantity
from web import parameters, theme
from web.errors import wants_problem
from web.links import SearchUrls, page_urls
from web.page import explanation, formatting
from web.page.article_page import found_article, render_article_page
from web.page.facet_page import render_facet_page
from web.page.filters import FACET_PAGES
from web.page.help_page import render_help_page
from web.page.labels import parameter_label
from web.page.mistakes import mistake_text
from web.page.search_page import render_search_page
from web.page.timeline_chart import measure_parameter, requested_measure
from web.parameters import NAMES, PAGE_DEFAULTS, ParsedParameters, parse, without_blanks, without_mistakes
from web.response_cache import CachedResponse
from web.responses import SHORT_LIFE, cacheable, cacheable_response, flask_response, page_with_mistakes
from web.service import Call, absolute_base_url, current_call, service
from web.templating import TEMPLATES, render

blueprint = Blueprint("pages", __name__)

TEMPLATES.filters |= {
    filter.__name__: filter
    for filter in (
        quantity, formatting.ago, formatting.grouped, formatting.long_time, formatting.marked, formatting.time_element,
        formatting.short_time_element, parameter_label, mistake_text,
    )
}  # fmt: skip
TEMPLATES.tests["date"] = formatting.is_date

HTML = "text/html; charset=utf-8"
_DATES = frozenset({"from", "to"})
FACET_FILTER = "filter"  # the parameter of the search among the values of a facet
FACET_ORDER = "order"  # that of their order: `name`, else by the number of articles


@blueprint.get("/")
def search() -> Response:
    """The search form and its results.  A form sends blank parameters; their search has an address without them."""
    call = current_call()
    try:
        page = search_page(call)
        if page is None:
            return Response(status=HTTPStatus.FOUND, headers={"Location": str(_page_urls(call))})
        return flask_response(page)
    except RequestInvalid as invalid:
        if wants_problem():
            raise
        return _form_with_mistakes(invalid.mistakes)


def search_page(call: Call) -> CachedResponse | None:
    """The page of a search; none if a parameter is blank.  Raises `RequestInvalid` or `EngineUnavailable`."""
    urls = _page_urls(call)
    if _has_blank(call.query):
        return None
    results = call.service.engine.search(urls.request, count_partial=True)
    urls = urls.of(results.request)
    now = datetime.now(UTC)
    identity = (
        urls.query,
        results.index.snapshot,
        formatting.ago(results.index.built_at, now),  # in the footer
        call.service.asset_version,
    )
    page = render_search_page(call, urls, results, now, measure=requested_measure(call.query))
    return cacheable(call, page.encode(), HTML, results.index, *identity)


@blueprint.get("/articles/<path:id>")
def article(id: str) -> Response:
    """The page of an article.  The query string is that of the search that the reader came from, if any."""
    call = current_call()
    came_from = _came_from(call)
    index, found = found_article(call, id, came_from)
    if found is None:
        raise NotFound
    page = render_article_page(call, found, came_from)
    return cacheable_response(
        page.encode(), HTML, index, call.path, came_from.query if came_from else "", call.service.asset_version
    )


@blueprint.get(f"{FACET_PAGES}<field>")
def facet_page(field: str) -> Response:
    """All values of a facet of a search, and a search among them."""
    if field not in FACETS:
        raise NotFound
    call = current_call()
    values = parse(call.query, names=(FACET_FILTER, FACET_ORDER)).values
    text, order = (str(values.get(name, "")).strip() for name in (FACET_FILTER, FACET_ORDER))
    urls = _page_urls(call)
    html, index = render_facet_page(call, field, urls, text, alphabetical=order == "name")
    return cacheable_response(
        html.encode(), HTML, index, call.path, urls.query, text, order, call.service.asset_version
    )


@blueprint.get(f"{explanation.PATH}<path:id>")
def explanation_page(id: str) -> Response:
    """Why an article is a result of a search, for browsers without JavaScript."""
    return _explanation(id, "explanation.html")


@blueprint.get(f"{explanation.FRAGMENT_PATH}<path:id>")
def explanation_fragment(id: str) -> Response:
    """Why an article is a result of a search, as a part of the search page."""
    return _explanation(id, "partials/explanation.html")


def _explanation(id: str, template: str) -> Response:
    call = current_call()
    urls = _page_urls(call)
    explained = explanation.explain(urls.request, id, call.service.engine)
    if explained is None:
        raise NotFound
    q = urls.request.q
    html = render(call, template, article=explained.article, reasons=explained.reasons, search_link=urls, query_text=q)
    return cacheable_response(html.encode(), HTML, explained.info, call.path, urls.query, call.service.asset_version)


@blueprint.get("/help")
def help_page() -> Response:
    """How to search."""
    return Response(render_help_page(current_call()), mimetype="text/html", headers={"Cache-Control": SHORT_LIFE})


@blueprint.get(theme.PATH)
def theme_stylesheet() -> Response:
    """The stylesheet of the site's accent colour; its URL changes with the colour."""
    colour = service().settings.accent_colour
    if colour is None:
        raise NotFound
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(theme.theme_css(colour), mimetype="text/css", headers=headers)


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """The OpenSearch description, with which browsers add this search to their own."""
    text = render(current_call(), "opensearch.xml", base_url=absolute_base_url())
    mimetype = "application/opensearchdescription+xml"
    return Response(text, mimetype=mimetype, headers={"Cache-Control": SHORT_LIFE})


@blueprint.get("/suggestions")
def suggestions() -> Response:
    """Completions for the address bars of browsers: OpenSearch suggestions."""
    call = current_call()
    text, limit = parameters.suggest_request(call.query)
    index, completions = call.service.call_engine(lambda engine: engine.complete(text, limit))
    counts = [quantity(each.count, "article") for each in completions]
    body = msgspec.json.encode((text, [each.text for each in completions], counts))
    return cacheable_response(body, "application/x-suggestions+json", index, call.path, text, str(limit))


def _came_from(call: Call) -> SearchUrls | None:
    """The search in the query string; None if there is none or an invalid one."""
    try:
        urls = _page_urls(call)
    except RequestInvalid:
        return None
    return urls if urls.query else None


def _has_blank(query: bytes) -> bool:
    return any(pair.endswith(b"=") and pair[:-1].decode("ascii", "replace") in NAMES for pair in query.split(b"&"))


def _page_urls(call: Call) -> SearchUrls:
    """The search and the URLs around it; its results have what the page shows.  Raises `RequestInvalid`."""
    search_request = parameters.validate(without_blanks(parse(call.query)), PAGE_DEFAULTS)
    shown = search_request.model_copy(update={"fields": HIT_FIELDS, "explain": False})
    return page_urls(call.root, shown, measure_parameter(requested_measure(call.query)))


def _form_with_mistakes(mistakes: Sequence[Mistake]) -> Response:
    """The form with its values and mistakes, and the facets of the search without the invalid parameters."""
    call = current_call()
    parsed = without_blanks(parse(call.query))
    valid = without_mistakes(parsed, mistakes).values
    if any(mistake.code == "contradicts" and mistake.parameter in _DATES for mistake in mistakes):
        valid = {name: value for name, value in valid.items() if name not in _DATES}  # either date may be the wrong one
    search_request = parameters.validate(ParsedParameters({**valid, "page": "1"}, []), PAGE_DEFAULTS)
    results = call.service.engine.search(search_request.model_copy(update={"per_page": 0}), count_partial=True)
    measure = requested_measure(call.query)
    urls = page_urls(call.root, search_request, measure_parameter(measure))
    page = render_search_page(call, urls, results, datetime.now(UTC), mistakes, parsed.values, measure)
    return page_with_mistakes(page)
