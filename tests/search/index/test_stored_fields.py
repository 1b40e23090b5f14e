"""Stored articles are copied to one file once their files are many or mostly unused."""

from pathlib import Path

import pytest

from search.article import Article
from search.index import stored_fields
from search.index.builder import build_index
from search.snapshot.store import SnapshotStore
from tests.files import write


@pytest.mark.parametrize(("most_files", "most_waste", "files"), [(64, 1.0, 4), (2, 1.0, 2), (64, 0.1, 1)])
def test_stored_articles_are_copied_and_stay_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_files: int, most_waste: float, files: int
) -> None:
    monkeypatch.setattr(stored_fields, "_MAX_STORED_FILES", most_files)
    monkeypatch.setattr(stored_fields, "_MAX_WASTE", most_waste)
    articles = {str(n): Article(id=str(n), title=f"Robot {n}", excerpt="Cars and robots") for n in range(8)}
    for version in range(4):
        articles[str(version)] = Article(id=str(version), title=f"Version {version}")
        for article in articles.values():
            write(article, tmp_path / "archive")
        build_index(tmp_path / "archive", tmp_path / "index")
    snapshot = SnapshotStore(tmp_path / "index").open_current()
    stored = [snapshot.article(doc_id) for doc_id in range(len(articles))]
    assert {article.id: article for article in stored} == articles
    assert len(snapshot.stored_files) == files
    assert not snapshot.check()
