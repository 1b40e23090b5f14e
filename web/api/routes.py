"""The JSON API's routes: parse the parameters, call the engine, serialize the result."""

from time import perf_counter

import msgspec
from flask import Response, current_app, request
from flask_openapi3.blueprint import APIBlueprint
from werkzeug.exceptions import NotFound

from search import IndexInfo, SearchRequest, SearchResults, compare_trends, shared_work
from web import links, parameters, rate_limit, trend_parameters
from web.api import changes as changes_json
from web.api import citation, multi_search, openapi, operation_parameters, schemas, serializers, trend_schemas
from web.api.components import Json
from web.links import SearchUrls
from web.response_cache import CachedResponse
from web.responses import JSON, SHORT_LIFE, cacheable, cacheable_response, flask_response
from web.service import Call, current_call, service

blueprint = APIBlueprint("api", __name__, url_prefix=links.API)

SIMILAR_FIELDS = tuple(name for name in (*schemas.ARTICLE_FIELDS, "score") if name not in {"related", "also"})


def _in_path(name: str) -> str:
    return str((request.view_args or {})[name])


def _no_article(id: str) -> NotFound:
    return NotFound(f"No article has the id {id}.")


def _json_response(struct: msgspec.Struct, index: IndexInfo, *identity: str, link: str = "") -> Response:
    return cacheable_response(msgspec.json.encode(struct), JSON, index, request.path, *identity, link=link)


@blueprint.get(
    "/search",
    summary="Search the articles",
    tags=[openapi.SEARCH],
    operation_id="search_articles",
    responses=openapi.json_responses(schemas.SearchResponse, 410, 422, 503),
    openapi_extensions={"parameters": operation_parameters.of_search()},
)
def search() -> Response:
    """A page of results, with facets."""
    return flask_response(search_results(current_call()))


def search_results(call: Call) -> CachedResponse:
    """The response to a search.  Raises `RequestInvalid` or `EngineUnavailable`."""
    search_request = parameters.validate(parameters.parse(call.query))
    results, urls, body = _searched(call, search_request)
    link = links.link_header(next=body.links.next, prev=body.links.prev)
    return cacheable(call, msgspec.json.encode(body), JSON, results.index, call.path, urls.query, link=link)


def _searched(call: Call, search_request: SearchRequest) -> tuple[SearchResults, SearchUrls, schemas.SearchResponse]:
    started = perf_counter()
    results = call.service.engine.search(search_request)
    took_ms = (perf_counter() - started) * 1000
    canonical = links.as_read(results)
    urls = links.api_urls(call.base_url, canonical)
    others = links.other_links(call.base_url, urls, results)
    return results, urls, serializers.search_response(results, took_ms, urls, others)


@blueprint.post(
    "/multi-search",
    summary="Search several times at once",
    tags=[openapi.SEARCH],
    operation_id="search_several",
    responses=openapi.posted_responses(multi_search.MultiSearchResponse, 400, 413, 415, 422, 503),
    openapi_extensions={"requestBody": openapi.searches_body()},
)
def search_several() -> Response:
    """The responses to several searches, all from one index; a search that has mistakes gets a problem instead."""
    call = current_call()
    parameters.refuse_parameters(call.query)
    searches = multi_search.read_searches(request)
    rate_limit.count_searches(len(searches))

    def answer(search_request: SearchRequest) -> schemas.SearchResponse:
        return _searched(call, search_request)[2]

    with shared_work():
        index, responses = service().call_engine(lambda _: multi_search.answers(searches, answer))
    body = multi_search.MultiSearchResponse(serializers.index(index), responses)
    return Response(msgspec.json.encode(body), mimetype=JSON, headers={"Cache-Control": "no-store"})


