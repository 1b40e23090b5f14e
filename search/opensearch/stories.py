"""Stories in a cluster: the other articles of a story, its coverage, and related items as articles."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from search.analysis.story_keys import url_key
from search.article import Article
from search.opensearch.cluster_reader import ClusterReader
from search.opensearch.documents import key_text
from search.opensearch.found_article import FoundArticle
from search.opensearch.query_dsl import Query, any_query
from search.opensearch.search_body import NEWEST_FIRST
from search.results import Hit
from search.searcher.coverage import MOST_ARTICLES

_MOST_OTHERS: Final = 10_000
"""Articles of all stories of a page."""


def with_others(
    reader: ClusterReader, hits: Sequence[Hit], stories: Mapping[str, str], filters: Sequence[Query]
) -> tuple[Hit, ...]:
    """The hits, each with the other articles of its story that pass the filters, newest first.

    `stories`: id → story of each hit."""
    of_stories = {"terms": {"story": sorted({stories[hit.article.id] for hit in hits})}}
    by_story: defaultdict[str, list[Article]] = defaultdict(list)
    for found in reader.newest(of_stories, *filters, size=_MOST_OTHERS) if hits else ():
        by_story[found.story].append(found.article)
    return tuple(
        replace(hit, also=tuple(each for each in by_story[stories[hit.article.id]] if each.id != hit.article.id))
        for hit in hits
    )


def with_related_ids(reader: ClusterReader, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits, each with the ids of its related items: for each item, the newest article with its URL, or None."""
    keys = {key_text(url_key(item.url)) for hit in hits for item in hit.article.related} - {None}
    if not keys:
        return tuple(
            replace(hit, related_ids=(None,) * len(hit.article.related)) if hit.article.related else hit for hit in hits
        )
    body = {
        "query": {"bool": {"filter": [{"terms": {"url_key": sorted(filter(None, keys))}}]}},
        "collapse": {"field": "url_key"}, "sort": NEWEST_FIRST, "size": len(keys),
        "_source": False, "docvalue_fields": ["url_key", "id"],
    }  # fmt: skip
    (answer,) = reader.ask(body)
    ids = {hit["fields"]["url_key"][0]: hit["fields"]["id"][0] for hit in answer["hits"]["hits"]}
    return tuple(
        replace(hit, related_ids=tuple(ids.get(key_text(url_key(item.url)) or "") for item in hit.article.related))
        for hit in hits
    )


def coverage(reader: ClusterReader, found: FoundArticle) -> list[FoundArticle]:
    """The coverage of an article as `search.searcher.coverage` defines it, newest first."""
    cluster = articles = _of_stories(reader, {found.story})
    size = 0
    while size < len(articles) <= MOST_ARTICLES:
        size = len(articles)
        articles = _of_stories(reader, {found.story, *_connected(reader, articles)})
    return articles if len(articles) <= MOST_ARTICLES else cluster


def _connected(reader: ClusterReader, articles: Sequence[FoundArticle]) -> set[str]:
    """The stories of these articles, and those that related items connect with them."""
    decoded = [each.article for each in articles]
    items = {key_text(url_key(item.url)) for article in decoded for item in article.related}
    keys = items | {key_text(url_key(article.url)) for article in decoded}
    queries = [
        {"terms": {field: sorted(filter(None, some))}} for field, some in (("related_keys", keys), ("url_key", items))
    ]
    return {each.story for each in (*articles, *reader.newest(any_query(queries), size=_MOST_OTHERS))}


def _of_stories(reader: ClusterReader, stories: set[str]) -> list[FoundArticle]:
    return reader.newest({"terms": {"story": sorted(stories)}}, size=_MOST_OTHERS)
