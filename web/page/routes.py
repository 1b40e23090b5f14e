"""The search page: what it shows is worked out here, what it says stands in the templates."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest

from search import HIT_FIELDS, Fragment, Mistake, RequestInvalid, SearchRequest, SearchResults, corrected
from web import links, parameters
from web.errors import wants_problem
from web.page import filters, formatting, hit_views
from web.page.pagination import pagination
from web.page.result_summary import result_summary
from web.page.zero_results import zero_result_suggestions
from web.parameters import PAGE
from web.responses import answer
from web.service import service

blueprint = Blueprint("pages", __name__)
blueprint.add_app_template_filter(formatting.counted)
blueprint.add_app_template_filter(formatting.ago)
blueprint.add_app_template_filter(formatting.day)
blueprint.add_app_template_filter(formatting.exact)
blueprint.add_app_template_global(links.page, "page_link")
blueprint.add_app_template_global(links.with_value)
blueprint.add_app_template_test(formatting.is_day, "day")

HTML = "text/html; charset=utf-8"
SORTS = {"relevance": "Scorer", "newest": "Newest", "oldest": "Oldest", "heat": "Popular"}
CARRIED = frozenset(  # the form has no control for them
    {"sort", "not_topic", "not_provider", "type", "explain", "per_page", "facet_size"}
)
CAMPAIGNS = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id")  # what others add to links; says nothing to a search


class Sorting(NamedTuple):
    """One order of the results, and where it is."""

    name: str
    link: str
    current: bool


class Correction(NamedTuple):
    """What may have been meant, in fragments of which the replaced words are hits; where that search is, and the one
    for nothing but what was typed."""

    applied: bool
    q: str
    fragments: Sequence[Fragment]
    link: str
    as_typed: str


@blueprint.app_context_processor
def _every_page() -> dict[str, object]:
    settings = service().settings
    return {
        "site_name": settings.site_name,
        "show_images": settings.show_images,
        "look": service().look,
        "root": request.root_path,  # rather than url_for, which needs a host that is believed
    }


@blueprint.get("/")
def search() -> Response:
    """The search form and what it found."""
    given = _filled_in(parameters.read(request.query_string))
    try:
        asked = parameters.checked(given, PAGE).model_copy(update={"fields": HIT_FIELDS})
    except RequestInvalid as invalid:
        if wants_problem():
            raise
        return _form_again(given, invalid.mistakes)
    results = service().engine.search(asked)
    now = datetime.now(UTC)
    # Besides the search, the page says how old the index is, and offers dates counted from today.
    identity = (
        links.query_string(asked, PAGE),
        results.index.snapshot,
        formatting.ago(results.index.built_at, now),
        str(now.date()),
    )
    return answer(_page(asked, results, now).encode(), HTML, results.index, *identity, service().look)


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """The description from which browsers add the search to their own."""
    public_url = service().settings.public_url
    if not (public_url or request.host):  # which is empty where it is malformed
        raise BadRequest
    text = render_template("opensearch.xml", base=public_url or request.url_root.rstrip("/"))
    kind = "application/opensearchdescription+xml"
    return Response(text, mimetype=kind, headers={"Cache-Control": "public, max-age=3600", "Vary": "Host"})


def _filled_in(given: parameters.Given) -> parameters.Given:
    """Leave out what a form sends for fields left empty, and what others hang on links to follow their readers."""
    values: dict[str, str | list[str]] = {}
    for name, value in given.values.items():
        kept = [each for each in value if each.strip()] if isinstance(value, list) else value.strip()
        if kept:
            values[name] = kept
    return parameters.Given(values, [each for each in given.mistakes if not CAMPAIGNS.fullmatch(each.parameter)])


def _form_again(given: parameters.Given, mistakes: Sequence[Mistake]) -> Response:
    """The form as it was filled in, saying what to change, over the facets of what was right in it."""
    wrong = {mistake.parameter for mistake in mistakes}
    right = {name: value for name, value in given.values.items() if name not in wrong}
    asked = parameters.checked(parameters.Given({**right, "page": "1", "per_page": "0"}, []), PAGE)
    results = service().engine.search(asked)
    page = _page(asked, results, datetime.now(UTC), mistakes, given.values)
    return Response(page, 422, mimetype="text/html", headers={"Cache-Control": "no-store", "Vary": "Accept"})


def _page(
    asked: SearchRequest,
    results: SearchResults,
    now: datetime,
    mistakes: Sequence[Mistake] = (),
    typed: Mapping[str, str | list[str]] | None = None,
) -> str:
    chips = filters.chips(asked)
    correction = _correction(asked, results)
    shown = hit_views.shown(asked, results, service().engine)
    return render_template(
        "search.html",
        asked=asked,
        results=results,
        result_summary=result_summary(asked, results, filtered=bool(chips)),
        correction=correction,
        searched=correction.q if correction and correction.applied else asked.q,
        hits=shown,
        complete=[each for each in shown if not each.missing],
        incomplete=[each for each in shown if each.missing],
        now=now,
        typed=typed or dict(links.pairs(asked, PAGE)),
        mistakes=_by_parameter(mistakes),
        groups=filters.facet_groups(asked, results.facets),
        chips=chips,
        clear_link=links.page(links.without_filters(asked)),
        presets=filters.presets(asked, now.date()),
        carried=[(name, value) for name, value in links.pairs(asked, PAGE) if name in CARRIED],
        sorts=_sorts(asked, results),
        pagination=pagination(asked, results.listed),
        zero_result_suggestions=[] if results.listed or mistakes else zero_result_suggestions(asked, service().engine),
        indexable=not links.pairs(asked, PAGE) and not mistakes,
        json_link=links.api_of(request.root_path, asked),
    )


def _by_parameter(mistakes: Sequence[Mistake]) -> dict[str, str]:
    details: dict[str, list[str]] = {}
    for mistake in mistakes:
        details.setdefault(mistake.parameter, []).append(mistake.detail)
    return {parameter: "; ".join(each) for parameter, each in details.items()}


def _correction(asked: SearchRequest, results: SearchResults) -> Correction | None:
    found = results.correction
    if found is None:
        return None
    return Correction(
        found.applied,
        found.q,
        corrected(found),
        link=links.page(links.changed(asked, q=found.q)),
        as_typed=links.page(links.changed(asked, typo=False)),
    )


def _sorts(asked: SearchRequest, results: SearchResults) -> list[Sorting]:
    relevant = asked.q and results.order == asked.order
    names = [name for name in SORTS if relevant or name != "relevance"]
    return [Sorting(SORTS[name], links.page(links.changed(asked, sort=name)), results.order == name) for name in names]
