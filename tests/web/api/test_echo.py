"""The member `query` of a response, sent again."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from search import FACETS, HIT_FIELDS
from tests.web.responses import search
from web.parameters import FACET_NAMES, NAMES, TIMELINE_NAMES

ENDPOINTS = ("search", "facets/topic", "facets/year", "timeline")

ORDERS = ["relevance", "newest", "oldest", "heat"]
Q = [
    "",
    "robot",
    " robot\tcar ",
    "robt",
    "robot yesterday",
    "-robot",
    "NOT robot",
    "*",
    "…",
    "robot*",
    "what-s-new-robot",
]
TOPICS = st.lists(st.sampled_from(["AI", "AI in Robotics", "Energy", "Nowhere", "Elsewhere"]), max_size=3)
PARAMETERS = {
    "q": st.sampled_from(Q),
    "topic": TOPICS,
    "not_topic": TOPICS,
    "provider": st.just(["Robot Courier", "Nobody", "Anybody", "Nobody"]),
    "domain": st.lists(st.sampled_from(["tokyobyte.example", "WWW.MedTech.example:80", "a.example"]), max_size=2),
    "category": st.just(["news", "Nothing"]),
    "id": st.lists(st.sampled_from(["_news/nothing", "a b", "+é/"]), max_size=2),
    "url": st.just(["https://a.example/?b=c&d=%20#e", "http://b.example"]),
    "topic_op": st.sampled_from(["any", "all"]),
    "from": st.sampled_from(
        ["2020", "2024-02", "2024-W07", "20240105", "2024-01-05T09:30", "2024-01-05T09:30:15+02:00", "3y"]
    ),
    "to": st.sampled_from(["2026", "2025-12", "2025-W40", "2025-11-05T09:30", "2025-11-05T09:30:15.5Z"]),
    "sort": st.sampled_from(ORDERS),
    "match": st.sampled_from(["most", "all"]),
    "typo": st.sampled_from(["0", "1"]),
    "collapse": st.sampled_from(["none", "story"]),
    "explain": st.sampled_from(["0", "1"]),
    "page": st.sampled_from(["1", "2", "99"]),
    "per_page": st.sampled_from(["0", "3", "20"]),
    "facets": st.lists(st.sampled_from(FACETS), min_size=1).map(",".join) | st.just(["year", "topic"]),
    "facet_size": st.sampled_from(["0", "2", "1000"]),
    "fields": st.lists(st.sampled_from(HIT_FIELDS), min_size=1, max_size=4)
    | st.sampled_from(["title,id", "*", "-excerpt,-score"]),
    "timeline": st.sampled_from(["auto", "week", "year"]),
    "interval": st.sampled_from(["auto", "week", "year"]),
    "prefix": st.sampled_from(["a", "rob", " é& ", ""]),
}
NAMES_OF = {"search": NAMES, "facets": FACET_NAMES, "timeline": TIMELINE_NAMES}


def sent(client: FlaskClient, endpoint: str, parameters: dict[str, Any]) -> tuple[str, Any]:
    """The ETag and the answer, without the time that it took."""
    response = client.get(f"/api/v1/{endpoint}", query_string=MultiDict(parameters))
    assert response.status_code == 200, response.text
    answer = response.get_json()
    answer.pop("took_ms", None)
    return response.headers["ETag"], answer


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@settings(
    deadline=None,
    max_examples=max(1, settings().max_examples // 2),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_query_sent_again_gives_the_same_url_etag_and_answer(
    client: FlaskClient, endpoint: str, data: st.DataObject
) -> None:
    accepted = {name: values for name, values in PARAMETERS.items() if name in NAMES_OF[endpoint.partition("/")[0]]}
    parameters = data.draw(st.fixed_dictionaries({}, optional=accepted))
    etag, answer = sent(client, endpoint, parameters)
    again = {name: value for name, value in answer["query"].items() if value is not None}
    assert sent(client, endpoint, again) == (etag, answer)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", "newest"),
        ("sort=relevance", "newest"),
        ("sort=heat", "heat"),
        ("q=robot", "relevance"),
        ("q=robot&sort=oldest", "oldest"),
        ("q=-robot", "newest"),
        ("q=-robot&sort=relevance", "newest"),
    ],
)
def test_sort_is_the_order_in_force_at_every_endpoint(
    client: FlaskClient, endpoint: str, query: str, order: str
) -> None:
    assert client.get(f"/api/v1/{endpoint}?{query}").get_json()["query"]["sort"] == order


@pytest.mark.parametrize(("query", "url"), [("sort=newest", "q=-robot"), ("sort=heat", "q=-robot&sort=heat")])
def test_url_has_no_order_that_the_search_has_without_it(client: FlaskClient, query: str, url: str) -> None:
    assert search(client, f"q=-robot&{query}")["links"]["self"] == f"/api/v1/search?{url}"


def test_lists_are_separated_by_commas_or_repeated(client: FlaskClient) -> None:
    repeated = search(client, "facets=year&facets=topic&fields=id&fields=title,url")["query"]
    assert (repeated["facets"], repeated["fields"]) == (["topic", "year"], ["id", "title", "url"])


@pytest.mark.parametrize(
    ("endpoint", "listed", "canonical"),
    [
        ("search", "topic=AI+in+Robotics,Security&per_page=2", "topic=AI%20in%20Robotics&topic=Security&per_page=2"),
        ("search", "year=2026,2025&not_topic=Security", "year=2025&year=2026&not_topic=Security"),
        ("facets/provider", "topic=AI+in+Robotics,Security", "topic=AI%20in%20Robotics&topic=Security"),
        ("timeline", "topic=AI+in+Robotics,Security", "topic=AI%20in%20Robotics&topic=Security"),
        ("export", "topic=AI+in+Robotics,Security&limit=2", "topic=AI%20in%20Robotics&topic=Security&limit=2"),
        ("trends", "value=Security,AI+in+Robotics", "value=Security&value=AI+in+Robotics"),
    ],
)
def test_values_separated_by_commas_are_answered_as_repeated_ones(
    client: FlaskClient, endpoint: str, listed: str, canonical: str
) -> None:
    answers = [client.get(f"/api/v1/{endpoint}?{query}") for query in (listed, canonical)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    assert len({answer.headers.get("Link") for answer in answers}) == 1
    assert len({re.sub(rb'"took_ms":[0-9.]+,', b"", answer.data) for answer in answers}) == 1


def test_more_trends_than_a_chart_has_are_refused(client: FlaskClient) -> None:
    topics = [each["value"] for each in search(client, "facets=topic&facet_size=7")["facets"][0]["values"]]
    response = client.get("/api/v1/trends", query_string={"value": ",".join(topics)})
    assert (response.status_code, response.get_json()["errors"][0]["code"]) == (422, "too_many")


def test_cursor_of_a_list_continues_it_in_both_forms(client: FlaskClient) -> None:
    listed, repeated = "topic=AI+in+Robotics,Security", "topic=AI+in+Robotics&topic=Security"
    first = client.get(f"/api/v1/export?{listed}&limit=2")
    cursor = re.search("cursor=([^&>]+)", first.headers["Link"])
    assert cursor
    rest = [client.get(f"/api/v1/export?{query}&cursor={cursor[1]}").data for query in (listed, repeated)]
    assert rest[0] == rest[1]
    assert first.data + rest[0] == client.get(f"/api/v1/export?{listed}").data
