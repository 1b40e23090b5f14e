"""Renders the page of all topics or providers of the archive, from A to Z."""

from typing import Final

from search import SCHEMA, IndexInfo, SearchRequest
from web.page.overview_links import compared, overview_url, trends_url
from web.page.overview_page import CountedLink
from web.service import Call
from web.templating import render

MAX_VALUES: Final = 1000


def render_values_page(call: Call, kind: str) -> tuple[str, IndexInfo]:
    """The page as HTML, and the index that it is from.  It has the `MAX_VALUES` most frequent values."""
    request: SearchRequest = SearchRequest().model_copy(update={"facet_size": MAX_VALUES})
    found = call.service.engine.facet(kind, request)
    values = sorted(found.facet.values, key=lambda bucket: bucket.value.casefold())
    html = render(
        call,
        "values.html",
        kind=kind,
        plural=SCHEMA.facets[kind].plural,
        total_values=found.facet.total_values,
        values=[CountedLink(each.value, overview_url(call.root, kind, each.value), each.count) for each in values],
        trends_link=trends_url(call.root, compared(kind)),
    )
    return html, found.index
