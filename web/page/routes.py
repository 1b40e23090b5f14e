"""The page's routes: the search page and the OpenSearch description."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest

from search import HIT_FIELDS, Mistake, RequestInvalid
from web import links, parameters
from web.errors import wants_problem
from web.page import formatting
from web.page.search_page import render_search_page
from web.parameters import PAGE_DEFAULTS, ParsedParameters
from web.responses import cacheable_response
from web.service import service

blueprint = Blueprint("pages", __name__)
blueprint.add_app_template_filter(formatting.quantity)
blueprint.add_app_template_filter(formatting.ago)
blueprint.add_app_template_filter(formatting.long_date)
blueprint.add_app_template_filter(formatting.long_time)
blueprint.add_app_template_global(links.page_url)
blueprint.add_app_template_global(links.with_value)
blueprint.add_app_template_test(formatting.is_date, "date")

HTML = "text/html; charset=utf-8"
TRACKING_PARAMETERS = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id")  # added to links by other sites


@blueprint.app_context_processor
def _base_context() -> dict[str, object]:
    """The variables of every template."""
    settings = service().settings
    return {
        "site_name": settings.site_name,
        "show_images": settings.show_images,
        "asset_version": service().asset_version,
        "root": request.root_path,  # url_for would need a trusted host
    }


@blueprint.get("/")
def search() -> Response:
    """The search form and its results."""
    parsed = _without_noise(parameters.parse(request.query_string))
    try:
        search_request = parameters.validate(parsed, PAGE_DEFAULTS).model_copy(update={"fields": HIT_FIELDS})
    except RequestInvalid as invalid:
        if wants_problem():
            raise
        return _form_with_mistakes(parsed, invalid.mistakes)
    results = service().engine.search(search_request)
    now = datetime.now(UTC)
    identity = (
        links.query_string(search_request, PAGE_DEFAULTS),
        results.index.snapshot,
        formatting.ago(results.index.built_at, now),  # in the footer
        str(now.date()),  # the date presets count from it
        service().asset_version,
    )
    page = render_search_page(search_request, results, now)
    return cacheable_response(page.encode(), HTML, results.index, *identity)


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """The OpenSearch description, with which browsers add this search to their own."""
    public_url = service().settings.public_url
    if not (public_url or request.host):  # Werkzeug makes a malformed host empty
        raise BadRequest
    text = render_template("opensearch.xml", base_url=public_url or request.url_root.rstrip("/"))
    mimetype = "application/opensearchdescription+xml"
    return Response(text, mimetype=mimetype, headers={"Cache-Control": "public, max-age=3600", "Vary": "Host"})


def _without_noise(parsed: ParsedParameters) -> ParsedParameters:
    """The parameters without blank values, which an HTML form sends, and without tracking parameters."""
    values: dict[str, str | list[str]] = {}
    for name, value in parsed.values.items():
        kept = [each for each in value if each.strip()] if isinstance(value, list) else value.strip()
        if kept:
            values[name] = kept
    mistakes = [each for each in parsed.mistakes if not TRACKING_PARAMETERS.fullmatch(each.parameter)]
    return ParsedParameters(values, mistakes)


def _form_with_mistakes(parsed: ParsedParameters, mistakes: Sequence[Mistake]) -> Response:
    """The form with its values and mistakes, and the facets of the search without the invalid parameters."""
    invalid = {mistake.parameter for mistake in mistakes}
    valid = {name: value for name, value in parsed.values.items() if name not in invalid}
    search_request = parameters.validate(ParsedParameters({**valid, "page": "1", "per_page": "0"}, []), PAGE_DEFAULTS)
    results = service().engine.search(search_request)
    page = render_search_page(search_request, results, datetime.now(UTC), mistakes, parsed.values)
    return Response(page, 422, mimetype="text/html", headers={"Cache-Control": "no-store", "Vary": "Accept"})