@blueprint.get(
    "/facets/<field>",
    summary="Count the values of a field in a search",
    tags=[openapi.SEARCH],
    operation_id="list_facet_values",
    responses=openapi.json_responses(schemas.FacetResponse, 410, 422, 503),
    openapi_extensions={"parameters": operation_parameters.of_facet()},
)
def facet() -> Response:
    """A page of the values of one facet of a search; `facet_size` is the size of a page."""
    field = _in_path("field")
    search_request, prefix = parameters.facet_request(request.query_string, field)
    results = service().engine.facet(field, search_request, prefix=prefix, page=search_request.page)
    base_url, canonical = current_call().base_url, links.as_read(results)
    urls, search_urls = links.facet_urls(base_url, field, canonical, prefix), links.api_urls(base_url, canonical)
    body = serializers.facet_response(results, urls, prefix, search_urls)
    link = links.link_header(next=body.links.next, prev=body.links.prev)
    return _json_response(body, results.index, urls.query, link=link)


@blueprint.get(
    "/timeline",
    summary="Count the articles of a search by period",
    tags=[openapi.SEARCH],
    operation_id="get_timeline",
    responses=openapi.json_responses(schemas.TimelineResponse, 410, 422, 503),
    openapi_extensions={"parameters": operation_parameters.of_timeline()},
)
def timeline() -> Response:
    """How many articles of a search were published each day, week, month or year, and how many of the archive."""
    search_request = parameters.timeline_request(request.query_string)
    results = service().engine.search(search_request)
    call, canonical = current_call(), links.as_read(results)
    urls, cited = links.api_urls(call.base_url, canonical), _timeline_urls(call, canonical)
    return _json_response(serializers.timeline_response(results, urls, cited), results.index, urls.query)


def _timeline_urls(call: Call, request: SearchRequest) -> links.SearchUrls:
    """The URLs of a timeline; `request` is the search for it."""
    defaults = {name: getattr(parameters.API_DEFAULTS, name) for name in ("timeline", "per_page", "facets")}
    interval = f"interval={request.timeline}"
    return links.SearchUrls(f"{call.base_url}{call.path}", request.model_copy(update=defaults), kept=interval)


@blueprint.get(
    "/trends",
    summary="Compare topics, providers or queries over time",
    tags=[openapi.TRENDS],
    operation_id="compare_trends",
    responses=openapi.json_responses(trend_schemas.TrendsResponse, 410, 422, 503),
    openapi_extensions={"parameters": operation_parameters.of_trends()},
)
def trends() -> Response:
    """How many articles of each topic, provider or query were published each day, week, month or year."""
    wanted = trend_parameters.trends_request(request.query_string)
    with shared_work():
        index, compared = service().call_engine(lambda engine: compare_trends(engine, *wanted.compared), wanted.at)
    wanted = wanted._replace(values=[trend.value for trend in compared.trends])
    cited = citation.of_trends(current_call().base_url, wanted, compared)
    return _json_response(serializers.trends_response(compared, wanted, cited), index, repr(wanted))


@blueprint.get(
    "/trends/rising",
    summary="List rising topics and phrases",
    tags=[openapi.TRENDS],
    operation_id="list_rising",
    responses=openapi.json_responses(trend_schemas.RisingResponse, 410, 422, 503),
    openapi_extensions={"parameters": operation_parameters.of_rising()},
)
def rising() -> Response:
    """The topics and the phrases of titles whose share of the articles rises in the last complete period."""
    wanted = trend_parameters.rising_request(request.query_string)
    index, found = service().call_engine(lambda engine: engine.rising(*wanted), wanted.at)
    cited = citation.of_rising(current_call().base_url, wanted, found, index)
    return _json_response(trend_schemas.RisingResponse(serializers.index(index), found, cited), index, repr(wanted))


@blueprint.get(
    "/articles/<path:id>",
    summary="Get an article",
    tags=[openapi.ARTICLES],
    operation_id="get_article",
    responses=openapi.json_responses(schemas.ArticleResponse, 404, 410, 422, 503),
    openapi_extensions={"parameters": operation_parameters.of_article()},
)
def article() -> Response:
    """All stored fields of an article, and the other articles of its story."""
    id, at = _in_path("id"), parameters.article_snapshot(request.query_string)
    index, hit = service().call_engine(lambda engine: engine.article_with_story(id, at), at)
    if hit is None:
        raise _no_article(id)
    cited = citation.of_article(current_call().base_url, id, index)
    return _json_response(serializers.article_response(hit, cited), index, at or "")


