"""The timeline's chart: bars, links, axis, notes, wider ranges and the table."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from search import Interval, SearchRequest, Timeline, TimelineBucket
from tests.web.pages import page
from web.links import page_urls
from web.page.date_ranges import range_text, wider_ranges
from web.page.formatting import percentage
from web.page.timeline_chart import TimelineChart, measure_parameter, timeline_chart
from web.parameters import PAGE_DEFAULTS, parse, validate
from web.trend_parameters import Measure

MONTHS = tuple(
    TimelineBucket(date(2024, month, 1), count, 40, partial=month == 4)
    for month, count in ((1, 10), (2, 0), (3, 1), (4, 5))
)


def request(query: str) -> SearchRequest:
    return validate(parse(query.encode()), PAGE_DEFAULTS)


def chart(
    query: str = "q=a", buckets: tuple[TimelineBucket, ...] = MONTHS, undated: int = 0, measure: Measure = "count",
    interval: Interval = "month",
) -> TimelineChart:  # fmt: skip
    return timeline_chart(
        page_urls("", request(query), measure_parameter(measure)),
        Timeline(interval, buckets, undated),
        measure,
        "/other",
    )


def test_bars_are_as_high_as_their_counts() -> None:
    assert [(float(bar.x), float(bar.height), bar.name) for bar in chart().bars] == [
        (0.0, 100.0, "January 2024: 10 articles"),
        (50.0, 10.0, "March 2024: 1 article"),
        (75.0, 50.0, "April 2024, incomplete: 5 articles"),
    ]


def test_bars_show_shares_of_the_archive() -> None:
    shares = chart(buckets=(TimelineBucket(date(2023, 1, 1), 4, 8), TimelineBucket(date(2024, 1, 1), 5, 100)),
                   measure="share", interval="year")  # fmt: skip
    assert [(float(bar.height), bar.name) for bar in shares.bars] == [
        (100.0, "2023: 50% of the archive, 4 articles"),
        (10.0, "2024: 5.0% of the archive, 5 articles"),
    ]
    assert shares.caption == "Share of the archive by year"


def test_a_bar_leads_to_its_period() -> None:
    links = [bar.link for bar in chart("q=a+%26+from%3D0001-01-01&topic=AI&from=2024&to=2024&sort=newest").bars]
    assert links == [
        f"/?q=a%20%26%20from%3D0001-01-01&topic=AI&from={first}&to={last}&sort=newest"
        for first, last in (("2024-01-01", "2024-01-31"), ("2024-03-01", "2024-03-31"), ("2024-04-01", "2024-04-30"))
    ]


def test_links_of_shares_lead_to_shares() -> None:
    shown = chart("q=a&from=2024-01-03", measure="share")
    assert {link.rpartition("&")[2] for link in [*(bar.link for bar in shown.bars), shown.range_link]} == {
        "measure=share"
    }
    assert [link.url for link in shown.wider] == ["/?q=a&measure=share"]


def test_the_first_and_the_last_bar_end_with_the_selected_range() -> None:
    links = [bar.link for bar in chart("from=2024-01-20&to=2024-04-02T10:00:00Z").bars]
    assert (links[0], links[-1]) == (
        "/?from=2024-01-20&to=2024-01-31",
        "/?from=2024-04-01&to=2024-04-02T10:00:00Z",
    )


@pytest.mark.parametrize("number", [0, 1])
def test_there_is_no_chart_of_one_period_or_none(number: int) -> None:
    shown = chart(buckets=MONTHS[:number])
    assert (shown.bars, shown.rows, shown.ticks) == ([], [], [])


def test_the_table_has_every_period() -> None:
    rows = chart().rows
    assert [(row.name, row.articles, row.share) for row in rows] == [
        ("January 2024", 10, "25%"),
        ("February 2024", 0, "0%"),
        ("March 2024", 1, "2.5%"),
        ("April 2024, incomplete", 5, "12%"),
    ]
    assert [row.link is None for row in rows] == [False, True, False, False]


def test_every_bar_has_an_equal_link_in_the_table() -> None:
    """Bars can be too narrow to be touched."""
    assert [row.link for row in chart().rows if row.link] == [bar.link for bar in chart().bars]


@pytest.mark.parametrize(
    ("undated", "buckets", "notes"),
    [
        (0, MONTHS[:2], ["Most: 10 in January 2024"]),
        (0, [TimelineBucket(date(2024, month, 1), 1, 1) for month in (1, 2)], ["Most: 1 in each of 2 months"]),
        (1, MONTHS[:2], ["Most: 10 in January 2024", "1 article has no valid date"]),
        (1200, MONTHS[:2], ["Most: 10 in January 2024", "1,200 articles have no valid date"]),
        (0, MONTHS, ["Most: 10 in January 2024", "April 2024 is incomplete"]),
    ],
)
def test_notes(undated: int, buckets: tuple[TimelineBucket, ...], notes: list[str]) -> None:
    assert chart(buckets=buckets, undated=undated).notes == notes


@pytest.mark.parametrize(
    ("counts", "note"), [((1, 0), "Most: 5.0% in January 2024"), ((1, 1), "Most: 5.0% in each of 2 months")]
)
def test_shares_always_have_their_scale(counts: tuple[int, int], note: str) -> None:
    """The highest bar may be one article, and any share may be the most."""
    buckets = tuple(TimelineBucket(date(2024, month, 1), count, 20) for month, count in enumerate(counts, 1))
    assert chart(buckets=buckets, measure="share").notes == [note]


@pytest.mark.parametrize(
    ("interval", "starts", "labels"),
    [
        ("year", [date(year, 1, 1) for year in range(2012, 2025)], ["2012", "2015", "2018", "2021"]),
        ("month", [date(2024, month, 1) for month in range(1, 13)], ["Jan 2024", "Apr 2024", "Jul 2024", "Oct 2024"]),
        ("month", [date(2022 + i // 12, i % 12 + 1, 1) for i in range(3, 30)], ["2023", "2024"]),
        ("day", [date(2024, 5, day) for day in range(1, 32)], ["1 May 2024", "8 May", "15 May", "22 May"]),
        ("month", [date(2023, 12, 1), date(2024, 1, 1)], ["Dec 2023", "Jan 2024"]),
        ("day", [date(2023, 12, 30 + i) if i < 2 else date(2024, 1, i - 1) for i in range(4)],
         ["30 Dec 2023", "31 Dec", "1 Jan 2024", "2 Jan"]),
        ("week", [date(2024, 4, 29), date(2024, 5, 6)], ["29 Apr 2024", "6 May"]),
    ],
)  # fmt: skip
def test_axis_has_few_labels_and_names_the_years(interval: Interval, starts: list[date], labels: list[str]) -> None:
    buckets = tuple(TimelineBucket(start, 1, 1) for start in starts)
    assert [tick.label for tick in chart(buckets=buckets, interval=interval).ticks] == labels


@pytest.mark.parametrize(
    ("query", "text", "wider"),
    [
        ("", "", []),
        ("from=2024-05-03&to=2024-05-03", " on 3 May 2024", ["May 2024", "2024", "All dates"]),
        ("from=2024-05&to=2024-05", " in May 2024", ["2024", "All dates"]),
        ("from=2024-W18&to=2024-W18", " in the week of 29 April 2024", ["2024", "All dates"]),
        ("from=2024&to=2024", " in 2024", ["All dates"]),
        ("from=2023-11&to=2024-01", " from 1 November 2023 to 31 January 2024", ["All dates"]),
        ("from=2024-05-03", " from 3 May 2024", ["All dates"]),
        ("to=2024-05-03", " to 3 May 2024", ["All dates"]),
        (
            "from=2024-05-03T10:00&to=2024-05-03T11:00:00Z",
            " from 3 May 2024, 10:00 UTC to 3 May 2024, 11:00 UTC",
            ["May 2024", "2024", "All dates"],
        ),
    ],
)
def test_selected_range_and_wider_ones(query: str, text: str, wider: list[str]) -> None:
    assert range_text(request(query)) == text
    assert [name for name, _ in wider_ranges(request(query))] == wider


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "0%"), (0, 9, "0%"), (1, 9999, "<0.1%"), (1, 30, "3.3%"), (1, 3, "33%"), (9999, 10_000, ">99%"),
        (5, 5, "100%"),
    ],
)  # fmt: skip
def test_percentages(part: int, whole: int, text: str) -> None:
    assert percentage(part, whole) == text


def test_a_bar_leads_to_as_many_articles_as_it_counts(client: FlaskClient) -> None:
    shown = page(client, "q=robot&match=all&collapse=none&timeline=year")
    bars = [(attrs["href"], text) for attrs, text in shown.all("a") if re.fullmatch(r"\d{4}.*: \d+ articles?", text)]
    assert len(bars) > 1
    for link, name in bars:
        number = name.rpartition(": ")[2].split()[0]
        assert f", {number} result" in page(client, link.partition("?")[2]).all("title")[0][1]


@pytest.mark.parametrize(
    ("query", "toggle"),
    [
        ("q=robot", ("/?q=robot&measure=share", "Show shares")),
        ("q=robot&measure=x", ("/?q=robot&measure=share", "Show shares")),
        ("q=robot&measure=share", ("/?q=robot", "Show numbers")),
    ],
)
def test_the_other_measure_is_linked(client: FlaskClient, query: str, toggle: tuple[str, str]) -> None:
    assert toggle in [(attrs.get("href"), text) for attrs, text in page(client, query).all("a")]


def test_pages_by_another_measure_are_not_taken_for_each_other(client: FlaskClient) -> None:
    tags = {client.get(f"/?q=robot{measure}").headers["ETag"] for measure in ("", "&measure=share")}
    assert len(tags) == 2
