"""The words that follow others, compared with reading every article."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import forms
from search.article import Article
from search.searcher import following_words, term_positions
from search.searcher.following_words import FollowingWords
from search.searcher.index_reader import IndexReader
from search.settings import Ranking
from search.snapshot.store import SnapshotStore
from tests import strategies
from tests.files import indexed


def followers_of(article: Article, run: tuple[str, ...]) -> set[str]:
    provider = article.provider.name if article.provider else ""
    texts = [set(forms(text)) for text in (article.title, article.excerpt, *article.topics, provider)]
    return {
        form
        for placed in texts
        for form, position in placed
        if all((word, position - len(run) + i) in placed for i, word in enumerate(run))
    }


@pytest.mark.parametrize(
    ("max_read", "sum_ratio"),
    [
        pytest.param(0, 1000, id="all positions"),
        pytest.param(0, 0, id="positions of a few documents"),
        pytest.param(1, 0, id="one article read"),
        pytest.param(100, 0, id="all articles read"),
    ],
)
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=max(1, settings().max_examples // 4))
@given(articles=strategies.archives(), data=st.data())
def test_counts_are_those_of_reading_every_article(
    monkeypatch: pytest.MonkeyPatch, max_read: int, sum_ratio: int, articles: list[Article], data: st.DataObject
) -> None:
    monkeypatch.setattr(following_words, "MAX_READ", max_read)
    monkeypatch.setattr(term_positions, "SUM_RATIO", sum_ratio)
    known = sorted({form for article in articles for form, _ in forms(f"{article.title} {article.excerpt}")})
    words = st.sampled_from([*known[:20], "absent"])
    with indexed(articles) as index_dir:
        reader = IndexReader(SnapshotStore(index_dir).open_current(), Ranking())
        for run in data.draw(st.lists(st.lists(words, min_size=1, max_size=3).map(tuple), min_size=3, max_size=3)):
            expected = Counter(form for article in articles for form in followers_of(article, run))
            following = FollowingWords(reader, run)
            assert following.all_counts is None or following.all_counts == expected
            assert following.counts(known) == {form: expected[form] for form in known}
