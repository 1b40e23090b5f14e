"""The page of all values of a facet, with a search among them."""

from search import SCHEMA, IndexInfo, SearchRequest
from web.links import SearchUrls, parameter_pairs
from web.page.filters import FACET_PAGES, choices
from web.parameters import PAGE_DEFAULTS
from web.service import Call
from web.templating import render

MAX_VALUES = 1000  # values that one page lists
NOT_KEPT = frozenset({"page"})


def render_facet_page(call: Call, field: str, urls: SearchUrls, text: str, alphabetical: bool) -> tuple[str, IndexInfo]:
    """The page as HTML, with checkboxes for the values that contain the text, and the index that it is from."""
    search_request: SearchRequest = urls.request.model_copy(update={"facet_size": MAX_VALUES})
    found = call.service.engine.facet(field, search_request, text, count_partial=True)
    urls = urls.of(found.request.model_copy(update={"facet_size": urls.request.facet_size}))
    listed = choices(urls, found.facet)
    if alphabetical:
        listed.sort(key=lambda choice: (not choice.selected, choice.value.casefold()))
    pairs = [pair for pair in parameter_pairs(urls.request, PAGE_DEFAULTS) if pair[0] not in NOT_KEPT] + urls.kept
    html = render(
        call,
        "facet_values.html",
        field=field,
        plural=SCHEMA.facets[field].plural,
        facet=found.facet,
        choices=listed,
        text=text,
        alphabetical=alphabetical,
        action=f"{call.root}{FACET_PAGES}{field}",
        search_link=urls.changed(),
        query_text=urls.request.q,
        kept=pairs,
        others=[pair for pair in pairs if pair[0] not in {"q", field}],
    )
    return html, found.index
