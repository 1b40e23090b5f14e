"""How a request's parameters are read."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from search import RequestInvalid, SearchRequest


def day(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def request(**parameters: Any) -> SearchRequest:
    return SearchRequest.checked({name.rstrip("_"): value for name, value in parameters.items()})


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2024", day(2024, 1, 1), day(2025, 1, 1)),
        ("2024-05", day(2024, 5, 1), day(2024, 6, 1)),
        ("2024-12", day(2024, 12, 1), day(2025, 1, 1)),
        ("2023-02", day(2023, 2, 1), day(2023, 3, 1)),
        ("2024-02", day(2024, 2, 1), day(2024, 3, 1)),
        ("2024-W18", day(2024, 4, 29), day(2024, 5, 6)),
        ("2024W18", day(2024, 4, 29), day(2024, 5, 6)),
        ("2020-W53", day(2020, 12, 28), day(2021, 1, 4)),
        ("2024-W18-3", day(2024, 5, 1), day(2024, 5, 2)),
        ("20240501", day(2024, 5, 1), day(2024, 5, 2)),
        (" 2024-05-01 ", day(2024, 5, 1), day(2024, 5, 2)),
        ("2024-05-01T09", day(2024, 5, 1, 9), day(2024, 5, 1, 10)),
        ("2024-05-01T09Z", day(2024, 5, 1, 9), day(2024, 5, 1, 10)),
        ("2024-05-01T09:30", day(2024, 5, 1, 9, 30), day(2024, 5, 1, 9, 31)),
        ("2024-05-01 09:30+02:00", day(2024, 5, 1, 7, 30), day(2024, 5, 1, 7, 31)),
        ("20240501T0930-0500", day(2024, 5, 1, 14, 30), day(2024, 5, 1, 14, 31)),
        ("2024-05-01T09:30:00Z", day(2024, 5, 1, 9, 30), day(2024, 5, 1, 9, 30, 1)),
        ("20240501T093015", day(2024, 5, 1, 9, 30, 15), day(2024, 5, 1, 9, 30, 16)),
    ],
)
def test_date_is_the_whole_of_what_it_names(text: str, since: datetime, until: datetime) -> None:
    read = request(from_=text, to=text)
    assert (read.since, read.until) == (since, until)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2024-05-01T23:59:59.999Z", day(2024, 5, 2)),
        ("2024-05-01T23:59:59.000001Z", day(2024, 5, 2)),
        ("2024-05-02T00:00:00.0Z", day(2024, 5, 2, 0, 0, 1)),
        ("2024-05-01T23:59:58,5+00:00", day(2024, 5, 1, 23, 59, 59)),
        ("2024-05-02T01:59:59.999+02:00", day(2024, 5, 2)),
        ("9999-12-31T23:59:59.999Z", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_fraction_of_a_second_does_not_include_the_next_second(text: str, until: datetime) -> None:
    assert request(to=text).until == until


@pytest.mark.parametrize(
    "text",
    ["2024-13", "2024-00", "2024-W00", "2023-W53", "0000", "2024-5", "24", "202405", "2024-W1", "2024-05-", "٢٠٢٤",
     "2024-05-01T25", "W18", "-2024"],
)  # fmt: skip
def test_other_texts_are_no_dates(text: str) -> None:
    for name in ("from", "to"):
        with pytest.raises(RequestInvalid) as raised:
            request(**{name: text})
        (mistake,) = raised.value.mistakes
        assert mistake.parameter == name
        assert (mistake.code, mistake.detail.split(",")[0]) == ("not_a_date", "is not a date such as 2026-01-31")


def test_dates_can_be_given_as_dates() -> None:
    read = SearchRequest(from_=date(2024, 5, 1), to=day(2024, 5, 1, 9, 30))
    assert (read.since, read.until) == (day(2024, 5, 1), day(2024, 5, 1, 9, 30, 1))


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("electric\vferry", "electric ferry"),
        ("electric\fferry", "electric ferry"),
        ("electric\u2028ferry", "electric ferry"),
        ("electric\u2029\u2028ferry", "electric ferry"),
        ("electric\x85ferry", "electric ferry"),
        ("electric\x1cferry\x1f", "electric ferry"),
        ("\r\n electric\tferry\r\n", "electric ferry"),
        ('"electric\x0bferry"', '"electric ferry"'),
        ("electric  ferry", "electric  ferry"),
    ],
)
def test_control_white_space_is_a_space(text: str, q: str) -> None:
    assert request(q=text).q == q


@pytest.mark.parametrize("character", ["\0", "\x01", "\x08", "\x0e", "\x1b", "\x7f", "\ud83d"])
def test_other_control_characters_are_refused(character: str) -> None:
    with pytest.raises(RequestInvalid) as raised:
        request(q=f"a{character}", topic=[f"a{character}"])
    assert [mistake.parameter for mistake in raised.value.mistakes] == ["q", "topic"]


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("Z\u0065\u0301ro", "Zéro"),
        ("AI\u200b in\u00a0 Autos ", "AI in Autos"),
        ("AI\tin\vAutos", "AI in Autos"),
        ("\ufeffRo\xadbots\u2060", "Robots"),
        ("\u202eAI\u202c", "AI"),
        ("R&amp;D <b>", "R&amp;D <b>"),
    ],
)
@pytest.mark.parametrize("parameter", ["topic", "provider", "not_topic", "not_provider", "type"])
def test_filter_values_are_cleaned_as_values_in_the_index(parameter: str, value: str, cleaned: str) -> None:
    assert getattr(request(**{parameter: [value]}), parameter) == (cleaned,)


@pytest.mark.parametrize("value", ["", " ", "\u200b", "\t\u2060\u3000"])
def test_filter_value_without_a_visible_character_is_refused(value: str) -> None:
    with pytest.raises(RequestInvalid):
        request(topic=[value])
