"""Ways out of a search that found nothing: its filters left out, with what is found then."""

from typing import NamedTuple

from search import Engine, SearchRequest
from web import links
from web.page import filters

MOST = 8  # filters tried
COUNTS = {"per_page": 0, "facet_size": 0, "collapse": "none", "explain": False}


class Suggestion(NamedTuple):
    """What to leave out, where that leads, and how many articles are found there: one at least."""

    text: str
    link: str
    articles: int


def zero_result_suggestions(request: SearchRequest, engine: Engine) -> list[Suggestion]:
    """What dropping each filter alone would find, the most first; where none alone helps, what dropping all would."""
    chips = filters.droppable(request)
    alone = [_remedy(chip.dropped, chip.without, engine) for chip in chips[:MOST]]
    helpful = [remedy for remedy in alone if remedy.articles]
    if not helpful and len(chips) > 1:
        everything = _remedy("Without any filter", links.without_filters(request), engine)
        return [everything] if everything.articles else []
    return sorted(helpful, key=lambda remedy: -remedy.articles)


def _remedy(text: str, request: SearchRequest, engine: Engine) -> Suggestion:
    return Suggestion(text, links.page(request), engine.search(request.model_copy(update=COUNTS)).listed)
