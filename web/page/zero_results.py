"""Suggests which filters to remove from a search without results."""

from typing import NamedTuple

from search import Engine, SearchRequest
from web import links
from web.page import filters

MAX_TRIED = 8  # filters, each tried by a search
COUNT_ONLY = {"per_page": 0, "facet_size": 0, "collapse": "none", "explain": False}


class Suggestion(NamedTuple):
    """A removal of filters: its text, a link to the search after it, and the number of its results (at least one)."""

    text: str
    link: str
    articles: int


def zero_result_suggestions(request: SearchRequest, engine: Engine) -> list[Suggestion]:
    """The filters whose removal gives results, most results first; if no single one does, all filters together."""
    removable = filters.removable_filters(request)
    single = [_suggestion(chip.removal, chip.without, engine) for chip in removable[:MAX_TRIED]]
    helpful = [suggestion for suggestion in single if suggestion.articles]
    if not helpful and len(removable) > 1:
        without_all = _suggestion("Remove all filters", links.without_filters(request), engine)
        return [without_all] if without_all.articles else []
    return sorted(helpful, key=lambda suggestion: -suggestion.articles)


def _suggestion(text: str, request: SearchRequest, engine: Engine) -> Suggestion:
    return Suggestion(text, links.page_url(request), engine.search(request.model_copy(update=COUNT_ONLY)).listed)
