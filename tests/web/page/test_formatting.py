"""Numbers and times for readers."""

from datetime import UTC, date, datetime, timedelta, timezone
from html import unescape

import pytest
from markupsafe import Markup

from web.page.formatting import ago, is_date, later, long_date_or_time
from web.templating import TEMPLATES

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(seconds=119), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(minutes=60), "1 hour ago"),
        (timedelta(hours=24), "1 day ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=30), "1 month ago"),
        (timedelta(days=359), "11 months ago"),
        (timedelta(days=360), "1 year ago"),
        (timedelta(days=730), "2 years ago"),
    ],
)
def test_age_has_its_largest_whole_unit(age: timedelta, text: str) -> None:
    assert ago(NOW - age, NOW) == text


@pytest.mark.parametrize(("days", "text"), [(70, "2 months later"), (800, "2 years later")])
def test_long_delay_is_in_months_or_years(days: int, text: str) -> None:
    assert later(NOW + timedelta(days=days), NOW) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (date(2024, 1, 3), "3 January 2024"),
        (datetime(2024, 1, 3, 14, 5), "3 January 2024, 14:05 UTC"),  # noqa: DTZ001
        (datetime(2024, 1, 3, 14, 5, tzinfo=timezone(timedelta(hours=2))), "3 January 2024, 14:05 UTC+02:00"),
    ],
)
def test_date_or_time(moment: date, text: str) -> None:
    assert long_date_or_time(moment) == text


@pytest.mark.parametrize(("text", "bare"), [("2024-01-03", True), ("2024-01-03T09:30", False), ("soon", False)])
def test_bare_date(text: str, bare: bool) -> None:
    assert is_date(text) == bare


@pytest.mark.parametrize("text", ["", "plain", "a & b", "<b>", "\"'", "日本 <"])
def test_templates_escape_as_markupsafe_does(text: str) -> None:
    template = TEMPLATES.from_string("{{ text }}{{ safe }}{{ number }}{{ missing }}")
    rendered = template.render(text=text, safe=Markup("<i>"), number=7)
    assert unescape(rendered) == f"{text}<i>7"
    assert rendered.endswith("<i>7")
    assert not {"<", '"', "'"} & set(rendered.removesuffix("<i>7"))
