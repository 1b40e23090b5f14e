"""A translated query finds the articles that the brute-force reference finds, and scores them alike."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch

from search.article import Article
from search.opensearch.boosts import boosted
from search.opensearch.query_dsl import Translator
from search.query.parser import parse
from tests import strategies
from tests.reference import Archive
from tests.search.opensearch.indexes import INDEXES, RANKING, TODAY, ArticleStatistics, answers, indexed


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=INDEXES)
@given(articles=strategies.archives(), texts=st.lists(strategies.query_texts, min_size=30, max_size=30))
def test_translated_query_matches_and_scores_as_the_reference_does(
    client: OpenSearch, articles: list[Article], texts: list[str]
) -> None:
    archive, translator = Archive(articles, RANKING, today=TODAY), Translator(RANKING, ArticleStatistics(articles))
    roots = [archive.rewritten(parse(text).root) for text in texts]
    queries = [boosted(translator.query(root), root, RANKING, TODAY) for root in roots]
    with indexed(client, articles) as index:
        found = answers(client, index, [{"query": query, "size": 100, "_source": False} for query in queries])
    for text, root, answer in zip(texts, roots, found, strict=True):
        scores = {hit["_id"]: hit["_score"] for hit in answer["hits"]["hits"]}
        expected = {a.id: archive.score(root, a, root) for a in articles if archive.matches(root, a)}
        assert scores.keys() == expected.keys(), text
        assert scores == pytest.approx(expected, rel=0.01, abs=1e-6), text
