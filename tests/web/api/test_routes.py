"""The JSON API's endpoints."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from search import SearchRequest, Settings, open_engine
from tests.fake_engine import FakeEngine
from tests.web.responses import SEARCH, facet, ids, search
from web import create_app


def test_search_response_has_the_documented_fields(client: FlaskClient) -> None:
    response = search(client, "q=robot&per_page=2")
    assert list(response) == [
        "query", "total", "listed", "page", "per_page", "pages", "took_ms", "index", "results", "facets",
        "links", "warnings", "correction", "prefix", "relaxed", "stories", "timeline",
        "citation",
    ]  # fmt: skip
    assert response["pages"] == -(-response["total"] // 2)
    assert response["index"]["articles"] == 77
    assert response["links"]["next"] == "/api/v1/search?q=robot&page=2&per_page=2"
    assert (response["links"]["prev"], response["links"]["feed"]) == (None, "/feed.atom?q=robot")
    result = response["results"][0]
    assert set(result) == {
        "id", "title", "excerpt", "url", "amp_url", "provider", "topics", "published_at", "image", "type", "category",
        "heat", "quality", "related", "score", "highlights", "missing", "also",
    }  # fmt: skip
    assert result["published_at"].endswith("Z")
    assert "".join(part["text"] for part in result["highlights"]["title"]) == result["title"]
    assert any(part["hit"] for part in result["highlights"]["title"])


def test_results_and_scores_are_those_of_the_engine(client: FlaskClient, sample_index: Path) -> None:
    with open_engine(sample_index) as engine:
        expected = engine.search(SearchRequest(q="robot OR car", topic=("AI in Autos",), per_page=100))
    response = search(client, "q=robot+OR+car&topic=AI+in+Autos&per_page=100")
    assert ids(response) == [hit.article.id for hit in expected.hits]
    assert [r["score"] for r in response["results"]] == pytest.approx([hit.score for hit in expected.hits], abs=1e-4)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("topic=AI+in+Autos", lambda r: "AI in Autos" in r["topics"]),
        ("topic=AI+in+Autos&topic=AI+Ethics", lambda r: {"AI in Autos", "AI Ethics"} & set(r["topics"])),
        ("topic=AI&topic=AI+in+Robotics&topic_op=all", lambda r: {"AI", "AI in Robotics"} <= set(r["topics"])),
        ("not_topic=AI", lambda r: "AI" not in r["topics"]),
        ("provider=Robot+Courier", lambda r: (r["provider"] or {}).get("name") == "Robot Courier"),
        ("not_provider=Robot+Courier", lambda r: (r["provider"] or {}).get("name") != "Robot Courier"),
        ("type=video", lambda r: r["type"] == "video"),
        ("from=2025-01-01", lambda r: r["published_at"] >= "2025-01-01"),
        ("to=2024-12-31", lambda r: r["published_at"] < "2025-01-01"),
        ("from=20250304&to=20250310", lambda r: "2025-03-04" <= r["published_at"][:10] <= "2025-03-10"),
        ("from=2025-03-01T00:00:00Z&to=2025-03-31T23:59:59Z", lambda r: r["published_at"][:7] == "2025-03"),
    ],
)
def test_filters_keep_matching_articles_only(client: FlaskClient, query: str, holds: Callable[[Any], bool]) -> None:
    everything = search(client, "per_page=100")["results"]
    response = search(client, f"{query}&per_page=100")
    dated = [r for r in everything if r["published_at"] or not query.startswith(("from", "to"))]
    assert ids(response) == [r["id"] for r in dated if holds(r)]
    assert response["total"] == len(ids(response)) > 0


def test_facet_ignores_its_own_filter(client: FlaskClient) -> None:
    plain = search(client, "q=robot&facet_size=100")
    chosen = search(client, "q=robot&provider=Robot+Courier&facet_size=100")
    assert facet(chosen, "provider") == facet(plain, "provider")
    assert facet(chosen, "topic") != facet(plain, "topic")


def test_selected_facet_values_come_first_even_with_count_0(client: FlaskClient) -> None:
    topics = search(client, "q=robot&topic=Nowhere&topic=AI&facet_size=3")["facets"][0]["values"]
    assert [(v["value"], v["selected"]) for v in topics[:2]] == [("AI", True), ("Nowhere", True)]
    assert topics[1]["count"] == 0
    assert len(topics) == 3


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("newest", lambda r: r["published_at"] is not None and datetime.fromisoformat(r["published_at"]).timestamp()),
        ("heat", lambda r: -(10**6) if r["heat"] is None else r["heat"]),
    ],
)
def test_sort_orders_results(client: FlaskClient, sort: str, key: Callable[[Any], float]) -> None:
    values = [key(r) for r in search(client, f"sort={sort}&per_page=100")["results"]]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("q", ["-robot", "NOT robot", ""])
def test_order_is_newest_if_the_query_has_no_scored_words(client: FlaskClient, q: str) -> None:
    body, newest = (search(client, f"q={q}&sort={sort}") for sort in ("relevance", "newest"))
    assert body["query"]["sort"] == "newest"
    assert body["results"] == newest["results"]
    assert {result["score"] for result in body["results"]} == {None}


def test_oldest_reverses_newest_with_undated_articles_last_in_both(client: FlaskClient) -> None:
    newest, oldest = (search(client, f"sort={sort}&per_page=100")["results"] for sort in ("newest", "oldest"))
    dates = [[r["published_at"] for r in results] for results in (newest, oldest)]
    assert dates[0][-1] is dates[1][-1] is None
    assert dates[0][:-1] == dates[1][-2::-1]


def test_pages_have_no_gap_or_overlap(client: FlaskClient) -> None:
    whole = ids(search(client, "q=robot&per_page=100"))
    pages = [ids(search(client, f"q=robot&per_page=5&page={page}")) for page in range(1, 5)]
    assert [id for page in pages for id in page] == whole


def test_page_after_the_last_is_empty(client: FlaskClient) -> None:
    response = search(client, "q=robot&page=50")
    assert (response["results"], response["total"] > 0) == ([], True)


def test_per_page_0_returns_counts_only(client: FlaskClient) -> None:
    response = search(client, "q=robot&per_page=0")
    assert (response["results"], response["pages"], response["total"] > 0) == ([], 0, True)


def test_fields_select_the_fields_of_results(client: FlaskClient) -> None:
    assert set(search(client, "q=robot&fields=id,title")["results"][0]) == {"id", "title"}


@pytest.mark.parametrize("q", ["C++", "R&D", ".NET", "the", "GPT-4", '"to be or not to be"', "caf\u00e9", "cafe"])
def test_symbols_and_common_words_are_found(client: FlaskClient, q: str) -> None:
    response = client.get(SEARCH, query_string={"q": q})
    assert response.status_code == 200
    assert response.json is not None
    assert response.json["total"] > 0


@pytest.mark.parametrize("q", ['"', "(", "AND", "NOT NOT a", "*a*", "~9", "[2020 TO 2021]", "<script>", "foo:bar", ":"])
def test_invalid_syntax_is_read_as_words(client: FlaskClient, q: str) -> None:
    assert client.get(SEARCH, query_string={"q": q}).status_code == 200


def test_warnings_report_unusual_syntax(client: FlaskClient) -> None:
    assert search(client, "q=%22open")["warnings"]
    assert search(client, "q=open")["warnings"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"match": "all", "typo": False, "collapse": "none", "explain": False}),
        (
            "match=most&typo=1&collapse=story&explain=1",
            {"match": "most", "typo": True, "collapse": "story", "explain": True},
        ),
    ],
)
def test_parameters_reach_the_engine(
    made: FlaskClient, engine: FakeEngine, query: str, expected: dict[str, Any]
) -> None:
    search(made, query)
    assert engine.asked[-1].model_dump(include=set(expected)) == expected


def test_suggestions_have_text_count_and_kind(made: FlaskClient) -> None:
    suggestions = (made.get("/api/v1/suggest?q=elec").json or {})["suggestions"]
    assert suggestions[0] == {"text": "electric ferry", "count": 45, "kind": "phrase"}


def test_article_by_id(client: FlaskClient) -> None:
    wanted = search(client, "q=robot&per_page=1")["results"][0]
    response = client.get(f"/api/v1/articles/{wanted['id']}")
    assert response.json is not None
    assert (response.json["title"], "score" in response.json) == (wanted["title"], False)


def test_article_has_its_story_and_the_ids_of_its_related_articles(made: FlaskClient) -> None:
    article = made.get("/api/v1/articles/_news/0").json or {}
    assert [other["id"] for other in article["also"]] == [f"_news/{number}" for number in range(1, 6)]
    assert [item["id"] for item in article["related"]] == ["_news/1", None]


def test_similar_articles_are_those_of_the_engine(client: FlaskClient, sample_index: Path) -> None:
    id = search(client, "q=robot&per_page=1")["results"][0]["id"]
    with open_engine(sample_index) as engine:
        similar = engine.similar(id, 3)
    assert similar is not None
    body = client.get(f"/api/v1/similar/{id}?limit=3").json or {}
    assert (body["id"], body["words"]) == (id, list(similar.words))
    assert [(result["id"], result["score"]) for result in body["results"]] == [
        (hit.article.id, hit.score) for hit in similar.hits
    ]


def test_similar_articles_are_10_unless_the_request_has_a_limit(client: FlaskClient) -> None:
    id = "_news/2025-11-03-window-washing-robot-retires-after-a-dignified-career"
    assert [
        len((client.get(f"/api/v1/similar/{id}{query}").json or {})["results"])
        for query in ("", "?limit=2", "?limit=50")
    ] == [10, 2, 33]


@pytest.mark.parametrize("query", ["limit=0", "limit=51", "limit=x", "limit=1&limit=2", "q=a", "limit="])
def test_invalid_limit_of_similar_articles_is_422(made: FlaskClient, query: str) -> None:
    assert made.get(f"/api/v1/similar/_news/0?{query}").status_code == 422


@pytest.mark.parametrize("path", ["articles", "similar"])
@pytest.mark.parametrize("id", ["nothing", "../../etc/passwd", "_news/", "%2e%2e/CURRENT", "a%00b"])
def test_unknown_article_is_404(client: FlaskClient, path: str, id: str) -> None:
    response = client.get(f"/api/v1/{path}/{id}")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["articles", "similar"])
def test_error_names_the_id_that_no_article_has(client: FlaskClient, path: str) -> None:
    response = client.get(f"/api/v1/{path}/_news/nothing")
    assert response.get_json()["detail"] == "No article has the id _news/nothing."


@pytest.mark.parametrize("q", ["robot", "robot+yesterday", "robto+elektric"])
def test_facet_endpoint_agrees_with_the_search(client: FlaskClient, q: str) -> None:
    whole = search(client, f"q={q}&facet_size=100")
    for field, expected in zip(("topic", "provider"), whole["facets"], strict=True):
        alone = client.get(f"/api/v1/facets/{field}?q={q}&facet_size=100").json
        assert alone is not None
        assert alone["facet"] == expected
        assert {name: alone[name] for name in ("relaxed", "correction", "prefix")} == {
            name: whole[name] for name in ("relaxed", "correction", "prefix")
        }


def test_pages_of_a_facet_continue_each_other(client: FlaskClient) -> None:
    whole = client.get("/api/v1/facets/topic?q=robot&facet_size=100&topic=Nowhere").get_json()
    values, url, answers = [], "/api/v1/facets/topic?q=robot&facet_size=3&topic=Nowhere", []
    while url:
        answers.append(client.get(url).get_json())
        values += answers[-1]["facet"]["values"]
        url = answers[-1]["links"]["next"]
    assert values == whole["facet"]["values"]
    assert {(answer["pages"], answer["listed"]) for answer in answers} == {(len(answers), len(values))}
    assert answers[-1]["page"] == len(answers) > 2
    assert answers[0]["links"] == {
        "self": "/api/v1/facets/topic?q=robot&topic=Nowhere&facet_size=3",
        "next": "/api/v1/facets/topic?q=robot&topic=Nowhere&page=2&facet_size=3",
        "prev": None,
    }
    assert answers[2]["links"]["prev"] == "/api/v1/facets/topic?q=robot&topic=Nowhere&page=2&facet_size=3"


@pytest.mark.parametrize(
    ("prefix", "values"),
    [("rob", {"AI in Robotics"}), ("ÉTHICS", {"AI Ethics"}), ("ai in r", {"AI in Robotics"}), ("obotics", set()),
     ("zz", set())],
)  # fmt: skip
def test_prefix_selects_values_with_a_word_that_begins_like_it(
    client: FlaskClient, prefix: str, values: set[str]
) -> None:
    answer = client.get("/api/v1/facets/topic", query_string={"prefix": prefix, "topic": "Energy"}).get_json()
    assert {each["value"] for each in answer["facet"]["values"]} == values
    assert (answer["facet"]["total_values"], answer["listed"]) == (len(values), len(values))
    assert answer["query"]["prefix"] == prefix


def test_links_of_a_facet_keep_the_prefix(client: FlaskClient) -> None:
    answer = client.get("/api/v1/facets/topic?prefix=+AI+%26&page=7&facet_size=1").get_json()
    assert answer["links"]["self"] == "/api/v1/facets/topic?page=7&facet_size=1&prefix=AI%20%26"
    assert client.get("/api/v1/facets/topic?prefix=AI&facet_size=1").get_json()["links"]["next"] == (
        "/api/v1/facets/topic?page=2&facet_size=1&prefix=AI"
    )


@pytest.mark.parametrize(
    "path",
    ["search?topic=ai&q=", "facets/provider?topic=ai&q=", "timeline?topic=ai&q=", "trends?by=query&value=topic:ai+"],
)
def test_every_answer_to_a_search_has_its_warnings(client: FlaskClient, path: str) -> None:
    warnings = client.get(f"/api/v1/{path}robot+%22").get_json()["warnings"]
    assert warnings[0].startswith("A quotation mark")
    assert warnings[1:] == (["No article has the topic “ai”. Did you mean “AI”?"] if "topic=" in path else [])


def test_any_page_of_a_facet_can_be_requested(client: FlaskClient) -> None:
    answer = client.get("/api/v1/facets/topic?page=9999").get_json()
    assert (answer["facet"]["values"], answer["links"]["prev"]) == ([], "/api/v1/facets/topic")


@pytest.mark.parametrize(
    ("query", "parameter"), [("prefix=" + "a" * 301, "prefix"), ("per_page=x", "per_page"), ("page=0", "page")]
)
def test_wrong_parameter_of_a_facet_is_422(client: FlaskClient, query: str, parameter: str) -> None:
    answer = client.get(f"/api/v1/facets/topic?{query}").get_json()
    assert [error["parameter"] for error in answer["errors"]] == [parameter]


def test_facet_of_an_unknown_field_is_422(client: FlaskClient) -> None:
    assert client.get("/api/v1/facets/heat?q=robot").status_code == 422


def test_suggestions_start_with_the_text(client: FlaskClient) -> None:
    response = client.get("/api/v1/suggest?q=rob")
    assert response.json is not None
    texts = [completion["text"] for completion in response.json["suggestions"]]
    assert texts
    assert all(any(word.startswith("rob") for word in text.casefold().split()) for text in texts)


def test_statistics(client: FlaskClient) -> None:
    figures = client.get("/api/v1/stats").json
    assert figures is not None
    assert (figures["index"]["articles"], figures["topics"], figures["providers"]) == (77, 15, 12)


@pytest.mark.parametrize(
    ("query", "previous", "following"),
    [
        pytest.param("q=ferries+yesterday+harb*", None, "?q=ferries%20yesterday%20harb%2A&page=2", id="first"),
        pytest.param("q=ferries+yesterday+harb*&page=2", "?q=ferries%20yesterday%20harb%2A", None, id="last"),
        pytest.param(
            "q=ferries+yesterday+harb*&page=9", "?q=ferries%20yesterday%20harb%2A&page=2", None, id="after the last"
        ),
        pytest.param("q=zeppelin&page=2", None, None, id="no results"),
        pytest.param("q=ferries+yesterday+harb*&per_page=0", None, None, id="counts only"),
    ],
)
def test_next_and_previous_page(made: FlaskClient, query: str, previous: str | None, following: str | None) -> None:
    response = search(made, query)["links"]
    expected = [link and f"{SEARCH}{link}" for link in (previous, following)]
    assert [response["prev"], response["next"]] == expected


def test_links_start_with_the_public_url(engine: FakeEngine) -> None:
    client = create_app(Settings(public_url="https://articles.example/news"), engine=engine).test_client()
    response = search(client, "q=fery&collapse=story")["links"]
    assert response["self"] == "https://articles.example/news/api/v1/search?q=fery&collapse=story"
    assert response["html"] == "https://articles.example/news/?q=fery&match=all&typo=0"
    assert '"servers":[{"url":"https://articles.example/news"}]' in client.get("/api/v1/openapi.json").text


def test_duration_is_in_milliseconds(made: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([10.0, 11.5])
    monkeypatch.setattr("web.api.routes.perf_counter", lambda: next(times))
    assert search(made, "")["took_ms"] == 1500.0
