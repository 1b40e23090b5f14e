"""The routes that describe the API: a page for people, a list of endpoints, and a text for language models."""

from typing import Any, Final

import msgspec
from flask import Blueprint, Response, current_app

from search import MAX_WINDOW
from web import links
from web.api import comparison, docs, openapi
from web.api.components import operations
from web.api.recipes import recipes
from web.cors import EXPOSED
from web.feeds.search_feed import MAX_ENTRIES
from web.page.help_page import DEFAULT_WORDS, syntax
from web.responses import JSON, SHORT_LIFE
from web.service import absolute_base_url, current_call, service
from web.templating import TEMPLATES, render

blueprint = Blueprint("docs", __name__)

TEMPLATES.filters["with_code"] = docs.with_code

PAGE: Final = f"{links.API}/docs"
FOR_LANGUAGE_MODELS: Final = "/llms.txt"
CONTENTS: Final = (
    ("first", "A first request"),
    ("syntax", "Query syntax"),
    ("dates", "Dates and time zones"),
    ("facets", "Filters and facets"),
    ("paging", "Pages"),
    ("polling", "Polling and caching"),
    ("citing", "Citing an answer"),
    ("feeds", "Feeds"),
    ("errors", "Statuses and errors"),
    ("cors", "Use in browsers"),
    ("limits", "Limits"),
    ("changes", "What may change"),
    ("recipes", "Recipes"),
    ("comparison", "Compared with other APIs"),
)

_FEEDS: Final = {
    "searches": (links.ATOM_PATH, links.JSON_FEED_PATH),
    "changes": (links.ATOM_CHANGES_PATH, links.JSON_CHANGES_PATH),
    "most": MAX_ENTRIES,
}
_HEADERS: Final = {"Cache-Control": SHORT_LIFE}


@blueprint.get(PAGE)
def page() -> Response:
    """The page about the API."""
    call = current_call()
    document = openapi.document(current_app, call.base_url)
    tags = docs.described_operations(document)
    schemas = {schema.name: schema for schema in docs.described_schemas(document)}
    described = [operation for _, _, each in tags for operation in each]
    (first,) = (each for each in described if each.path == f"{links.API}/search")
    html = render(
        call,
        "docs.html",
        api=f"{call.root}{links.API}",
        api_path=links.API,
        server=absolute_base_url(),
        contents=[*CONTENTS, *((f"tag-{tag}", f"Reference: {tag}") for tag, _, _ in tags), ("schemas", "Objects")],
        first=first,
        answer=schemas["SearchResponse"],
        syntax=syntax(DEFAULT_WORDS),
        dates=docs.dates(document),
        has_at=any(each.name == "at" for each in first.parameters),
        has_export=any(each.path == f"{links.API}/export" for each in described),
        window=MAX_WINDOW,
        statuses=docs.statuses(),
        problem=docs.problem(document),
        codes=schemas["MistakeCode"],
        limits=docs.limits(document),
        feeds=_FEEDS,
        exposed=EXPOSED,
        rate=service().settings.rate_limit,
        recipes=recipes(absolute_base_url()),
        compared=comparison.COMPARED,
        comparison=comparison.COMPARISON,
        tags=tags,
        schemas=schemas.values(),
    )
    return Response(html, mimetype="text/html", headers=_HEADERS)


@blueprint.get(f"{links.API}/")
def endpoints() -> Response:
    """The endpoints with their URLs, and where they are described."""
    base_url = current_call().base_url
    start = f"{base_url}{links.API}"
    listed = [
        {
            "name": each["operationId"],
            "method": method.upper(),
            "url": f"{base_url}{path}",
            "description": each["summary"],
        }
        for path, method, each in operations(openapi.document(current_app, base_url))
    ]
    body: dict[str, Any] = {
        "endpoints": listed,
        "links": {
            "self": f"{start}/",
            "docs": f"{base_url}{PAGE}",
            "openapi": f"{start}/openapi.json",
            "openapi_3_0": f"{start}/openapi-3.0.json",
            "llms": f"{base_url}{FOR_LANGUAGE_MODELS}",
        },
    }
    return Response(msgspec.json.encode(body), mimetype=JSON, headers={"Cache-Control": SHORT_LIFE})


@blueprint.get(FOR_LANGUAGE_MODELS)
def for_language_models() -> Response:
    """The service, its endpoints and its documentation as Markdown (llmstxt.org)."""
    call, server = current_call(), absolute_base_url()
    document = openapi.document(current_app, call.base_url)
    listed = [
        f"- [{each['summary']}]({server}{PAGE}#{docs.anchor(method, path)}): `{method.upper()} {path}`."
        f" {each['description']}"
        for path, method, each in operations(document)
    ]
    text = f"""# {service().settings.site_name}

> {document["info"]["description"]}

Base URL: {server}{links.API}. Answers are JSON; errors are application/problem+json and name every mistake. Unknown
parameters are refused. Repeat a parameter for several values, or separate them by commas.
A warning names each value that no article has; the others count. Follow `links.next` for more results.

## Endpoints

{chr(10).join(listed)}

## Documentation

- [Documentation]({server}{PAGE}): parameters, query syntax, dates, facets, paging, errors, limits and recipes
- [OpenAPI 3.1]({server}{links.API}/openapi.json): the whole API for programs
- [OpenAPI 3.0]({server}{links.API}/openapi-3.0.json): the same for tools that cannot read 3.1
- [List of endpoints]({server}{links.API}/): as JSON

## Optional

- [Search page]({server}/): for people
- [Search help]({server}/help): query syntax
- [Atom feed]({server}{links.ATOM_PATH}): newest articles; takes `q`, filters, dates, `page`, `per_page`, `collapse`
- [JSON Feed]({server}{links.JSON_FEED_PATH}): the same in JSON
- [Atom feed of changes]({server}{links.ATOM_CHANGES_PATH}): articles added, changed or removed; takes no parameters
- [JSON Feed of changes]({server}{links.JSON_CHANGES_PATH}): the same in JSON
"""
    return Response(text, mimetype="text/plain", headers=_HEADERS)
