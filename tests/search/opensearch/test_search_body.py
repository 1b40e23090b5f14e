"""Totals, facets and the orders of dates and heat are those of the brute-force reference."""

from datetime import UTC, datetime

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch

from search.article import Article
from search.opensearch.facets import facet_of
from search.opensearch.query_dsl import Translator
from search.opensearch.search_body import search_body
from search.query.parser import parse
from search.query.query_words import is_scored
from search.request import SearchRequest
from tests import strategies
from tests.reference import Archive
from tests.search.opensearch.indexes import INDEXES, RANKING, TODAY, ArticleStatistics, answers, indexed

AHEAD = datetime(2024, 3, 3, tzinfo=UTC)
"""Later than tomorrow."""
requests = strategies.requests().map(lambda request: request.model_copy(update={"match": "all", "typo": False}))


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=INDEXES)
@given(articles=strategies.archives(), asked=st.lists(requests, min_size=30, max_size=30))
def test_totals_facets_and_orders_are_those_of_the_reference(
    client: OpenSearch, articles: list[Article], asked: list[SearchRequest]
) -> None:
    archive, translator = Archive(articles, RANKING, today=TODAY), Translator(RANKING, ArticleStatistics(articles))
    bodies = []
    for request in asked:
        root = archive.rewritten(parse(request.q).root)
        order = "newest" if request.order == "relevance" and not is_scored(root) else request.order
        bodies.append(search_body(request, translator.query(root), order, int(AHEAD.timestamp())))
    with indexed(client, articles) as index:
        found = answers(client, index, bodies)
    for request, answer in zip(asked, found, strict=True):
        expected = archive.search_tree(parse(request.q).root, request)
        assert answer["hits"]["total"] == {"value": expected.total, "relation": "eq"}
        facets = answer.get("aggregations", {})
        assert tuple(facet_of(name, request, facets[name]) for name in request.facets) == expected.facets
        listed = [msgspec.json.decode(hit["_source"]["article"], type=Article) for hit in answer["hits"]["hits"]]
        if expected.scores and expected.scores[0] is None:
            assert tuple(listed) == expected.articles
