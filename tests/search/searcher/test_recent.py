"""The newest articles of a search are counted as a search from that day on finds them."""

from datetime import UTC, date, datetime
from functools import partial

from hypothesis import HealthCheck, given, settings

from search.article import Article
from search.engines import open_engine
from search.request import SearchRequest
from tests import strategies
from tests.files import indexed

opened = partial(open_engine, today=lambda: date(2024, 1, 15))


@settings(suppress_health_check=list(HealthCheck))
@given(strategies.archives(), strategies.requests())
def test_a_search_from_the_first_day_finds_what_is_counted(articles: list[Article], request: SearchRequest) -> None:
    with indexed(articles) as index_dir, opened(index_dir) as engine:
        for recent in engine.search(request.model_copy(update={"timeline": "auto"})).recent:
            found = engine.search(request.model_copy(update={"from_": recent.start, "to": None}))
            assert recent.count == found.total


def test_days_are_counted_back_from_the_newest_article_with_a_right_date() -> None:
    moments = ("2019-12-31", "2023-05-01", "2023-11-20T23:59", "2023-11-26T00:01", "2051-01-01")
    articles = [
        Article(f"_news/{moment}", "robot", published_at=datetime.fromisoformat(moment).replace(tzinfo=UTC))
        for moment in moments
    ]
    with indexed([*articles, Article("_news/undated", "robot")]) as index_dir, opened(index_dir) as engine:
        found = engine.search(SearchRequest(timeline="auto", to=date(2020, 1, 1))).recent
        assert [(recent.days, recent.start, recent.count) for recent in found] == [
            (7, date(2023, 11, 20), 3),
            (30, date(2023, 10, 28), 3),
            (365, date(2022, 11, 27), 4),
        ]
        assert engine.search(SearchRequest()).recent == ()


def test_no_day_is_recent_if_no_article_has_a_right_date() -> None:
    with indexed([Article("a", "robot")]) as index_dir, opened(index_dir) as engine:
        assert engine.search(SearchRequest(timeline="auto")).recent == ()
