"""The endpoints of trends and of rising topics and phrases."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.responses import search

TRENDS = "/api/v1/trends"


def trends(client: FlaskClient, query: str) -> Any:
    response = client.get(f"{TRENDS}?{query}")
    assert response.status_code == 200, response.text
    return response.json


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("value=Cloud&value=AI+in+Robotics", ["topic=Cloud", "topic=AI+in+Robotics"]),
        ("by=provider&value=Robot+Courier", ["provider=Robot+Courier"]),
        ("by=query&value=robot+-yesterday", ["q=robot+-yesterday"]),
        ("by=topic&value=Nowhere&from=2024&to=2025-06", ["topic=Nowhere&from=2024&to=2025-06"]),
    ],
)
def test_series_count_the_articles_of_searches(client: FlaskClient, query: str, filters: list[str]) -> None:
    series = trends(client, query)["series"]
    for each, filter_ in zip(series, filters, strict=True):
        assert each["total"] == search(client, f"{filter_}&match=all&typo=0&per_page=0")["total"]
        assert each["total"] == sum(point["count"] for point in each["points"]) + each["outside"]


@pytest.mark.parametrize("measure", ["count", "share"])
def test_points_have_the_measure(client: FlaskClient, measure: str) -> None:
    answer = trends(client, f"value=Cloud&interval=year&measure={measure}")
    points = answer["series"][0]["points"]
    assert answer["measure"] == measure
    assert [p["value"] for p in points] == [
        p["count"] / p["total"] if measure == "share" else p["count"] for p in points
    ]


def test_no_value_gives_no_series(client: FlaskClient) -> None:
    assert trends(client, "")["series"] == []


def test_a_repeated_value_counts_once(client: FlaskClient) -> None:
    assert [each["value"] for each in trends(client, "value=Cloud&value=AI&value=Cloud")["series"]] == ["Cloud", "AI"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("by=year&interval=none&measure=x&value=&x=1", ["x", "by", "interval", "measure", "value"]),
        ("from=2025&to=2024", ["to"]),
        ("&".join(f"value={i}" for i in range(7)), ["value"]),
        ("by=topic&by=topic", ["by"]),
    ],
)
def test_every_mistake_is_reported(client: FlaskClient, query: str, wrong: list[str]) -> None:
    response = client.get(f"{TRENDS}?{query}")
    assert response.status_code == 422
    assert [error["parameter"] for error in (response.json or {})["errors"]] == wrong


def test_rising_values_have_their_numbers(made: FlaskClient) -> None:
    rising = (made.get(f"{TRENDS}/rising?interval=week").json or {})["rising"]
    assert rising == {
        "interval": "week", "start": "2026-10-01", "articles": 60, "articles_before": 50,
        "topics": [{"value": "Energy", "before": 9, "after": 45, "growth": 4.2}],
        "phrases": [{"value": "electric ferry", "before": 0, "after": 45, "growth": None}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("interval=year", ["interval"]),
        ("limit=0", ["limit"]),
        ("interval=x&limit=51&value=a", ["value", "interval", "limit"]),
    ],
)  # fmt: skip
def test_mistakes_in_a_request_for_rising_values(client: FlaskClient, query: str, wrong: list[str]) -> None:
    response = client.get(f"{TRENDS}/rising?{query}")
    assert response.status_code == 422
    assert [error["parameter"] for error in (response.json or {})["errors"]] == wrong
