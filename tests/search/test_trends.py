"""Trends have the same periods, and their counts balance."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.article import Article
from search.engines import open_engine
from search.periods import INTERVALS, period_end
from search.request import IntervalChoice, SearchRequest
from search.trends import By, compare_trends, trend_request
from tests import strategies
from tests.fake_engine import FakeEngine
from tests.files import indexed

TODAY = date(2024, 1, 15)
opened = partial(open_engine, today=lambda: TODAY)

VALUES: dict[By, tuple[str, ...]] = {
    "topic": ("AI", "Robots", "R&D", "Nowhere"),
    "provider": ("Electric Car", "AT&T", "Nowhere"),
    "query": ("robot", "car -battery", "nowhere", ""),
}


@settings(max_examples=max(1, settings().max_examples // 4), suppress_health_check=list(HealthCheck))
@given(strategies.archives(), st.sampled_from(tuple(VALUES)), st.sampled_from(("auto", *INTERVALS)), st.booleans())
def test_trends_count_what_searches_find(articles: list[Article], by: By, interval: str, limited: bool) -> None:
    since, until = (date(2024, 1, 1), date(2024, 1, 31)) if limited else (None, None)
    with indexed(articles) as index_dir, opened(index_dir) as engine:
        compared = compare_trends(engine, by, VALUES[by], interval, since, until)  # type: ignore[arg-type]
        whole = engine.search(
            SearchRequest.checked({"timeline": interval, "from": since, "to": until, "per_page": 0})
        ).timeline
        assert whole is not None
        for value, trend in zip(VALUES[by], compared.trends, strict=True):
            request = trend_request(by, value).model_copy(update={"match": "all", "typo": False})
            dates = {"from_": since, "to": until}
            assert trend.total == engine.search(request.model_copy(update=dates)).total
            assert [(b.start, b.total, b.partial) for b in trend.buckets] == [
                (b.start, b.total, b.partial) for b in whole.buckets
            ]
            for bucket in trend.buckets:
                days = {"from_": bucket.start, "to": period_end(bucket.start, compared.interval)}
                if since and until:
                    days = {"from_": max(days["from_"], since), "to": min(days["to"], until)}
                assert engine.search(request.model_copy(update=days)).total == bucket.count


def test_articles_outside_the_periods_are_counted() -> None:
    articles = [Article("a", "robot"), Article("b", "robot car")]
    with indexed(articles) as index_dir, opened(index_dir) as engine:
        (trend,) = compare_trends(engine, "query", ["robot"]).trends
    assert (trend.total, trend.outside, trend.buckets) == (2, 2, ())


def test_each_trend_takes_one_search() -> None:
    engine = FakeEngine()
    compare_trends(engine, "topic", ["AI", "Energy", "Robots"])
    assert [request.topic for request in engine.asked] == [(), ("AI",), ("Energy",), ("Robots",)]


@pytest.mark.parametrize(
    ("by", "request_"),
    [
        ("topic", SearchRequest(topic=["AI"])),
        ("provider", SearchRequest(provider=["AI"])),
        ("query", SearchRequest(q="AI")),
    ],
)
def test_request_of_a_trend(by: By, request_: SearchRequest) -> None:
    assert trend_request(by, "AI") == request_


@pytest.mark.parametrize(("interval", "counts"), [("year", [1]), ("month", [0])])
def test_wrong_date_counts_in_a_period_that_is_not_over(interval: IntervalChoice, counts: list[int]) -> None:
    """As it does in the number of all articles of that period."""
    articles = [
        Article("_news/a", "A", topics=("AI",), published_at=datetime(2024, 1, 10, tzinfo=UTC)),
        Article("_news/b", "B", topics=("Robots",), published_at=datetime(2024, 6, 1, tzinfo=UTC)),
    ]
    with indexed(articles) as index_dir, opened(index_dir) as engine:
        (trend,) = compare_trends(engine, "topic", ["Robots"], interval).trends
    assert ([bucket.count for bucket in trend.buckets], trend.total) == (counts, 1)
    assert [bucket.total for bucket in trend.buckets] == [1 + counts[0]]
