"""Scores of equal boosts: best field, prefixes and synonyms."""

from pathlib import Path

import pytest

from search.article import Article
from search.engines import open_engine
from search.request import SearchRequest
from search.settings import Settings
from tests.files import indexed

FILLERS = [Article(f"filler-{n}", "Apps and power for an ordinary car", "Power apps, and a car.") for n in range(12)]


def order(articles: list[Article], q: str, synonyms: Path | None = None) -> list[str]:
    """The ids of these articles, best first, in an archive with many articles about power, apps and cars."""
    ids = {article.id for article in articles}
    with indexed([*FILLERS, *articles]) as index_dir, open_engine(index_dir, Settings(synonyms=synonyms)) as engine:
        hits = engine.search(SearchRequest(q=q, per_page=100)).hits
    return [hit.article.id for hit in hits if hit.article.id in ids]


@pytest.mark.parametrize(
    ("q", "first", "second"),
    [
        pytest.param(
            "zinc mine",
            Article("b", "Zinc mine opens"),
            Article("a", "Zinc zinc", "Zinc by the mine", ("Zinc",)),
            id="two words in the title",
        ),
        pytest.param(
            "mi*",
            Article("b", "Mines of the north"),
            Article("a", "Other news", "A mine, a miner"),
            id="prefix in title",
        ),
    ],
)
def test_best_field_decides(q: str, first: Article, second: Article) -> None:
    assert order([first, second], q) == [first.id, second.id]


@pytest.mark.parametrize(
    ("q", "first", "second"),
    [
        pytest.param(
            "zin*", Article("b", "Zinc"), Article("a", "Zinc and many other metals of the earth"), id="length"
        ),
        pytest.param(
            "zin* car", Article("b", "Zinc", "A car"), Article("a", "Car", "Zinc"), id="a rare prefix counts more"
        ),
        pytest.param(
            "ca* zinc", Article("b", "Zinc", "A car"), Article("a", "Car", "Zinc"), id="a common prefix counts less"
        ),
    ],
)
def test_prefix_scores_as_one_term(q: str, first: Article, second: Article) -> None:
    assert order([first, second], q) == [first.id, second.id]


@pytest.mark.parametrize(
    ("synonyms", "q", "first", "second"),
    [
        pytest.param(
            "[power apps, PowerApps]", "power apps", "Power apps", "PowerApps", id="rare spelling of two words"
        ),
        pytest.param("[car, automobile]", "car", "A car", "An automobile", id="rare synonym of a word"),
        pytest.param("[AI, artificial intelligence]", "AI", "AI car", "Artificial intelligence", id="longer synonym"),
        pytest.param(
            "[power apps, PowerApps]",
            "power apps zinc",
            "Power apps and zinc",
            "PowerApps zinc",
            id="with another word",
        ),
    ],
)
def test_synonym_never_outweighs_what_was_typed(tmp_path: Path, synonyms: str, q: str, first: str, second: str) -> None:
    (tmp_path / "synonyms.yaml").write_text(f"same: [{synonyms}]")
    articles = [Article("b", first), Article("a", second)]
    assert order(articles, q, tmp_path / "synonyms.yaml") == ["b", "a"]
