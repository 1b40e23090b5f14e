"""A prefix with terms matches the documents that match both alone."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import forms
from search.analysis.stemming import stem
from search.article import Article
from search.query.nodes import And, Prefix, Term
from search.searcher.index_reader import IndexReader
from search.searcher.matcher import Matcher
from search.settings import Ranking
from search.snapshot.store import SnapshotStore
from tests import strategies
from tests.files import indexed


@pytest.mark.parametrize("field", [None, "title"])
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=max(1, settings().max_examples // 4))
@given(articles=strategies.archives(), data=st.data())
def test_prefix_is_found_in_the_documents_with_the_term(
    field: str | None, articles: list[Article], data: st.DataObject
) -> None:
    known = sorted({form for article in articles for form, _ in forms(f"{article.title} {article.excerpt}")})
    words = st.sampled_from([*known[:20], "absent"])
    with indexed(articles) as index_dir:
        reader = IndexReader(SnapshotStore(index_dir).open_current(), Ranking())
        for first, second in data.draw(st.lists(st.tuples(words, words), min_size=3, max_size=3)):
            term, prefix = Term(stem(first), field), Prefix(second[:2], field)
            both = Matcher(reader).doc_ids(And((term, prefix)))
            alone = Matcher(reader).doc_ids(term), Matcher(reader).doc_ids(prefix)
            assert both.tolist() == np.intersect1d(*alone).tolist()
