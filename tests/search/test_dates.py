"""Dates that are counted back from today."""

from datetime import UTC, date, datetime

import pytest

from search import Mistake, RequestInvalid, SearchRequest
from search.dates import is_relative

NOW = datetime(2024, 3, 31, 5, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.dates.utc_now", lambda: NOW)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("0d", date(2024, 3, 31)),
        ("7d", date(2024, 3, 24)),
        (" 7D ", date(2024, 3, 24)),
        ("2w", date(2024, 3, 17)),
        ("1m", date(2024, 2, 29)),
        ("13m", date(2023, 2, 28)),
        ("3m", date(2023, 12, 31)),
        ("1y", date(2023, 3, 31)),
        ("2023y", date(1, 3, 31)),
    ],
)
def test_number_with_a_unit_is_the_day_so_long_ago(text: str, day: date) -> None:
    request = SearchRequest(from_=text, to=text)
    assert (request.from_, request.to) == (day, day)
    assert is_relative(text)


@pytest.mark.parametrize(("text", "day", "hour"), [("0h", 31, 5), ("5H", 31, 0), ("6h", 30, 23), ("30h", 29, 23)])
def test_number_of_hours_is_the_hour_so_long_ago(text: str, day: int, hour: int) -> None:
    request = SearchRequest(from_=text, to=text)
    first = datetime(2024, 3, day, hour, tzinfo=UTC)
    assert (request.from_, request.to) == (first, first.replace(minute=59, second=59))
    assert is_relative(text)


@pytest.mark.parametrize(
    "text", ["2024y", "99999m", "99999y", "7", "d", "7dd", "-7d", "7.5d", "7 d", "P7D", "٧d", "7s"]
)
def test_other_numbers_are_no_dates(text: str) -> None:
    with pytest.raises(RequestInvalid) as raised:
        SearchRequest(from_=text)
    (mistake,) = raised.value.mistakes
    assert (mistake.parameter, mistake.code) == ("from_", "not_a_date")


def test_relative_date_is_named_as_a_day_in_a_mistake() -> None:
    with pytest.raises(RequestInvalid) as raised:
        SearchRequest(from_="7d", to="8d")
    assert raised.value.mistakes == (
        Mistake("to", "must be on or after the start of the period, 2024-03-24", "contradicts"),
    )
