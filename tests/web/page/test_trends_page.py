"""The page of trends: its form, its lines, its table and what rises."""

from datetime import date
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from search import IndexInfo, TimelineBucket, Trend, Trends
from tests.fake_engine import INFO
from tests.web.pages import Page
from web.page.trends_chart import MARKERS, scale_values, trends_chart
from web.trend_parameters import Measure

PERIODS = [date(2024, month, 1) for month in range(1, 5)]


def trends(*series: tuple[str, list[int]], info: IndexInfo = INFO) -> Trends:
    made = (
        Trend(name, sum(counts), tuple(TimelineBucket(s, c, 50) for s, c in zip(PERIODS, counts, strict=True)))
        for name, counts in series
    )
    return Trends("month", tuple(made), info)


def shown(client: FlaskClient, query: str = "", status: int = 200) -> Page:
    response = client.get(f"/trends?{query}".rstrip("?"), follow_redirects=True)
    assert response.status_code == status
    return Page(response.text)


def test_points_follow_the_counts() -> None:
    chart = trends_chart(trends(("A", [0, 5, 10, 5])), "count")
    assert chart.lines[0].points == "0,100 333.3,50 666.7,0 1000,50"
    assert chart.scale == [(100, "0"), (80, "2"), (60, "4"), (40, "6"), (20, "8"), (0, "10")]
    assert [row.values for row in chart.rows] == [["0"], ["5"], ["10"], ["5"]]


def test_points_follow_the_shares() -> None:
    chart = trends_chart(trends(("A", [0, 5, 10, 5])), "share")
    assert chart.scale == [(100, "0%"), (75, "5%"), (50, "10%"), (25, "15%"), (0, "20%")]
    assert [row.values for row in chart.rows] == [["0%"], ["10%"], ["20%"], ["10%"]]


@pytest.mark.parametrize(
    ("most", "measure", "values"),
    [
        (0, "count", [0, 1]),
        (1, "count", [0, 1]),
        (2, "count", [0, 1, 2]),
        (5, "count", [0, 1, 2, 3, 4, 5]),
        (6, "count", [0, 2, 4, 6]),
        (16, "count", [0, 5, 10, 15, 20]),
        (106, "count", [0, 25, 50, 75, 100, 125]),
        (1000, "count", [0, 200, 400, 600, 800, 1000]),
        (1234, "count", [0, 250, 500, 750, 1000, 1250]),
        (0.0, "share", [0, 1]),
        (0.0002, "share", [0, 0.00005, 0.0001, 0.00015, 0.0002]),
        (0.003, "share", [0, 0.001, 0.002, 0.003]),
        (0.3, "share", [0, 0.1, 0.2, 0.3]),
        (1.0, "share", [0, 0.2, 0.4, 0.6, 0.8, 1]),
    ],
)
def test_scale_has_few_round_values_up_to_the_most(most: float, measure: Measure, values: list[float]) -> None:
    assert scale_values(most, measure) == values


def test_scale_of_counts_wastes_little_and_has_whole_values() -> None:
    for most in range(1, 3000):
        values = scale_values(most, "count")
        assert len(values) <= 6
        assert len(values) >= 3 or most == 1
        assert all(value == int(value) for value in values)
        assert values[-2] < most <= values[-1]
        assert most / values[-1] > 0.73


def test_scale_of_shares_is_exact() -> None:
    chart = trends_chart(trends(("A", [0, 1, 2, 6])), "share")
    assert [label for _, label in chart.scale] == ["0%", "2.5%", "5%", "7.5%", "10%", "12.5%"]


def test_lines_agree_with_the_scale() -> None:
    """16 of a scale to 20 is at a fifth of the height."""
    chart = trends_chart(trends(("A", [0, 16, 10, 5])), "count")
    at = {label: y for y, label in chart.scale}
    assert chart.lines[0].points == "0,100 333.3,20 666.7,50 1000,75"
    assert (at["10"], at["5"], chart.lines[0].end_y) == (50, 75, at["5"])


def test_lines_have_different_markers() -> None:
    chart = trends_chart(trends(*((str(i), [i] * 4) for i in range(6))), "count")
    assert [line.marker for line in chart.lines] == list(MARKERS)


@pytest.mark.parametrize("last", [[0] * 6, [10] * 6, [5, 5, 5, 6, 6, 0], [10, 9, 9, 8, 0, 0]])
def test_labels_do_not_overlap_and_keep_the_order_of_the_lines(last: list[int]) -> None:
    chart = trends_chart(trends(*((str(i), [1, 1, 10, value]) for i, value in enumerate(last))), "count")
    places = sorted((line.label_y, -last[int(line.name)]) for line in chart.lines)
    assert all(after[0] - before[0] >= 6.99 for before, after in pairwise(places))
    assert [value for _, value in places] == sorted(value for _, value in places)
    assert places[0][0] >= 0
    assert places[-1][0] <= 100


@pytest.mark.parametrize(
    ("last", "moved"),
    [
        ([0, 5, 10], {"0": 0, "1": 0, "2": 0}),
        ([5, 5], {"0": -3.5, "1": 3.5}),
        ([5, 5, 9], {"0": -3.5, "1": 3.5, "2": 0}),
        ([0, 0], {"0": -7, "1": 0}),
        ([10, 10], {"0": 0, "1": 7}),
    ],
)
def test_labels_move_in_both_directions_and_only_if_they_must(last: list[int], moved: dict[str, float]) -> None:
    chart = trends_chart(trends(*((str(i), [1, 1, 10, value]) for i, value in enumerate(last))), "count")
    assert {line.name: round(line.label_y - line.end_y, 1) for line in chart.lines} == moved


