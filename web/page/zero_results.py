"""Suggests which filters to remove from a search without results."""

from typing import NamedTuple

from search import Engine
from web.links import NO_FILTERS, Changes, SearchUrls
from web.page import filters

MAX_TRIED = 8  # filters, each tried by a search
COUNT_ONLY = {"per_page": 0, "facet_size": 0, "collapse": "none", "explain": False, "timeline": "none"}


class Suggestion(NamedTuple):
    """A removal of filters: its text, a link to the search after it, and the number of its results (at least one)."""

    text: str
    link: str
    articles: int


def zero_result_suggestions(urls: SearchUrls, engine: Engine) -> list[Suggestion]:
    """The filters whose removal gives results, most results first; if no single one does, all filters together."""

    def suggestion(text: str, changes: Changes) -> Suggestion:
        without = urls.request.model_copy(update={"page": 1, **changes, **COUNT_ONLY})
        return Suggestion(text, urls.changed(**changes), engine.search(without).listed)

    removable = filters.removable_filters(urls.request)
    single = [suggestion(chip.removal, chip.changes) for chip in removable[:MAX_TRIED]]
    helpful = [each for each in single if each.articles]
    if not helpful and len(removable) > 1:
        without_all = suggestion("Remove all filters", NO_FILTERS)
        return [without_all] if without_all.articles else []
    return sorted(helpful, key=lambda each: -each.articles)
