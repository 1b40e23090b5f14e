"""A translated query finds the articles that the brute-force reference finds, and scores them alike."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch

from search.article import Article
from search.opensearch.query_dsl import Translator
from search.query.nodes import Node, Not, Prefix, Synonyms
from search.query.parser import parse
from tests import strategies
from tests.reference import Archive
from tests.search.opensearch.indexes import INDEXES, RANKING, answers, indexed


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
        bodies = [{"query": translator.query(root), "size": 100, "_source": False} for root in roots]
        found = [
            {hit["_id"]: hit["_score"] for hit in answer["hits"]["hits"]} for answer in answers(client, index, bodies)
        ]
    for text, root, answer in zip(texts, roots, found, strict=True):
        expected = {a.id: archive.text_score(root, a) for a in articles if archive.matches(root, a)}
        assert answer.keys() == expected.keys(), text
        if not has(root, (Prefix, Synonyms, Not)):
            assert answer == pytest.approx(expected, rel=0.01, abs=1e-6), text
