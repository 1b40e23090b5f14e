"""The counts of a search agree with each other, whatever is searched, filtered and counted."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.article import Article
from search.engines import open_engine
from search.periods import INTERVALS, period_end
from search.request import SearchRequest
from search.results import Timeline
from tests import strategies
from tests.files import indexed

TODAY = date(2024, 1, 15)

opened = partial(open_engine, today=lambda: TODAY)

ALL_VALUES = {"facets": ("topic", "provider", "type", "year"), "facet_size": 1000, "per_page": 100, "page": 1}


@settings(suppress_health_check=list(HealthCheck))
@given(strategies.archives(), st.lists(strategies.requests(), min_size=6, max_size=6))
def test_the_books_balance(articles: list[Article], requests: list[SearchRequest]) -> None:
    """Every matching article is in one period or undated, of one provider or of none, on one page and in one row."""
    with indexed(articles) as index_dir, opened(index_dir) as engine:
        for request in requests:
            exported = engine.export(request)
            rows = sum(1 for _ in exported.articles)
            for interval in ("auto", *INTERVALS):
                results = engine.search(request.model_copy(update={**ALL_VALUES, "timeline": interval}))
                relaxed = results.relaxed.total if results.relaxed else 0
                assert results.timeline is not None
                assert results.timeline.total == results.total
                assert rows == exported.total == results.total
                assert len(results.hits) == results.total + relaxed
                for facet in results.facets:
                    if facet.field != "topic":
                        values = sum(b.count for b in facet.values if b.selected or not getattr(request, facet.field))
                        missing = 0 if getattr(request, facet.field) else facet.missing
                        assert values + missing == results.total


@settings(suppress_health_check=list(HealthCheck))
@given(strategies.archives(), strategies.requests(), st.sampled_from(("auto", *INTERVALS)))
def test_a_search_within_a_period_finds_what_the_timeline_counts(
    articles: list[Article], request: SearchRequest, interval: str
) -> None:
    request = request.model_copy(update={"timeline": interval, "match": "all", "from_": None, "to": None})
    with indexed(articles) as index_dir, opened(index_dir) as engine:
        timeline = engine.search(request).timeline
        assert timeline is not None
        for bucket in timeline.buckets:
            days = {"from_": bucket.start, "to": period_end(bucket.start, timeline.interval)}
            assert engine.search(request.model_copy(update=days)).total == bucket.count
            assert engine.search(SearchRequest.model_validate({"from": days["from_"], "to": days["to"]})).total == (
                bucket.total
            )


DATES = (
    "2012-06-01", "2018-06-01", "2023-06-01", "2023-06-01", "2023-11-03", "2023-11-30T23:59:00", "2024-01-09",
    "2024-01-31", "2051-01-01",
)  # fmt: skip
ARTICLES = [
    *(
        Article(f"_news/{number}", "robot", published_at=datetime.fromisoformat(moment).replace(tzinfo=UTC))
        for number, moment in enumerate(DATES)
    ),
    Article("_news/undated", "robot"),
]


def timeline(**parameters: object) -> Timeline:
    with indexed(ARTICLES) as index_dir, opened(index_dir) as engine:
        result = engine.search(SearchRequest.checked({"timeline": "auto", **parameters})).timeline
    assert result is not None
    return result


def test_wrong_dates_in_the_future_lengthen_no_timeline() -> None:
    """An article of later this year, though wrong, is within the last period."""
    whole = timeline()
    assert (whole.interval, [bucket.start.year for bucket in whole.buckets]) == ("year", [*range(2012, 2025)])
    assert (whole.buckets[-1].count, whole.undated) == (2, 2)


@pytest.mark.parametrize(
    ("parameters", "interval", "starts"),
    [
        ({"from": "2023", "to": "2023"}, "month", (date(2023, 1, 1), date(2023, 12, 1))),
        ({"from": "2023-11", "to": "2023-11"}, "day", (date(2023, 11, 1), date(2023, 11, 30))),
        ({"from": "1900", "to": "2199"}, "year", (date(2012, 1, 1), date(2024, 1, 1))),
        ({"from": "2023-10"}, "week", (date(2023, 9, 25), date(2024, 1, 8))),
        ({"to": "2018"}, "year", (date(2012, 1, 1), date(2018, 1, 1))),
        ({"year": ["2023"]}, "week", (date(2023, 5, 29), date(2023, 11, 27))),
    ],
)
def test_a_selected_range_is_shown_as_a_whole_within_the_archive(
    parameters: dict[str, object], interval: str, starts: tuple[date, date]
) -> None:
    shown = timeline(**parameters)
    assert (shown.interval, (shown.buckets[0].start, shown.buckets[-1].start)) == (interval, starts)


@pytest.mark.parametrize(
    ("parameters", "partial_starts"),
    [
        ({"timeline": "month", "from": "2023-06"}, [date(2024, 1, 1)]),
        ({"timeline": "month", "from": "2023-06-02", "to": "2023-11"}, [date(2023, 6, 1)]),
        ({"timeline": "month", "from": "2023-06", "to": "2023-11-30T12:00"}, [date(2023, 11, 1)]),
        ({"timeline": "year", "to": "2023"}, []),
    ],
    ids=["current period", "from within a period", "to within a period", "whole periods"],
)
def test_partial_periods(parameters: dict[str, object], partial_starts: list[date]) -> None:
    assert [bucket.start for bucket in timeline(**parameters).buckets if bucket.partial] == partial_starts


def test_the_archive_is_counted_within_the_selected_range() -> None:
    first = timeline(timeline="month", **{"from": "2023-11-04"}).buckets[0]
    assert (first.count, first.total) == (1, 1)


def test_no_dated_article_gives_no_period() -> None:
    assert timeline(q="nothing") == Timeline("day", (), 0)
    assert timeline(not_year=["2012", "2018", "2023", "2024", "2051"]).buckets == ()
