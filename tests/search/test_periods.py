from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.periods import (
    INTERVALS,
    MAX_PERIODS,
    Interval,
    fitting_interval,
    listable_interval,
    period_count,
    period_end,
    period_name,
    period_start,
    period_starts,
)

intervals = st.sampled_from(INTERVALS)
spans = st.builds(
    lambda first, days: (first, min(first.toordinal() + days, date.max.toordinal())),
    st.dates(),
    st.integers(0, 40_000),
).map(lambda span: (span[0], date.fromordinal(span[1])))


@given(spans, intervals)
def test_periods_cover_the_days_without_gap_or_overlap(span: tuple[date, date], interval: Interval) -> None:
    first, last = span
    starts = period_starts(first, last, interval)
    assert starts[0] <= first
    assert last <= period_end(starts[-1], interval)
    assert all(period_end(start, interval) + timedelta(days=1) == following for start, following in pairwise(starts))
    assert len(starts) == period_count(first, last, interval)


@given(st.dates(), intervals)
def test_a_day_is_within_its_period(day: date, interval: Interval) -> None:
    start = period_start(day, interval)
    assert start <= day <= period_end(start, interval)
    assert period_start(period_end(start, interval), interval) == start


@pytest.mark.parametrize(
    ("interval", "start", "end", "name"),
    [
        ("day", date(2024, 5, 3), date(2024, 5, 3), "3 May 2024"),
        ("week", date(2024, 4, 29), date(2024, 5, 5), "week of 29 April 2024"),
        ("month", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("month", date(2023, 12, 1), date(2023, 12, 31), "December 2023"),
        ("year", date(2024, 1, 1), date(2024, 12, 31), "2024"),
        ("year", date(9999, 1, 1), date.max, "9999"),
    ],
)
def test_end_and_name_of_a_period(interval: Interval, start: date, end: date, name: str) -> None:
    assert (period_end(start, interval), period_name(start, interval)) == (end, name)


@pytest.mark.parametrize(
    ("first", "last", "interval"),
    [
        (date(2024, 5, 1), date(2024, 5, 1), "day"),
        (date(2024, 5, 1), date(2024, 6, 30), "day"),
        (date(2024, 5, 1), date(2024, 7, 31), "week"),
        (date(2024, 1, 1), date(2024, 12, 31), "month"),
        (date(2019, 1, 1), date(2024, 12, 31), "month"),
        (date(2019, 1, 1), date(2025, 1, 1), "year"),
        (date.min, date.max, "year"),
    ],
)
def test_fitting_interval(first: date, last: date, interval: Interval) -> None:
    assert fitting_interval(first, last) == interval


@given(spans, intervals)
def test_a_requested_interval_is_coarser_only_if_it_gives_too_many_periods(
    span: tuple[date, date], interval: Interval
) -> None:
    listable = listable_interval(*span, interval)
    if period_count(*span, interval) <= MAX_PERIODS:
        assert listable == interval
    else:
        assert INTERVALS.index(listable) > INTERVALS.index(interval)
        assert period_count(*span, listable) <= MAX_PERIODS


def test_years_are_listed_however_many_there_are() -> None:
    assert listable_interval(date.min, date.max, "day") == "year"
