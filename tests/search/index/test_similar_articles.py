"""Sketches: no pair of similar texts is missed, and few others are compared."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.story_keys import content_terms
from search.article import Article, Provider
from search.index import similar_articles
from search.index.builder import build_index
from search.index.same_story import ComparedArticle, comparable
from search.index.similar_articles import Sketches
from search.index.sketches import SketchInput
from search.snapshot.store import SnapshotStore
from tests import strategies
from tests.files import indexed, write

TERMS = st.frozensets(st.integers(0, 300), max_size=60)  # more than there are bits, so that several share one


@given(st.lists(TERMS, min_size=2, max_size=8), st.sampled_from([1, 2]), st.sampled_from([0.5, 0.8]), st.integers(0, 9))
def test_no_similar_pair_is_missed(texts: list[frozenset[int]], words: int, similarity: float, fewest: int) -> None:
    pairs = [(document, term) for document, terms in enumerate(texts) for term in sorted(terms)]
    documents, hashes = np.array(pairs, np.int64).reshape(-1, 2).T
    sketched = SketchInput(hashes, documents, len(texts))
    sketches = Sketches.of(sketched.bitmaps(words), sketched.sizes(), similarity, fewest)
    found = sketches.may_be_similar(np.arange(len(texts)), slice(0, len(texts)))
    for i, a in enumerate(texts):
        for j, b in enumerate(texts):
            if min(len(a), len(b)) >= max(fewest, 1) and len(a & b) >= similarity * len(a | b):
                assert found[i, j]


@given(strategies.archives(6))
def test_columns_have_the_content_terms(articles: list[Article]) -> None:
    with indexed(articles) as index_dir:
        snapshot = SnapshotStore(index_dir).open_current()
        segment = snapshot.segment
        for doc_id in range(len(segment)):
            article = snapshot.article(doc_id)
            assert segment.title_terms[doc_id] == len(content_terms(article.title))
            assert segment.excerpt_terms[doc_id] == len(content_terms(article.excerpt))
            assert (segment.excerpt_key[doc_id] != 0) == bool(content_terms(article.excerpt))


def test_words_after_the_first_hundred_are_not_compared() -> None:
    words = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(150))
    assert len(content_terms(words)) == 100
    with indexed([Article("a", "Robots", words)]) as index_dir:
        assert SnapshotStore(index_dir).open_current().segment.excerpt_terms.tolist() == [100]


def test_an_update_compares_only_pairs_with_a_new_article(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("update")
    for number in range(40):
        write(
            Article(
                id=f"{number:02}",
                title=f"Robots paint a bridge near town{number // 4}",
                provider=Provider(f"Provider {number % 4}"),
                published_at=datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=number // 4 * 5),
            ),
            folder / "archive",
        )
    build_index(folder / "archive", folder / "index")
    before = SnapshotStore(folder / "index").open_current().segment
    assert len(set(before.story.tolist())) == 10
    compared: list[tuple[str, str]] = []

    def noting(a: ComparedArticle, b: ComparedArticle) -> bool:
        compared.append((min(a.article.id, b.article.id), max(a.article.id, b.article.id)))
        return comparable(a, b)

    monkeypatch.setattr(similar_articles, "comparable", noting)
    path = folder / "archive" / "17.md"
    path.write_text(path.read_text().replace("near town4", "near town4 again"))
    build_index(folder / "archive", folder / "index")
    assert sorted(pair for pair in compared if "probe/" not in pair[0]) == [("16", "17"), ("17", "18"), ("17", "19")]
    after = SnapshotStore(folder / "index").open_current().segment
    assert len(set(after.story.tolist())) == 10
