"""The timeline endpoint, and the timeline of a search."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.responses import facet, search

TIMELINE = "/api/v1/timeline"


def timeline(client: FlaskClient, query: str) -> Any:
    response = client.get(f"{TIMELINE}?{query}")
    assert response.status_code == 200, response.text
    return response.json


@pytest.mark.parametrize("interval", ["auto", "day", "week", "month", "year"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=robot",
        "q=robot+yesterday",
        "q=robot+yesterday&match=most",
        "topic=Energy&from=2024",
        "not_provider=Robot+Courier",
    ],
)
def test_timeline_is_that_of_the_search(client: FlaskClient, query: str, interval: str) -> None:
    whole = search(client, f"{query}&timeline={interval}&per_page=0")
    alone = timeline(client, f"{query}&interval={interval}")
    assert {name: alone[name] for name in whole["timeline"]} == whole["timeline"]
    assert {name: alone[name] for name in ("index", "correction", "prefix", "relaxed")} == {
        name: whole[name] for name in ("index", "correction", "prefix", "relaxed")
    }
    assert alone["query"] == {name: whole["query"].get(name, interval) for name in alone["query"]}


def test_years_agree_with_the_facet(client: FlaskClient) -> None:
    counts = {bucket["start"][:4]: bucket["count"] for bucket in timeline(client, "interval=year")["buckets"]}
    years = facet(search(client, "facets=year&facet_size=1000"), "year")
    assert {year: count for year, count in counts.items() if count} == years


def test_totals_are_those_of_the_whole_archive(client: FlaskClient) -> None:
    whole = timeline(client, "interval=year")["buckets"]
    robots = timeline(client, "q=robot&interval=year")["buckets"]
    totals = {bucket["start"]: bucket["count"] for bucket in whole}
    assert {bucket["start"]: bucket["total"] for bucket in robots}.items() <= totals.items()


def test_total_is_the_sum_of_counts_and_undated(client: FlaskClient) -> None:
    answer = timeline(client, "q=robot")
    assert answer["total"] == sum(bucket["count"] for bucket in answer["buckets"]) + answer["undated"]
    assert answer["total"] == search(client, "q=robot")["total"] > 0


def test_search_has_no_timeline_unless_requested(client: FlaskClient) -> None:
    assert search(client, "q=robot")["timeline"] is None


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("interval=none", ["interval"]),
        ("interval=hour", ["interval"]),
        ("interval=day&interval=week", ["interval"]),
        ("timeline=day", ["timeline"]),
        ("interval=&page=0&x=1", ["page", "x", "interval"]),
    ],
)
def test_every_mistake_is_reported(client: FlaskClient, query: str, wrong: list[str]) -> None:
    response = client.get(f"{TIMELINE}?{query}")
    assert response.status_code == 422
    assert [error["parameter"] for error in (response.json or {})["errors"]] == wrong
