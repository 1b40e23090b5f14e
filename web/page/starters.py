"""Suggests searches to readers who have not searched yet: examples that have results, and the largest topics."""

from collections.abc import Iterator
from typing import NamedTuple

from search import Article, SearchResults, as_phrase
from web.links import Link, SearchUrls
from web.page.example_words import as_value, telling_pairs

MAX_TOPICS = 4


class Starters(NamedTuple):
    """Example queries, and topics."""

    examples: list[Link]
    topics: list[Link]


def starters(urls: SearchUrls, results: SearchResults) -> Starters:
    """The starters of an archive, from the search without a query."""
    topics = [bucket.value for facet in results.facets if facet.field == "topic" for bucket in facet.values]
    return Starters(
        [Link(q, urls.changed(q=q)) for q in _examples([hit.article for hit in results.hits], topics)],
        [Link(topic, urls.with_only("topic", topic)) for topic in topics[:MAX_TOPICS]],
    )


def _examples(newest: list[Article], topics: list[str]) -> Iterator[str]:
    """Queries of three kinds, each of which finds an article: words, a phrase, and a provider.

    Of the newest articles' providers it is the shortest: the examples share a line with the number of results."""
    if topics:
        yield topics[0].lower()
    yield from _first(
        as_phrase(" ".join(pair))
        for article in newest
        for pair in telling_pairs(article.title)
        if " ".join(pair).lower() not in map(str.lower, topics)
    )
    providers = {article.provider.name for article in newest if article.provider}
    yield from (f"provider:{as_value(name)}" for name in sorted(providers, key=lambda name: (len(name), name))[:1])


def _first(queries: Iterator[str]) -> Iterator[str]:
    query = next(queries, None)
    if query:
        yield query
