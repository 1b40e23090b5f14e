"""What fits a query equally, and how duplicates count."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from search.article import Article
from tests.eval.archive import Archive
from tests.eval.fits import Fits, oracle
from tests.eval.metrics import reciprocal_rank
from tests.files import write

TITLES = {
    "a-spring": "Spring updates for low-code apps",
    "b-autumn": "Autumn updates for low-code apps",
    "c-again": "Spring Updates for Low-code Apps!",
    "d-printer": "A printer jams",
    "e-painter": "A painter sings about apps for low code",
}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    for id, title in TITLES.items():
        write(Article(id=id, title=title, published_at=datetime(2026, 1, 1, tzinfo=UTC)), tmp_path)
    return Archive(tmp_path)


def test_articles_with_the_same_title_are_one_story(archive: Archive) -> None:
    assert archive.stories["c-again"] == archive.stories["a-spring"] == "a-spring"
    assert len(set(archive.stories.values())) == 4


@pytest.mark.parametrize(
    ("query", "stories"),
    [
        ("spring updates apps", 1),  # a duplicate is no other story
        ("updates low-code apps", 2),  # the autumn's
        ("update code app", 2),  # in other forms
        ("low-code apps", 2),  # the painter's words are not adjacent
        ("low apps", 3),
        ("spring updates printer apps", 1),  # the autumn's title has two of the words
        ("winter updates apps", 2),  # no title has the first word
        ("spring autumn updates", 2),  # each title lacks one word
        ("upda* apps", 2),
        ("sprin* updates", 1),
        ("spirng updates", 1),
    ],
)
def test_stories_that_fit_a_query_as_well_as_the_first_article(archive: Archive, query: str, stories: int) -> None:
    assert Fits(archive).equal_stories(query, "a-spring") == stories


@pytest.mark.parametrize(("query", "stories"), [("painer sings", 1), ("pa*", 1), ("prinxter", 1), ("p*", 2)])
def test_typos_and_prefixes_match_the_words_they_can_mean(archive: Archive, query: str, stories: int) -> None:
    id = "d-printer" if query.startswith("pr") or query == "p*" else "e-painter"
    assert Fits(archive).equal_stories(query, id) == stories


def test_a_typo_that_can_mean_two_words_fits_both(tmp_path: Path) -> None:
    for id, title in {"a": "The lender", "b": "The sender"}.items():
        write(Article(id=id, title=title, published_at=datetime(2026, 1, 1, tzinfo=UTC)), tmp_path)
    assert Fits(Archive(tmp_path)).equal_stories("xender", "a") == 2


def test_the_oracle_guesses_among_the_stories_that_fit_equally() -> None:
    assert oracle(1) == 1
    assert oracle(2) == (1 + 1 / 2) / 2
    assert oracle(40) == sum(1 / rank for rank in range(1, 11)) / 40


def test_duplicates_count_as_one_result(archive: Archive) -> None:
    ranking = ["c-again", "a-spring", "e-painter"]
    assert reciprocal_rank(ranking, "a-spring", archive.stories) == 1
    assert reciprocal_rank(ranking, "e-painter", archive.stories) == 1 / 2
    assert reciprocal_rank(ranking, "b-autumn", archive.stories) == 0
