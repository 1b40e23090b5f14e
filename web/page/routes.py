"""The page's routes: the search page and the OpenSearch description."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest, NotFound

from search import HIT_FIELDS, Mistake, RequestInvalid, SearchRequest
from web import parameters
from web.errors import wants_problem
from web.links import page_urls
from web.page import explanation, formatting
from web.page.search_page import render_search_page
from web.parameters import NAMES, PAGE_DEFAULTS, ParsedParameters
from web.responses import cacheable_response
from web.service import service

blueprint = Blueprint("pages", __name__)
blueprint.add_app_template_filter(formatting.quantity)
blueprint.add_app_template_filter(formatting.ago)
blueprint.add_app_template_filter(formatting.grouped)
blueprint.add_app_template_filter(formatting.long_time)
blueprint.add_app_template_filter(formatting.marked)
blueprint.add_app_template_filter(formatting.time_element)
blueprint.add_app_template_test(formatting.is_date, "date")

HTML = "text/html; charset=utf-8"


@blueprint.app_context_processor
def _base_context() -> dict[str, object]:
    """The variables of every template."""
    settings = service().settings
    return {
        "site_name": settings.site_name,
        "show_images": settings.show_images,
        "asset_version": service().asset_version,
        "root": service().root,  # url_for would need a trusted host
    }


@blueprint.get("/")
def search() -> Response:
    """The search form and its results."""
    parsed = _parameters()
    try:
        search_request = _page_request(parsed)
    except RequestInvalid as invalid:
        if wants_problem():
            raise
        return _form_with_mistakes(parsed, invalid.mistakes)
    results = service().engine.search(search_request)
    now = datetime.now(UTC)
    urls = page_urls(service().root, search_request)
    identity = (
        urls.query,
        results.index.snapshot,
        formatting.ago(results.index.built_at, now),  # in the footer
        str(now.date()),  # the date presets count from it
        service().asset_version,
    )
    page = render_search_page(urls, results, now)
    return cacheable_response(page.encode(), HTML, results.index, *identity)


@blueprint.get(f"{explanation.PATH}<path:id>")
def explanation_page(id: str) -> Response:
    """Why an article is a result of a search, for browsers without JavaScript."""
    return _explanation(id, "explanation.html")


@blueprint.get(f"{explanation.FRAGMENT_PATH}<path:id>")
def explanation_fragment(id: str) -> Response:
    """Why an article is a result of a search, as a part of the search page."""
    return _explanation(id, "partials/explanation.html")


def _explanation(id: str, template: str) -> Response:
    search_request = _page_request(_parameters())
    explained = explanation.explain(search_request, id, service().engine)
    if explained is None:
        raise NotFound
    urls = page_urls(service().root, search_request)
    html = render_template(template, article=explained.article, reasons=explained.reasons, results_link=urls)
    return cacheable_response(html.encode(), HTML, explained.info, request.path, urls.query, service().asset_version)


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """The OpenSearch description, with which browsers add this search to their own."""
    public_url = service().settings.public_url
    if not (public_url or request.host):  # Werkzeug makes a malformed host empty
        raise BadRequest
    text = render_template("opensearch.xml", base_url=public_url or request.url_root.rstrip("/"))
    mimetype = "application/opensearchdescription+xml"
    return Response(text, mimetype=mimetype, headers={"Cache-Control": "public, max-age=3600", "Vary": "Host"})


def _parameters() -> ParsedParameters:
    """The parameters without blank values, which a form sends, and without unknown ones, which other sites add."""
    parsed = parameters.parse(request.query_string)
    values: dict[str, str | list[str]] = {}
    for name, value in parsed.values.items():
        kept = [each for each in value if each.strip()] if isinstance(value, list) else value.strip()
        if kept:
            values[name] = kept
    return ParsedParameters(values, [each for each in parsed.mistakes if each.parameter in NAMES])


def _page_request(parsed: ParsedParameters) -> SearchRequest:
    """The search; its results have what the page shows.  Raises `RequestInvalid`."""
    return parameters.validate(parsed, PAGE_DEFAULTS).model_copy(update={"fields": HIT_FIELDS, "explain": False})


def _form_with_mistakes(parsed: ParsedParameters, mistakes: Sequence[Mistake]) -> Response:
    """The form with its values and mistakes, and the facets of the search without the invalid parameters."""
    invalid = {mistake.parameter for mistake in mistakes}
    valid = {name: value for name, value in parsed.values.items() if name not in invalid}
    search_request = parameters.validate(ParsedParameters({**valid, "page": "1", "per_page": "0"}, []), PAGE_DEFAULTS)
    results = service().engine.search(search_request)
    urls = page_urls(service().root, search_request)
    page = render_search_page(urls, results, datetime.now(UTC), mistakes, parsed.values)
    return Response(page, 422, mimetype="text/html", headers={"Cache-Control": "no-store", "Vary": "Accept"})
