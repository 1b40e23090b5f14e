"""The results before and after an article, in the search that the reader came from."""

from typing import NamedTuple

from search import Engine
from web.links import SearchUrls, article_url, reachable_pages


class Neighbours(NamedTuple):
    """The article's position among the results, from 1, and the pages of the articles before and after it."""

    position: int
    results: int
    previous: str | None
    next: str | None


def neighbours(root: str, search: SearchUrls, id: str, engine: Engine) -> Neighbours | None:
    """The neighbours of an article; None if it is not on the page of the search."""
    request = search.request
    found = engine.search(request)
    ids = [hit.article.id for hit in found.hits]
    if id not in ids:
        return None

    def link(index: int) -> str | None:
        """The result with this index on the page, or the last of the page before, or the first of the next."""
        if 0 <= index < len(ids):
            return article_url(root, ids[index], search.query)
        page = request.page + (1 if index > 0 else -1)
        if not 1 <= page <= reachable_pages(found.listed, request.per_page):
            return None
        hits = engine.search(request.model_copy(update={"page": page})).hits
        _, _, query = search.changed(page=page).partition("?")
        return article_url(root, hits[0 if index > 0 else -1].article.id, query)

    index = ids.index(id)
    return Neighbours(request.offset + index + 1, found.listed, link(index - 1), link(index + 1))
