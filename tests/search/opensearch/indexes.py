"""Indexes of generated articles in the cluster of the tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import uuid4

from hypothesis import settings
from opensearchpy import OpenSearch, helpers

from search.article import Article
from search.opensearch.documents import document
from search.opensearch.mapping import index_body
from search.settings import Ranking

RANKING = Ranking()
TODAY = date(2024, 3, 1)
INDEXES = max(1, settings().max_examples // 8)
"""Each takes a second."""


@contextmanager
def indexed(client: OpenSearch, articles: Sequence[Article]) -> Iterator[str]:
    """An index of these articles, on two shards."""
    name = f"test-{uuid4()}"
    client.indices.create(index=name, body=index_body(RANKING, shards=2, replicas=0))
    actions = ({"_index": name, "_id": each.id, "_source": document(each, each.id)} for each in articles)
    helpers.bulk(client, actions, refresh=True)
    try:
        yield name
    finally:
        client.indices.delete(index=name)


def answers(client: OpenSearch, index: str, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers to several searches; none is partial."""
    header = {"index": index, "search_type": "dfs_query_then_fetch", "allow_partial_search_results": False}
    found: list[dict[str, Any]] = client.msearch(body=[line for body in bodies for line in (header, body)])["responses"]
    wrong = [answer for answer in found if "error" in answer]
    assert not wrong, wrong[0]
    return found
