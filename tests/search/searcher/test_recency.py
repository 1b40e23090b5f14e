"""Recency counts from today; articles dated later than tomorrow have wrong dates."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from search import Article, SearchRequest, Settings
from search.engines import open_engine
from search.settings import Ranking
from tests.files import indexed

TODAY = date(2026, 11, 28)
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
WRONG = datetime(2204, 1, 1, tzinfo=UTC)


def article(id: str, published_at: datetime | None) -> Article:
    return Article(id, "A robot", published_at=published_at)


DATED = [
    article("tomorrow", NOON + timedelta(days=1)),
    article("today", NOON),
    article("last year", datetime(2025, 11, 28, tzinfo=UTC)),
    article("2021", datetime(2021, 11, 28, tzinfo=UTC)),
]
ARTICLES = [*DATED, article("2204", WRONG), article("in two days", NOON + timedelta(days=2)), article("undated", None)]


def ids(index_dir: Path, **asked: object) -> list[str]:
    with open_engine(index_dir, today=lambda: TODAY) as engine:
        return [hit.article.id for hit in engine.search(SearchRequest.model_validate(asked)).hits]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"sort": "newest"}, ["tomorrow", "today", "last year", "2021", "2204", "in two days", "undated"]),
        ({"sort": "oldest"}, ["2021", "last year", "today", "tomorrow", "in two days", "2204", "undated"]),
        ({"sort": "newest", "page": 2, "per_page": 3}, ["2021", "2204", "in two days"]),
        ({"sort": "newest", "from": "2026-11-01"}, ["tomorrow", "today", "2204", "in two days"]),
        ({"q": "-car"}, ["tomorrow", "today", "last year", "2021", "2204", "in two days", "undated"]),
        ({"q": "robot"}, ["tomorrow", "today", "last year", "2021", "2204", "in two days", "undated"]),
    ],
)
def test_articles_with_wrong_dates_follow_those_with_right_dates(asked: dict[str, object], expected: list[str]) -> None:
    with indexed(ARTICLES) as index_dir:
        assert ids(index_dir, **asked) == expected


def test_newest_article_of_a_story_has_a_right_date() -> None:
    titles = ["Robots learn to fold laundry at home in Zurich"] * 2
    articles = [
        Article("wrong", titles[0], url="https://news.example/a", published_at=WRONG),
        Article("right", titles[1], url="https://news.example/a", published_at=NOON),
    ]
    with indexed(articles) as index_dir:
        assert ids(index_dir, sort="newest", collapse="story") == ["right"]


def test_wrong_date_changes_no_other_score() -> None:
    def scores(articles: list[Article]) -> dict[str, float | None]:
        settings = Settings(ranking=Ranking(recency=1))
        with indexed(articles) as index_dir, open_engine(index_dir, settings, lambda: TODAY) as engine:
            return {hit.article.id: hit.score for hit in engine.search(SearchRequest(q="robot")).hits}

    right = scores([*DATED, article("other", None)])
    wrong = scores([*DATED, article("other", WRONG)])
    assert right == wrong
    base = right["other"]
    assert base
    shares = {id: round((score or 0) / base - 1, 3) for id, score in right.items()}
    assert shares == {"tomorrow": 1, "today": 1, "last year": 0.5, "2021": 0.167, "other": 0}


def test_new_day_is_used_from_the_next_request_on() -> None:
    days = [TODAY]
    with indexed(ARTICLES) as index_dir, open_engine(index_dir, today=lambda: days[0]) as engine:
        before = engine.info()
        request = SearchRequest(sort="newest", per_page=2)
        assert [hit.article.id for hit in engine.search(request).hits] == ["tomorrow", "today"]
        days[0] += timedelta(days=1)
        deadline = monotonic() + 10
        while engine.info() == before:
            assert monotonic() < deadline
            sleep(0.01)
        assert engine.info().content != before.content
        assert [hit.article.id for hit in engine.search(request).hits] == ["in two days", "tomorrow"]
