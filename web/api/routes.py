"""The JSON search: read the request, ask the engine, present the answer."""

from time import perf_counter

import msgspec
from flask import Response, current_app, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.exceptions import NotFound

from search import FACETS, HIT_FIELDS, Hit, IndexInfo, Mistake
from web import links, parameters
from web.api import openapi, schemas, serializers
from web.responses import JSON, answer
from web.service import service

blueprint = APIBlueprint("api", __name__, url_prefix=links.API, abp_tags=[Tag(name="search")])

ARTICLE_FIELDS = tuple(name for name in HIT_FIELDS if name not in {"score", "highlights", "missing", "also"})


def _in_path(name: str) -> str:
    return str((request.view_args or {})[name])


def _answer(struct: msgspec.Struct, index: IndexInfo, *identity: str) -> Response:
    return answer(msgspec.json.encode(struct), JSON, index, request.path, *identity)


@blueprint.get(
    "/search",
    summary="Search the articles",
    operation_id="search",
    responses=openapi.answers(schemas.SearchAnswer, 422, 503),
    openapi_extensions={"parameters": openapi.search_parameters()},
)
def search() -> Response:
    """A page of results with facets."""
    asked = parameters.search_request(request.query_string)
    started = perf_counter()
    results = service().engine.search(asked)
    took_ms = (perf_counter() - started) * 1000
    found = serializers.search_answer(asked, results, took_ms, service().base)
    return _answer(found, results.index, links.query_string(asked))


@blueprint.get(
    "/facets/<field>",
    summary="Count the values of a field in a search",
    operation_id="facet",
    responses=openapi.answers(schemas.FacetAnswer, 422, 503),
    openapi_extensions={"parameters": [openapi.field_parameter(), *openapi.search_parameters()]},
)
def facet() -> Response:
    """One facet of a search, with up to `facet_size` values."""
    given = parameters.read(request.query_string)
    field = _in_path("field")
    if field not in FACETS:
        given.mistakes.insert(0, Mistake("field", f"must be one of {', '.join(FACETS)}"))
    asked = parameters.checked(given)
    index, counted = service().asked(lambda engine: engine.facet(field, asked))
    found = serializers.facet_answer(asked, counted, index, service().base)
    return _answer(found, index, links.query_string(asked))


@blueprint.get(
    "/articles/<path:id>",
    summary="One article",
    operation_id="article",
    responses=openapi.answers(schemas.Result, 404, 422, 503),
    openapi_extensions={"parameters": [openapi.id_parameter()]},
)
def article() -> Response:
    """Everything that is known of an article."""
    parameters.nothing(request.query_string)
    index, found = service().asked(lambda engine: engine.article(_in_path("id")))
    if found is None:
        raise NotFound
    return _answer(serializers.result(Hit(found), ARTICLE_FIELDS), index)


@blueprint.get(
    "/suggest",
    summary="Complete what is being typed",
    operation_id="suggest",
    responses=openapi.answers(schemas.SuggestAnswer, 422, 503),
    openapi_extensions={"parameters": openapi.suggest_parameters()},
)
def suggest() -> Response:
    """Ways to go on typing, commonest first."""
    asked = parameters.suggest_request(request.query_string)
    index, completions = service().asked(lambda engine: engine.complete(asked.q, asked.limit))
    return _answer(schemas.SuggestAnswer(asked.q, completions), index, asked.q, str(asked.limit))


@blueprint.get(
    "/stats",
    summary="The index in figures",
    operation_id="statistics",
    responses=openapi.answers(schemas.StatisticsAnswer, 422, 503),
)
def statistics() -> Response:
    """What is searched: how many articles, topics, providers, from when to when."""
    parameters.nothing(request.query_string)
    figures = service().engine.statistics()
    return _answer(serializers.statistics_answer(figures), figures.index)


@blueprint.get("/openapi.json", doc_ui=False)
def document() -> Response:
    """The OpenAPI 3.1 description of this API."""
    body = msgspec.json.encode(openapi.document(current_app))
    return Response(body, mimetype=JSON, headers={"Cache-Control": "public, max-age=3600"})
