"""Mistakes in parameters."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from search import FACETS, HIT_FIELDS, Completion
from tests.fake_engine import FakeEngine
from tests.web.responses import SEARCH
from web.parameters import parse


def test_unknown_fields_are_one_mistake_that_lists_the_known_ones(client: FlaskClient) -> None:
    response = client.get(f"{SEARCH}?fields=id,explanation,secured")
    assert response.json is not None
    (error,) = response.json["errors"]
    known = ", ".join(HIT_FIELDS)
    detail = f"must be some of {known}, not “explanation”, “secured”"
    assert error == {"parameter": "fields", "detail": detail, "code": "not_one_of", "allowed": list(HIT_FIELDS)}


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("x=1", ["x"]),
        ("Q=a", ["Q"]),
        ("page=0", ["page"]),
        ("page=-1", ["page"]),
        ("page=1e9", ["page"]),
        ("page=1.0", ["page"]),
        ("page=1_0", ["page"]),
        ("page=10001&per_page=0", ["page"]),
        ("q=%0e", ["q"]),
        ("from_=2024-01-01", ["from_"]),
        ("fields=", ["fields"]),
        ("page=", ["page"]),
        ("per_page=101", ["per_page"]),
        ("page=501&per_page=20", ["page"]),
        ("facet_size=1001", ["facet_size"]),
        ("sort=best", ["sort"]),
        ("topic_op=none", ["topic_op"]),
        ("at=E%1D", ["at"]),
        ("at=E+", ["at"]),
        ("fields=id,secured", ["fields"]),
        ("from=2024-02-30", ["from"]),
        ("from=yesterday", ["from"]),
        ("q=a&q=b", ["q"]),
        ("q=%ff", ["q"]),
        ("q=%00", ["q"]),
        ("q=" + "a" * 501, ["q"]),
        ("topic=", ["topic"]),
        ("page=0&per_page=x&colour=red", ["colour", "page", "per_page"]),
    ],
)
def test_all_mistakes_are_reported_at_once(client: FlaskClient, query: str, parameters: list[str]) -> None:
    response = client.get(f"{SEARCH}?{query}")
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    assert response.json is not None
    assert sorted({error["parameter"] for error in response.json["errors"]}) == parameters
    assert {"type", "title", "status", "detail", "errors"} == set(response.json)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("q=" + "a" * 501, "must have at most 500 characters"),
        ("match=some", "must be most or all"),
        ("page=0", "must be at least 1"),
        ("limit=5", "is not a known parameter; did you mean per_page?"),
    ],
)
def test_detail_of_a_mistake_continues_the_parameter_name(client: FlaskClient, query: str, detail: str) -> None:
    """The page puts it after "Search text" and the like."""
    response = client.get(f"{SEARCH}?{query}")
    assert response.json is not None
    assert response.json["errors"][0]["detail"] == detail


def test_from_after_to_is_a_mistake(client: FlaskClient) -> None:
    response = client.get(f"{SEARCH}?from=2025-01-02&to=2025-01-01")
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["errors"] == [
        {"parameter": "to", "detail": "must be on or after the start of the period, 2025-01-02", "code": "contradicts"}
    ]


@pytest.mark.parametrize(
    ("limit", "status"),
    [
        ("1", 200),
        ("50", 200),
        ("0", 422),
        ("51", 422),
        ("-1", 422),
        ("1.0", 422),
        ("001", 422),
        ("1" * 5000, 422),
        ("\u0661", 422),
    ],
)
def test_suggest_limit_is_1_to_50(client: FlaskClient, limit: str, status: int) -> None:
    assert client.get("/api/v1/suggest", query_string={"q": "a", "limit": limit}).status_code == status


def test_mistakes_of_parsing_and_validation_are_reported_together(client: FlaskClient) -> None:
    response = client.get("/api/v1/facets/heat?q=a&q=b&page=0&q%ff=1&topic=%ff")
    assert response.json is not None
    assert [(error["parameter"], error["code"], error["detail"]) for error in response.json["errors"]] == [
        ("field", "not_one_of", f"must be one of {', '.join(FACETS)}"),
        ("q", "repeated", "must not be repeated"),
        ("q\\xff", "unknown_parameter", "is not a known parameter"),
        ("topic", "unreadable", "is not UTF-8 text"),
        ("page", "too_small", "must be at least 1"),
    ]


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("stats?q=a", None),
        ("articles/nothing?fields=id", None),
        ("suggest?page=1", None),
        ("suggest?per_page=1", "limit"),
        ("facets/topic?per_page=5", "facet_size"),
        ("facets/topic?fields=title", None),
        ("facets/topic?explain=1", None),
        ("facets/topic?facets=provider", None),
        ("facets/topic?collapse=story", None),
        ("facets/topic?timeline=auto", None),
        ("timeline?timeline=day", "interval"),
        ("timeline?per_page=5", None),
        ("timeline?collapse=story", None),
        ("export?per_page=5", "limit"),
    ],
)
def test_endpoints_refuse_parameters_of_other_endpoints(client: FlaskClient, path: str, nearest: str | None) -> None:
    response = client.get(f"/api/v1/{path}")
    (error,) = response.get_json()["errors"]
    assert (response.status_code, error["code"], error.get("nearest")) == (422, "unknown_parameter", nearest)
    assert error["detail"].startswith("is not a parameter here")


def test_suggest_reports_all_mistakes(client: FlaskClient) -> None:
    response = client.get("/api/v1/suggest?limit=0&q=%00&x=1")
    assert response.json is not None
    assert [error["parameter"] for error in response.json["errors"]] == ["x", "limit", "q"]


def test_suggest_limit_is_10_by_default(made: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[int] = []

    def complete(_: FakeEngine, __: str, limit: int) -> list[Completion]:
        limits.append(limit)
        return []

    monkeypatch.setattr(FakeEngine, "complete", complete)
    made.get("/api/v1/suggest?q=a")
    made.get("/api/v1/suggest?q=a&limit=7")
    assert limits == [10, 7]


def test_first_of_repeated_values_is_kept() -> None:
    assert parse(b"q=a&q=b&topic=c&topic=d+e&sort=").values == {"q": "a", "topic": ["c", "d e"], "sort": ""}


@pytest.mark.parametrize(
    ("query", "members"),
    [
        ("page=600&per_page=20", {"code": "too_large", "limit": 500}),
        ("page=20000&per_page=20", {"code": "too_large", "limit": 500}),
        ("page=20000", {"code": "too_large", "limit": 500}),
        ("page=10001&per_page=1", {"code": "too_large", "limit": 10_000}),
        ("page=10001&per_page=0", {"code": "too_large", "limit": 10_000}),
        ("per_page=101", {"code": "too_large", "limit": 100}),
        ("size=5", {"code": "unknown_parameter", "nearest": "per_page"}),
        ("colour=red", {"code": "unknown_parameter"}),
        (
            "sort=date",
            {"code": "not_one_of", "allowed": ["relevance", "newest", "oldest", "heat"], "nearest": "newest"},
        ),
        ("topic=" + "a" * 301, {"code": "too_long", "limit": 300}),
        ("&".join(f"topic={i}" for i in range(101)), {"code": "too_many", "limit": 100}),
    ],
)
def test_mistake_has_a_code_and_what_would_be_right(client: FlaskClient, query: str, members: dict[str, Any]) -> None:
    response = client.get(f"{SEARCH}?{query}")
    assert response.json is not None
    (error,) = response.json["errors"]
    assert {name: value for name, value in error.items() if name not in {"parameter", "detail"}} == members


def test_unencoded_offset_of_a_time_is_explained(client: FlaskClient) -> None:
    response = client.get(f"{SEARCH}?from=2026-01-31T09:30:00+02:00")
    assert response.json is not None
    (error,) = response.json["errors"]
    assert error["code"] == "not_a_date"
    assert "+ in a URL must be written %2B, as in 2026-01-31T09:30:00%2B02:00" in error["detail"]


def test_fault_67_at_most_20_mistakes_are_listed(client: FlaskClient) -> None:
    response = client.get(f"{SEARCH}?{'&'.join(f'x{i}=1' for i in range(5000))}")
    assert response.json is not None
    assert len(response.json["errors"]) == 20
    assert "first 20" in response.json["detail"]


def test_mistake_of_several_values_is_listed_once(client: FlaskClient) -> None:
    response = client.get(f"{SEARCH}?{'topic=&' * 100}")
    assert response.json is not None
    assert [error["code"] for error in response.json["errors"]] == ["empty"]
    assert response.json["detail"] == "Some parameters are invalid."


@pytest.mark.parametrize(
    ("path", "limit", "code"),
    [("suggest", "x", "not_a_number"), ("suggest", "0", "too_small"), ("suggest", "-5", "too_small"),
     ("suggest", "51", "too_large"), ("trends/rising", "1" * 5000, "too_large")],
)  # fmt: skip
def test_wrong_limit_has_a_code(client: FlaskClient, path: str, limit: str, code: str) -> None:
    response = client.get(f"/api/v1/{path}?limit={limit}")
    assert response.json is not None
    assert [error["code"] for error in response.json["errors"]] == [code]


@pytest.mark.parametrize(
    ("path", "name", "nearest"),
    [("suggest", "size", "limit"), ("suggest", "text", "q"), ("timeline", "timeline", "interval"),
     ("trends", "since", "from"), ("facets/topic", "limit", "facet_size")],
)  # fmt: skip
def test_nearest_name_is_one_that_the_endpoint_knows(client: FlaskClient, path: str, name: str, nearest: str) -> None:
    response = client.get(f"/api/v1/{path}?{name}=1")
    assert response.json is not None
    assert response.json["errors"][0]["nearest"] == nearest


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("*", set()),
        ("*,id", set()),
        ("-excerpt", {"excerpt"}),
        ("-excerpt, -highlights", {"excerpt", "highlights"}),
        ("*,-excerpt", {"excerpt"}),
        ("-excerpt,-excerpt", {"excerpt"}),
        ("not_excerpt", {"excerpt"}),
        ("*,not_excerpt,-published_at", {"excerpt", "published_at"}),
    ],
)
def test_fields_are_all_or_all_but_some(client: FlaskClient, text: str, left_out: set[str]) -> None:
    answer = client.get(SEARCH, query_string={"fields": text, "per_page": 1}).get_json()
    expected = [name for name in HIT_FIELDS if name not in left_out]
    assert (answer["query"]["fields"], list(answer["results"][0])) == (expected, expected)


@pytest.mark.parametrize(
    ("text", "left_out"),
    [("-topic", {"topic"}), ("not_topic", {"topic"}), (",".join(f"-{f}" for f in FACETS), {*FACETS})],
)
def test_facets_are_all_but_some(client: FlaskClient, text: str, left_out: set[str]) -> None:
    answer = client.get(f"{SEARCH}?facets={text}").get_json()
    assert [facet["field"] for facet in answer["facets"]] == [name for name in FACETS if name not in left_out]


@pytest.mark.parametrize("text", ["", " "])
def test_no_facets_are_counted_if_the_list_is_empty(client: FlaskClient, text: str) -> None:
    answer = client.get(SEARCH, query_string={"facets": text}).get_json()
    assert (answer["query"]["facets"], answer["facets"], answer["links"]["self"]) == ([], [], f"{SEARCH}?facets=")


@pytest.mark.parametrize(
    ("fields", "code", "detail"),
    [
        ("", "empty", "must not be empty"),
        ("id,-excerpt", "contradicts", "must name what to list or what to leave out, not both -excerpt and id"),
        ("id,not_excerpt", "contradicts", "must name what to list or what to leave out, not both not_excerpt and id"),
        (",".join(f"-{name}" for name in HIT_FIELDS), "empty", "must not leave out every name"),
        ("-body", "not_one_of", f"must be some of {', '.join(HIT_FIELDS)}, not “body”; did you mean excerpt?"),
    ],
)
def test_wrong_list_of_fields_to_leave_out_is_explained(
    client: FlaskClient, fields: str, code: str, detail: str
) -> None:
    (error,) = client.get(SEARCH, query_string={"fields": fields}).get_json()["errors"]
    assert (error["parameter"], error["code"], error["detail"]) == ("fields", code, detail)
