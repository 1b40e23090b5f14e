"""Finds the missing words of partial matches that a search can require with success."""

from collections.abc import Iterator
from typing import Final

from search import Engine, RequestInvalid, SearchResults, shared_work
from web.links import SearchUrls
from web.parameters import COUNT_ONLY

MAX_COUNTED: Final = 8  # words, each counted by a search


def useless_words(urls: SearchUrls, results: SearchResults, engine: Engine) -> frozenset[str]:
    """The missing words that find nothing if they are required, as far as is known.

    A word that some hit of the page has, or full matches, finds something.  The others are counted, the first
    `MAX_COUNTED` of them, in the work of one request; those that are not counted are useless, too."""
    if results.total or not results.hits:
        return frozenset()
    of_hits = [hit.missing for hit in results.hits]
    words = [word for word in of_hits[0] if all(word in missing for missing in of_hits)]
    return frozenset(words).difference(_found(urls, words[:MAX_COUNTED], engine))


def _found(urls: SearchUrls, words: list[str], engine: Engine) -> Iterator[str]:
    """The words that articles have which pass the filters; none of the rest if to count it takes too much work."""
    only = {"page": 1, "match": "all", "typo": False, **COUNT_ONLY}
    try:
        with shared_work():
            for word in words:
                if engine.search(urls.request.model_copy(update={**only, "q": word})).total:
                    yield word
    except RequestInvalid:
        return
