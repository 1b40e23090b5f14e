"""Several searches in one request."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from werkzeug.test import TestResponse

from search import IndexInfo
from tests.fake_engine import INFO, FakeEngine
from tests.web.responses import search

URL = "/api/v1/multi-search"


def post(client: FlaskClient, body: object, content_type: str = "application/json") -> TestResponse:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(URL, data=data, content_type=content_type)


def answers(client: FlaskClient, *searches: object) -> list[Any]:
    response = post(client, {"searches": searches})
    assert response.status_code == 200, response.text
    found: list[Any] = response.get_json()["responses"]
    return found


def without_time(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


def test_each_response_is_that_of_the_search(client: FlaskClient) -> None:
    found = answers(
        client,
        {"q": "robot", "per_page": 2, "fields": ["id", "title"], "explain": 1},
        {"topic": ["AI in Robotics", "AI"], "topic_op": "all", "facets": ["year"], "from": "2024", "timeline": "year"},
        {},
    )
    queries = (
        "q=robot&per_page=2&fields=id,title&explain=1",
        "topic=AI&topic=AI+in+Robotics&topic_op=all&facets=year&from=2024&timeline=year",
        "",
    )
    assert [*map(without_time, found)] == [without_time(search(client, query)) for query in queries]


def test_query_of_a_response_can_be_sent_again(client: FlaskClient) -> None:
    (first,) = answers(client, {"q": "robot", "topic": ["AI"], "to": "2025-03", "typo": True, "fields": ["-excerpt"]})
    (again,) = answers(client, first["query"])
    assert without_time(again) == without_time(first)


def test_links_of_a_response_lead_to_it(client: FlaskClient) -> None:
    (found,) = answers(client, {"q": "robot", "facets": [], "fields": ["id"]})
    assert without_time(client.get(found["links"]["self"]).get_json()) == without_time(found)


def test_search_with_mistakes_has_a_problem_in_its_place(client: FlaskClient) -> None:
    found = answers(
        client, {"page": 0, "from_": "2024", "a/b~": 1}, {"q": "robot"}, 5, {"topic": ["AI", 3], "fields": []}
    )
    assert [answer.get("status") for answer in found] == [422, None, 422, 422]
    assert [(error["pointer"], error["code"]) for answer in found for error in answer.get("errors", ())] == [
        ("/searches/0/from_", "unknown_parameter"),
        ("/searches/0/a~1b~0", "unknown_parameter"),
        ("/searches/0/page", "too_small"),
        ("/searches/2", "not_an_object"),
        ("/searches/3/topic", "not_text"),
        ("/searches/3/fields", "empty"),
    ]


def test_at_most_20_mistakes_of_a_search_are_listed(client: FlaskClient) -> None:
    (answer,) = answers(client, {f"x{i}": 1 for i in range(5000)})
    assert (len(answer["errors"]), "first 20" in answer["detail"]) == (20, True)


def test_unknown_snapshot_of_a_search_is_its_problem(client: FlaskClient) -> None:
    found = answers(client, {"at": "20200101T000000Z-0000"}, {"q": "robot"})
    assert (found[0]["status"], found[1]["total"] > 0) == (410, True)


@pytest.mark.parametrize(
    ("body", "content_type", "status", "detail"),
    [
        pytest.param("{}", "text/plain", 415, "Content-Type: application/json", id="text"),
        pytest.param("{}", "", 415, "Content-Type: application/json", id="no content type"),
        pytest.param("{", "application/json", 400, "is not JSON", id="cut"),
        pytest.param("", "application/json", 400, "is not JSON", id="empty"),
        pytest.param(b"\xff", "application/json", 400, "is not JSON", id="not UTF-8"),
        pytest.param("[" * 60_000, "application/json", 400, "is nested too deeply", id="deep"),
        pytest.param(" " * 65_537, "application/json", 413, "at most 65536 bytes", id="large"),
    ],
)
def test_unreadable_body_is_a_problem_that_says_what_to_send(
    client: FlaskClient, body: Any, content_type: str, status: int, detail: str
) -> None:
    response = post(client, body, content_type)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert detail in response.get_json()["detail"]


@pytest.mark.parametrize("length", [65_537, 65_538, 200_000])
def test_chunked_body_has_the_same_limit(client: FlaskClient, length: int) -> None:
    body = BytesIO(b'{"searches": []}'.ljust(length))
    response = client.post(
        URL, input_stream=body, content_type="application/json", environ_overrides={"wsgi.input_terminated": True}
    )
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ([], [("", "not_an_object")]),
        ({}, [("/searches", "missing")]),
        ({"searches": {}}, [("/searches", "not_a_list")]),
        ({"searches": [{}] * 21}, [("/searches", "too_many")]),
        ({"search": []}, [("/search", "unknown_parameter"), ("/searches", "missing")]),
    ],
)
def test_wrong_member_of_the_body_has_a_pointer(client: FlaskClient, body: object, errors: list[Any]) -> None:
    response = post(client, body)
    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.get_json()["errors"]] == errors


@pytest.mark.parametrize("name", ["search", "queries", "Searches", "serches"])
def test_wrong_name_of_the_searches_leads_to_the_right_one(client: FlaskClient, name: str) -> None:
    wrong, _ = post(client, {name: []}).get_json()["errors"]
    assert (wrong["pointer"], wrong["nearest"]) == (f"/{name}", "searches")


def test_body_may_have_64_kilobytes_and_20_searches(client: FlaskClient) -> None:
    body = json.dumps({"searches": [{"per_page": 0, "facets": []}] * 20})
    assert post(client, body + " " * (65_536 - len(body))).status_code == 200


def test_parameters_of_the_url_are_refused(client: FlaskClient) -> None:
    response = client.post("/api/v1/multi-search?q=robot", json={"searches": [{}]})
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["errors"][0]["parameter"] == "q"


def test_content_type_may_have_parameters(client: FlaskClient) -> None:
    assert post(client, {"searches": []}, "application/json; charset=utf-8").get_json()["responses"] == []


def test_other_sites_may_send_searches(client: FlaskClient) -> None:
    response = post(client, {"searches": []})
    assert (response.headers["Access-Control-Allow-Origin"], response.headers["Cache-Control"]) == ("*", "no-store")
    assert "POST" in client.options(URL).headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_only_post_is_allowed(client: FlaskClient, method: str) -> None:
    response = client.open(URL, method=method)
    assert response.status_code == 405
    assert method == "HEAD" or response.get_json()["detail"] == "Only POST is allowed."


def test_all_responses_are_from_one_index(
    made: FlaskClient, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index changes during the first call: all searches are answered again."""
    infos: Iterator[IndexInfo] = iter([INFO, replace(INFO, snapshot="new", content="new")])
    last = [INFO]

    def info(_: FakeEngine, __: str | None = None) -> IndexInfo:
        last[0] = next(infos, last[0])
        return last[0]

    monkeypatch.setattr(FakeEngine, "info", info)
    answer = post(made, {"searches": [{"q": "a"}, {"q": "b"}]}).get_json()
    assert (answer["index"]["snapshot"], [asked.q for asked in engine.asked]) == ("new", ["a", "b", "a", "b"])


def test_request_and_response_match_their_schemas(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    operation = document["paths"][URL]["post"]
    right = {"q": "robot", "typo": 1, "from": "2024", "fields": ["*"], "id": ["a"], "page": 2, "not_domain": ["a.b"]}
    body = {"searches": [right, {"q": 5}]}
    sent, got = (
        Draft202012Validator({**content["application/json"]["schema"], "components": document["components"]})
        for content in (operation["requestBody"]["content"], operation["responses"]["200"]["content"])
    )
    got.validate(post(client, body).get_json())
    assert [list(error.absolute_path) for error in sent.iter_errors(body)] == [["searches", 1, "q"]]
