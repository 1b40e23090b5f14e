"""Indexes of generated articles in the cluster of the tests."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from math import log
from typing import Any
from uuid import uuid4

from hypothesis import settings
from opensearchpy import OpenSearch, helpers

from search.analysis.analyzer import terms
from search.article import Article
from search.index.inverter import stored
from search.opensearch.documents import document
from search.opensearch.mapping import index_body
from search.schema import SCHEMA
from search.settings import Ranking

RANKING = Ranking()
TODAY = date(2024, 3, 1)
INDEXES = max(1, settings().max_examples // 8)
"""Each takes a second."""


class ArticleStatistics:
    """The statistics of some articles, counted one by one."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = len(articles)
        self._terms = [
            [{term for text in field.texts(article) for term, _ in terms(text)} for article in articles]
            for field in SCHEMA.text
            if field.texts
        ]

    def idf_of(self, doc_frequency: int) -> float:
        return log(max(self._articles, 1) / (doc_frequency + 1)) + 1

    def term_idf(self, text: str) -> list[float]:
        return [self.idf_of(sum(text in each for each in of_field)) for of_field in self._terms]

    def prefix_idf(self, prefix: str) -> list[float]:
        return [
            self.idf_of(sum(any(term.startswith(prefix) for term in each) for each in of_field))
            for of_field in self._terms
        ]

    def terms_with(self, prefix: str, field: int, size: int) -> list[tuple[str, int]]:
        counts = Counter(term for each in self._terms[field] for term in each if term.startswith(prefix))
        return counts.most_common(size)


@contextmanager
def indexed(client: OpenSearch, articles: Sequence[Article]) -> Iterator[str]:
    """An index of these articles, on two shards."""
    name = f"test-{uuid4()}"
    client.indices.create(index=name, body=index_body(RANKING, shards=2, replicas=0))
    actions = ({"_index": name, "_id": each.id, "_source": document(stored(each), each.id)} for each in articles)
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