@blueprint.get(  # not /articles/<id>/similar: an id may end in /similar
    "/similar/<path:id>",
    summary="List articles like an article",
    tags=[openapi.ARTICLES],
    operation_id="list_similar",
    responses=openapi.json_responses(schemas.SimilarResponse, 404, 410, 422, 503),
    openapi_extensions={"parameters": operation_parameters.of_similar()},
)
def similar() -> Response:
    """The articles that share the most interesting words of an article.  Its own story is left out."""
    id, (limit, at) = _in_path("id"), parameters.similar_request(request.query_string)
    index, found = service().call_engine(lambda engine: engine.similar(id, limit, at), at)
    if found is None:
        raise _no_article(id)
    cited = citation.of_similar(current_call().base_url, id, limit, found, index)
    body = serializers.similar_response(id, found, index, SIMILAR_FIELDS, cited)
    return _json_response(body, index, str(limit), at or "")


@blueprint.get(
    "/changes",
    summary="List what changed since a snapshot",
    tags=[openapi.INDEX],
    operation_id="list_changes",
    responses=openapi.json_responses(changes_json.ChangesResponse, 410, 422, 503),
    openapi_extensions={"parameters": operation_parameters.of_changes()},
)
def changes() -> Response:
    """The articles that were added, changed or removed, also after the snapshots themselves are gone."""
    wanted = changes_json.changes_request(request.query_string)
    found = service().engine.changes(wanted.since, wanted.until, wanted.offset, wanted.limit)
    body = changes_json.changes_response(found, wanted, current_call().base_url)
    link = links.link_header(next=body.links.next, prev=body.links.prev)
    return _json_response(body, found.index, found.until, found.oldest, body.links.self, link=link)


@blueprint.get(
    "/suggest",
    summary="Complete a text",
    tags=[openapi.SEARCH],
    operation_id="complete_text",
    responses=openapi.json_responses(schemas.SuggestResponse, 422, 503),
    openapi_extensions={"parameters": operation_parameters.of_suggest()},
)
def suggest() -> Response:
    """Completions of the last word of a text, most frequent first."""
    text, limit = parameters.suggest_request(request.query_string)
    index, completions = service().call_engine(lambda engine: engine.complete(text, limit))
    return _json_response(schemas.SuggestResponse(text, completions), index, text, str(limit))


@blueprint.get(
    "/stats",
    summary="Get figures about the index",
    tags=[openapi.INDEX],
    operation_id="get_statistics",
    responses=openapi.json_responses(schemas.StatisticsResponse, 422, 503),
)
def statistics() -> Response:
    """How many articles, topics and providers the index has, and the dates of its first and last article."""
    parameters.refuse_parameters(request.query_string)
    figures = service().engine.statistics()
    body = msgspec.json.encode(serializers.statistics_response(figures))
    modified_at = max(figures.index.modified_at, figures.checked_at)
    identity = request.path, str(figures.checked_at), str(figures.unmet)
    return cacheable_response(body, JSON, figures.index, *identity, modified_at=modified_at)


@blueprint.get("/openapi.json", doc_ui=False)
def document() -> Response:
    """The OpenAPI 3.1 document of this API."""
    return _description(openapi.document(current_app, current_call().base_url))


@blueprint.get("/openapi-3.0.json", doc_ui=False)
def document_3_0() -> Response:
    """The same as OpenAPI 3.0.3."""
    base_url = current_call().base_url
    return _description(openapi.document_3_0(current_app, base_url, f"{base_url}{links.API}/docs#licence"))


def _description(document: Json) -> Response:
    return Response(msgspec.json.encode(document), mimetype=JSON, headers={"Cache-Control": SHORT_LIFE})