def test_labels_of_two_lines_are_further_apart() -> None:
    long = "Natural Language Processing"
    chart = trends_chart(trends((long, [5] * 4), (long[::-1], [5] * 4), ("AI", [5] * 4)), "count")
    first, second, third = sorted(line.label_y for line in chart.lines)
    assert (round(second - first, 1), round(third - second, 1)) == (14, 10.5)


@pytest.mark.parametrize("compared", [trends(), Trends("month", (Trend("A", 1, ()),), INFO)], ids=["none", "no period"])
def test_no_lines_without_periods(compared: Trends) -> None:
    assert trends_chart(compared, "count").lines == []


def test_the_most_frequent_topics_are_compared_unless_others_are_named(client: FlaskClient) -> None:
    values = [attrs["value"] for attrs, _ in shown(client).all("input", name="value")]
    assert len([value for value in values if value]) == 3
    assert len(values) == 6


def test_the_form_has_what_is_shown(client: FlaskClient) -> None:
    query = "by=query&value=robot&value=&value=%22self-driving%22&measure=share&interval=year&from=2024-01-01&x=1"
    page = shown(client, query)
    checked = {(attrs["name"], attrs["value"]) for attrs, _ in page.all("input") if "checked" in attrs}
    assert checked == {("by", "query"), ("measure", "share")}
    assert [attrs["value"] for attrs, _ in page.all("input", name="value")][:3] == ["robot", '"self-driving"', ""]
    assert [attrs["value"] for attrs, _ in page.all("option") if "selected" in attrs] == ["year"]
    assert page.all("input", name="from")[0][0]["value"] == "2024-01-01"


FORM = "by=topic&value=A+%26+B&value=&value=Cloud&measure=count&interval=auto&from=&to="


@pytest.mark.parametrize(
    ("query", "address"),
    [
        (FORM, "/trends?value=A%20%26%20B&value=Cloud"),
        ("by=topic", "/trends"),
        ("to=&measure=share&interval=year&by=query&value=b&from=2024&value=a&utm_source=x",
         "/trends?by=query&value=b&value=a&interval=year&measure=share&from=2024-01-01"),
        ("value=&rising=week", "/trends?rising=week"),
    ],
)  # fmt: skip
def test_form_leads_to_the_address_without_blanks_and_defaults(client: FlaskClient, query: str, address: str) -> None:
    response = client.get(f"/trends?{query}")
    assert (response.status_code, response.headers["Location"]) == (302, address)
    page = Page(client.get(address).text)
    assert [attrs["href"] for attrs, _ in page.all("link", rel="canonical")] == [address]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Trends"),
        ("measure=share", "Trends"),
        ("value=Cloud&value=AI+in+Robotics", "Trends: Cloud, AI in Robotics"),
        ("by=query&value=robot", "Trends: robot"),
        ("interval=x", "Check your comparison"),
    ],
)
def test_title_names_what_is_compared(client: FlaskClient, query: str, title: str) -> None:
    page = shown(client, query, 422 if "x" in query else 200)
    assert page.all("title")[0][1] == f"{title} – Article search"


def test_the_table_has_the_numbers_of_the_api(client: FlaskClient) -> None:
    query = "value=AI+in+Robotics&value=Cloud&interval=year"
    series = (client.get(f"/api/v1/trends?{query}").json or {})["series"]
    cells = [text for _, text in shown(client, query).all("td")]
    periods = zip(*(each["points"] for each in series), strict=True)
    expected = [str(point["count"]) for period in periods for point in period]
    assert cells[: len(expected)] == expected


def test_mistakes_are_named_and_the_rest_is_shown(client: FlaskClient) -> None:
    page = shown(client, "value=Cloud&interval=hour&from=2024&to=2023", 422)
    assert [text.split()[0] for _, text in page.all("li") if " must " in text] == ["Period", "‘To’"]
    assert page.all("input", name="value")[0][0]["value"] == "Cloud"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("value=Cloud&value=Fog", "No article has the topic “Fog”."),
        ("by=query&value=robot&value=zeppelin", "No article matches “zeppelin”."),
        ("by=provider&value=Nobody", "No article has the provider “Nobody”."),
        ("value=Cloud&from=1999&to=1999", "No article of this period has the topic “Cloud”."),
    ],
)
def test_value_without_articles_is_named_and_has_no_line(client: FlaskClient, query: str, sentence: str) -> None:
    page = shown(client, query)
    assert sentence in [text for _, text in page.all("p")]
    assert len(page.all("polyline")) == query.count("value=") - 1


def test_mistakes_name_the_controls(client: FlaskClient) -> None:
    page = shown(client, "by=x&measure=y&interval=hour&from=2024&to=2023", 422)
    assert [text for _, text in page.all("li") if " must " in text] == [
        "Compare must be ‘Topics’, ‘Providers’ or ‘Searches’",
        "Period must be ‘Automatic’, ‘Day’, ‘Week’, ‘Month’ or ‘Year’",
        "Show must be ‘Number of articles’ or ‘Share of the archive’",
        "‘To’ must be on or after ‘From’",
    ]


def test_rising_values_lead_to_their_articles(made: FlaskClient) -> None:
    links = {text: attrs.get("href") for attrs, text in shown(made).all("a")}
    assert links["Energy"] == "/?topic=Energy&from=2026-10-01&to=2026-10-31"
    assert links["electric ferry"] == "/?q=title:%22electric%20ferry%22&from=2026-10-01&to=2026-10-31&match=all"
    assert links["By week"] == "/trends?rising=week#rising"
    cells = [text for _, text in shown(made).all("td")]
    assert cells == ["9", "45", "×4.2", "0", "45", "new"]


def test_values_are_displayed_literally(client: FlaskClient) -> None:
    response = client.get("/trends?by=query&value=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in response.text
