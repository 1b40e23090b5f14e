"""Boosts of equal text scores (exact form, proximity, recency, heat), and exact top docs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from search.article import Article
from search.demo import write_archive
from search.engines import open_engine
from search.index.builder import build_index
from search.query.parser import parse
from search.request import SearchRequest
from search.searcher.evaluator import Evaluator
from search.searcher.index_reader import IndexReader
from search.searcher.scorer import Scorer
from search.settings import Ranking, Settings
from search.snapshot.store import SnapshotStore
from tests.files import indexed

OLD, NEW = datetime(2020, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)
BM25F_ALONE = Ranking(exact=0, proximity=0, recency=0, heat=0)


@pytest.mark.parametrize(
    ("q", "first", "second"),
    [
        pytest.param("robots", Article("b", "Two robots"), Article("a", "Two robotics"), id="exact form"),
        pytest.param("robotics", Article("b", "Two robotics"), Article("a", "Two robots"), id="other exact form"),
        pytest.param("title:robots", Article("b", "A robots", "robot"), Article("a", "A robot", "robots"), id="field"),
        pytest.param("red car", Article("b", "One red car goes"), Article("a", "Car goes one red"), id="in a row"),
        pytest.param("red car", Article("b", "Red fast car here"), Article("a", "Red here also fast car"), id="near"),
        pytest.param("car", Article("b", "A car", published_at=NEW), Article("a", "A car", published_at=OLD), id="new"),
        pytest.param("car", Article("b", "A car", published_at=OLD), Article("a", "A car"), id="dated"),
        pytest.param("car", Article("b", "A car", heat=150), Article("a", "A car", heat=20), id="popular"),
        pytest.param("car", Article("b", "A car", heat=20), Article("a", "A car", heat=-1), id="not unpopular"),
    ],
)  # fmt: skip
def test_boosts_decide_between_equal_text_scores(q: str, first: Article, second: Article) -> None:
    with indexed([first, second]) as index_dir, open_engine(index_dir) as engine:
        hits = engine.search(SearchRequest(q=q)).hits
    assert [hit.article.id for hit in hits] == [first.id, second.id]
    assert (hits[0].score or 0) > (hits[1].score or 0)


@pytest.mark.parametrize(
    ("q", "once"),
    [
        ("red red robots", "red robots"),
        ("red robots Red", "red robots"),
        ("red OR Red OR robots", "red OR robots"),
        ('"red robots" things “red robots”', '"red robots" things'),
        ("title:red red title:red", "title:red red"),
        ("red red new red", "red new"),
    ],
)
def test_repeated_words_count_once(q: str, once: str) -> None:
    articles = [Article("a", "Red robots", "New red things"), Article("b", "Robotic things", "New, and red red red")]
    anywhere = Settings(ranking=Ranking(proximity=0))  # repeated words are adjacent to others twice
    with indexed(articles) as index_dir, open_engine(index_dir, anywhere) as engine:
        hits, of_once = (engine.search(SearchRequest(q=each, match="all")).hits for each in (q, once))
    assert hits
    assert hits == of_once


def test_score_without_boosts_is_bm25f() -> None:
    articles = [
        Article("a", "Red robots", published_at=NEW, heat=150),
        Article("b", "Robotic things that are red", published_at=OLD),
    ]
    with indexed(articles) as index_dir, open_engine(index_dir, Settings(ranking=BM25F_ALONE)) as engine:
        scores = {hit.article.id: hit.score for hit in engine.search(SearchRequest(q="red robots")).hits}
        reader = IndexReader(SnapshotStore(index_dir).open_current(), BM25F_ALONE)
    evaluator = Evaluator(reader)
    root = parse("red robots").root
    documents = evaluator.doc_ids(root)
    texts = dict(zip((reader.article(d).id for d in documents), evaluator.scores(root, documents), strict=True))
    assert scores == texts


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    """An index large enough that most articles cannot reach the top docs."""
    folder: Path = tmp_path_factory.mktemp("relevance")
    write_archive(folder / "archive", 3_000)
    build_index(folder / "archive", folder / "index")
    return IndexReader(SnapshotStore(folder / "index").open_current(), Ranking())


@pytest.mark.parametrize("count", [1, 20, 300])
@pytest.mark.parametrize("words", [1, 2, 3])
def test_top_docs_are_those_of_scoring_every_document(reader: IndexReader, words: int, count: int) -> None:
    article = reader.article(7)
    q = " OR ".join(article.title.split()[:words]) if count == 300 else " ".join(article.title.split()[:words])
    evaluator = Evaluator(reader)
    root = parse(q).root
    documents = evaluator.doc_ids(root)
    scorer = Scorer(evaluator, root)
    positions, scores = scorer.top(documents, count)
    all_scores = scorer.scores(documents)
    assert positions.tolist() == (-all_scores).argsort(kind="stable")[:count].tolist()
    assert scores.tolist() == all_scores[positions].tolist()
