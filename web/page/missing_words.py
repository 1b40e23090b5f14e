"""Finds out which missing words of partial matches no article has: they cannot be required with success."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from search import Engine, RequestInvalid, SearchResults, shared_work
from web.links import SearchUrls
from web.parameters import COUNT_ONLY

MAX_COUNTED: Final = 8  # words, each counted by a search


class MissingWords(NamedTuple):
    """What is known of the words that no hit of a page has.

    `absent`: no article that passes the filters has them.  `useless`: these, and those that were not counted."""

    absent: tuple[str, ...] = ()
    useless: frozenset[str] = frozenset()


def missing_words(urls: SearchUrls, results: SearchResults, engine: Engine) -> MissingWords:
    """The missing words that find nothing if they are required, as far as is known.

    A word that some hit of the page has, or full matches, finds something.  The others are counted, the first
    `MAX_COUNTED` of them, in the work of one request."""
    if results.total or not results.hits:
        return MissingWords()
    of_hits = [hit.missing for hit in results.hits]
    words = [word for word in of_hits[0] if all(word in missing for missing in of_hits)]
    totals = dict(_totals(urls, words[:MAX_COUNTED], engine))
    return MissingWords(
        absent=tuple(word for word in words if totals.get(word) == 0),
        useless=frozenset(word for word in words if not totals.get(word)),
    )


def _totals(urls: SearchUrls, words: list[str], engine: Engine) -> Iterator[tuple[str, int]]:
    """How many articles that pass the filters have each word; not of the rest if to count it takes too much work."""
    only = {"page": 1, "match": "all", "typo": False, **COUNT_ONLY}
    try:
        with shared_work():
            for word in words:
                yield word, engine.search(urls.request.model_copy(update={**only, "q": word})).total
    except RequestInvalid:
        return
