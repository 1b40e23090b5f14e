"""Searches with the client that openapi-python-client generates; prints what it reads as JSON."""

import json
import sys

from article_search_client import Client
from article_search_client.api.articles import get_article
from article_search_client.api.search import search_articles
from article_search_client.models import (
    ArticleResponse,
    FacetChoice,
    FieldChoice,
    Problem,
    Result,
    SearchResponse,
    Sort,
)
from article_search_client.models.provider import Provider

client = Client(base_url=sys.argv[1])


LISTED = [FieldChoice(name) for name in ("id", "title", "provider", "published_at", "highlights")]


def searched(page: int) -> SearchResponse:
    answer = search_articles.sync(
        client=client,
        q="robot",
        topic=["AI in Robotics", "AI in Autos"],
        from_="2024-01",
        sort=Sort.NEWEST,
        page=page,
        per_page=3,
        facets=[FacetChoice.TOPIC, FacetChoice.YEAR],
        fields=LISTED if page == 1 else [FieldChoice.NOT_EXCERPT],
    )
    assert isinstance(answer, SearchResponse)
    return answer


def marked(result: Result) -> list[str]:
    assert result.highlights
    return [fragment.text for fragment in result.highlights.title if fragment.hit]


pages = [searched(1), searched(2)]
results = [result for page in pages for result in page.results]
one = get_article.sync(client=client, id=str(results[0].id))
assert isinstance(one, ArticleResponse)
invalid = search_articles.sync_detailed(client=client, page=10000, per_page=100)
assert isinstance(invalid.parsed, Problem)

print(
    json.dumps(
        {
            "total": pages[0].total,
            "titles": [result.title for result in results],
            "providers": [
                result.provider.name if isinstance(result.provider, Provider) else None for result in results
            ],
            "marked": [marked(result) for result in results],
            "facets": [
                [facet.field, [[bucket.value, bucket.count] for bucket in facet.values]] for facet in pages[0].facets
            ],
            "article": one.title,
            "error": [int(invalid.status_code), [mistake.parameter for mistake in invalid.parsed.errors or []]],
        }
    )
)
