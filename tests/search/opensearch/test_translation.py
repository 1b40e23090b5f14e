"""A translated query finds the articles that the brute-force reference finds, and scores them alike."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch, helpers

from search.article import Article
from search.opensearch.documents import document
from search.opensearch.mapping import index_body
from search.opensearch.query_dsl import Query, Translator
from search.query.nodes import Node, Not, Prefix, Synonyms
from search.query.parser import parse
from search.settings import Ranking
from tests import strategies
from tests.reference import Archive

RANKING = Ranking(recency=0, heat=0, exact=0, proximity=0)
INDEXES = max(1, settings().max_examples // 8)
"""Each takes a second."""


@contextmanager
def indexed(client: OpenSearch, articles: Sequence[Article]) -> Iterator[str]:
    """An index of these articles, on two shards."""
    name = f"test-{uuid4()}"
    client.indices.create(index=name, body=index_body(RANKING, shards=2, replicas=0))
    helpers.bulk(
        client, ({"_index": name, "_id": each.id, "_source": document(each)} for each in articles), refresh=True
    )
    try:
        yield name
    finally:
        client.indices.delete(index=name)


def found(client: OpenSearch, index: str, queries: Sequence[Query]) -> list[dict[str, float]]:
    """For each query, the ids of the articles found, with their scores."""
    body = [
        line
        for query in queries
        for line in (
            {"index": index, "search_type": "dfs_query_then_fetch"},
            {"query": query, "size": 100, "_source": False},
        )
    ]
    answers = client.msearch(body=body)["responses"]
    return [{hit["_id"]: hit["_score"] for hit in answer["hits"]["hits"]} for answer in answers]


def has(node: Node, kinds: type | tuple[type, ...]) -> bool:
    """Whether the query has a node of one of these kinds."""
    inner = [getattr(node, name) for name in ("child", "original") if hasattr(node, name)]
    children = [*inner, *getattr(node, "children", ()), *getattr(node, "synonyms", ())]
    return isinstance(node, kinds) or any(has(child, kinds) for child in children)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=INDEXES)
@given(articles=strategies.archives(), texts=st.lists(strategies.query_texts, min_size=30, max_size=30))
def test_translated_query_matches_and_scores_as_the_reference_does(
    client: OpenSearch, articles: list[Article], texts: list[str]
) -> None:
    archive, translator = Archive(articles, RANKING), Translator(RANKING)
    roots = [archive.rewritten(parse(text).root) for text in texts]
    with indexed(client, articles) as index:
        answers = found(client, index, [translator.query(root) for root in roots])
    for text, root, answer in zip(texts, roots, answers, strict=True):
        expected = {a.id: archive.text_score(root, a) for a in articles if archive.matches(root, a)}
        assert answer.keys() == expected.keys(), text
        if not has(root, (Prefix, Synonyms, Not)):
            assert answer == pytest.approx(expected, rel=0.01, abs=1e-6), text
