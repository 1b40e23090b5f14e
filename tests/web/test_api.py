"""The JSON search, by its contract."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from flask.testing import FlaskClient

from search import HIT_FIELDS, Article, SearchRequest, Settings, build_index, open_engine
from tests.files import write
from tests.made import MadeEngine
from web import create_app, links

SEARCH = "/api/v1/search"


def found(client: FlaskClient, query: str) -> Any:
    response = client.get(f"{SEARCH}?{query}")
    assert response.status_code == 200, response.text
    return response.json


def ids(answer: Any) -> list[str]:
    return [result["id"] for result in answer["results"]]


def facet(answer: Any, field: str) -> dict[str, int]:
    return {v["value"]: v["count"] for f in answer["facets"] if f["field"] == field for v in f["values"]}


def test_an_answer_has_what_the_contract_says(client: FlaskClient) -> None:
    answer = found(client, "q=robot&per_page=2")
    assert list(answer) == [
        "query", "total", "listed", "counted", "page", "per_page", "pages", "took_ms", "index", "results", "facets",
        "links", "warnings", "correction", "relaxed", "stories",
    ]  # fmt: skip
    assert answer["pages"] == -(-answer["total"] // 2)
    assert answer["index"]["articles"] == 77
    assert answer["links"]["next"] == "/api/v1/search?q=robot&page=2&per_page=2"
    assert (answer["links"]["prev"], answer["links"]["feed"]) == (None, None)
    result = answer["results"][0]
    assert set(result) == {
        "id", "title", "excerpt", "url", "amp_url", "provider", "topics", "published_at", "image", "type", "category",
        "heat", "quality", "related", "score", "highlights", "missing", "also",
    }  # fmt: skip
    assert result["published_at"].endswith("Z")
    assert "".join(part["text"] for part in result["highlights"]["title"]) == result["title"]
    assert any(part["hit"] for part in result["highlights"]["title"])


def test_the_api_answers_as_the_engine_does(client: FlaskClient, sample_index: Path) -> None:
    with open_engine(sample_index) as engine:
        expected = engine.search(SearchRequest(q="robot OR car", topic=("AI in Autos",), per_page=100))
    answer = found(client, "q=robot+OR+car&topic=AI+in+Autos&per_page=100")
    assert ids(answer) == [hit.article.id for hit in expected.hits]
    assert [r["score"] for r in answer["results"]] == pytest.approx([hit.score for hit in expected.hits], abs=1e-4)


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
def test_filters_let_through_what_they_say(client: FlaskClient, query: str, holds: Callable[[Any], bool]) -> None:
    everything = found(client, "per_page=100")["results"]
    answer = found(client, f"{query}&per_page=100")
    dated = [r for r in everything if r["published_at"] or not query.startswith(("from", "to"))]
    assert ids(answer) == [r["id"] for r in dated if holds(r)]
    assert answer["total"] == len(ids(answer)) > 0


def test_a_facet_ignores_its_own_filter(client: FlaskClient) -> None:
    plain = found(client, "q=robot&facet_size=100")
    chosen = found(client, "q=robot&provider=Robot+Courier&facet_size=100")
    assert facet(chosen, "provider") == facet(plain, "provider")
    assert facet(chosen, "topic") != facet(plain, "topic")


def test_selected_values_are_listed_first_even_at_zero(client: FlaskClient) -> None:
    topics = found(client, "q=robot&topic=Nowhere&topic=AI&facet_size=3")["facets"][0]["values"]
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
def test_sorts(client: FlaskClient, sort: str, key: Callable[[Any], float]) -> None:
    values = [key(r) for r in found(client, f"sort={sort}&per_page=100")["results"]]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("q", ["-robot", "NOT robot", ""])
def test_where_there_is_nothing_to_be_relevant_to_the_order_is_newest_first_and_said_to_be(
    client: FlaskClient, q: str
) -> None:
    body, newest = (found(client, f"q={q}&sort={sort}") for sort in ("relevance", "newest"))
    assert body["query"]["sort"] == "newest"
    assert body["results"] == newest["results"]
    assert {result["score"] for result in body["results"]} == {None}


def test_oldest_is_newest_the_other_way_with_undated_ones_last_in_both(client: FlaskClient) -> None:
    newest, oldest = (found(client, f"sort={sort}&per_page=100")["results"] for sort in ("newest", "oldest"))
    dates = [[r["published_at"] for r in results] for results in (newest, oldest)]
    assert dates[0][-1] is dates[1][-1] is None
    assert dates[0][:-1] == dates[1][-2::-1]


def test_pages_follow_each_other_without_gap_or_overlap(client: FlaskClient) -> None:
    whole = ids(found(client, "q=robot&per_page=100"))
    pages = [ids(found(client, f"q=robot&per_page=5&page={page}")) for page in range(1, 5)]
    assert [id for page in pages for id in page] == whole


def test_past_the_end_is_an_empty_page(client: FlaskClient) -> None:
    answer = found(client, "q=robot&page=50")
    assert (answer["results"], answer["total"] > 0) == ([], True)


def test_per_page_0_counts_only(client: FlaskClient) -> None:
    answer = found(client, "q=robot&per_page=0")
    assert (answer["results"], answer["pages"], answer["total"] > 0) == ([], 0, True)


def test_fields_choose_what_a_result_has(client: FlaskClient) -> None:
    assert set(found(client, "q=robot&fields=id,title")["results"][0]) == {"id", "title"}


@pytest.mark.parametrize("q", ["C++", "R&D", ".NET", "the", "GPT-4", '"to be or not to be"', "caf\u00e9", "cafe"])
def test_what_other_engines_lose_is_found(client: FlaskClient, q: str) -> None:
    response = client.get(SEARCH, query_string={"q": q})
    assert response.status_code == 200
    assert response.json is not None
    assert response.json["total"] > 0


@pytest.mark.parametrize("q", ['"', "(", "AND", "NOT NOT a", "*a*", "~9", "[2020 TO 2021]", "<script>", "foo:bar", ":"])
def test_odd_syntax_is_words_not_an_error(client: FlaskClient, q: str) -> None:
    assert client.get(SEARCH, query_string={"q": q}).status_code == 200


def test_how_a_query_was_read_is_said(client: FlaskClient) -> None:
    assert found(client, "q=%22open")["warnings"]
    assert found(client, "q=open")["warnings"] == []


def test_who_asks_for_unknown_fields_is_told_once_which_there_are(client: FlaskClient) -> None:
    response = client.get(f"{SEARCH}?fields=id,explanation,secured")
    assert response.json is not None
    (error,) = response.json["errors"]
    known = ", ".join(HIT_FIELDS)
    told = f"must be some of {known}, not “explanation”, “secured”"
    assert error == {"parameter": "fields", "detail": told}


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
        ("q=%0b", ["q"]),
        ("from_=2024-01-01", ["from_"]),
        ("fields=", ["fields"]),
        ("page=", ["page"]),
        ("per_page=101", ["per_page"]),
        ("page=501&per_page=20", ["per_page"]),
        ("facet_size=1001", ["facet_size"]),
        ("sort=best", ["sort"]),
        ("topic_op=none", ["topic_op"]),
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
def test_every_mistake_is_named_at_once(client: FlaskClient, query: str, parameters: list[str]) -> None:
    response = client.get(f"{SEARCH}?{query}")
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    assert response.json is not None
    assert sorted({error["parameter"] for error in response.json["errors"]}) == parameters
    assert {"type", "title", "status", "detail", "errors"} == set(response.json)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("q=" + "a" * 501, "must have at most 500 characters"),
        ("match=some", "must be 'most' or 'all'"),
        ("page=0", "must be greater than or equal to 1"),
    ],
)
def test_a_mistake_goes_on_from_the_parameters_name(client: FlaskClient, query: str, detail: str) -> None:
    """The page puts it after "Search text" and the like."""
    response = client.get(f"{SEARCH}?{query}")
    assert response.json is not None
    assert response.json["errors"][0]["detail"] == detail


def test_from_after_to_is_a_mistake(client: FlaskClient) -> None:
    response = client.get(f"{SEARCH}?from=2025-01-02&to=2025-01-01")
    assert response.status_code == 422
    assert "is earlier than from" in response.text


# Answers that are more than a list of hits


def test_what_is_counted_is_said(made: FlaskClient) -> None:
    answer = found(made, "q=ferries+yesterday+harb*&collapse=story")
    assert (answer["total"], answer["relaxed"], answer["stories"]) == (3, {"total": 42, "missing_at_most": 2}, 40)
    assert (answer["listed"], answer["pages"], answer["counted"]) == (40, 2, "total_and_relaxed")


def test_without_relaxed_articles_the_facets_count_the_total(made: FlaskClient) -> None:
    answer = found(made, "q=fery")
    assert (answer["total"], answer["listed"], answer["relaxed"], answer["stories"]) == (1, 1, None, None)
    assert answer["counted"] == "total"


def test_every_result_says_what_it_lacks(made: FlaskClient) -> None:
    results = found(made, "q=ferries+yesterday+harb*")["results"]
    assert [result["missing"] for result in results] == [[], ["yesterday", "harb*"]]


def test_the_other_articles_of_a_story_are_told(made: FlaskClient) -> None:
    also = found(made, "q=fery")["results"][0]["also"]
    assert [other["id"] for other in also] == [f"_news/{number}" for number in range(1, 6)]
    assert also[0] == {
        "id": "_news/1",
        "title": "Electric ferry takes its first passengers across the harbour",
        "url": "https://1.example/ferry",
        "provider": {"name": "The Quay", "domain": "1.example"},
        "published_at": "2026-05-02T08:00:00Z",
    }


def test_related_items_that_are_in_the_archive_have_their_id(made: FlaskClient) -> None:
    assert [item["id"] for item in found(made, "q=fery")["results"][0]["related"]] == ["_news/1", None]


def test_an_explanation_is_told_as_the_engine_gave_it(made: FlaskClient) -> None:
    explanation = found(made, "q=fery&explain=1")["results"][0]["explanation"]
    assert explanation["text_score"] == 10.0
    assert explanation["words"][1] == {
        "word": "artificial intelligence",
        "how": "synonym",
        "found": "AI",
        "occurrences": [{"field": "topics", "score": 3.0}],
    }
    assert explanation["factors"][0] == {"name": "proximity", "value": 1.12, "reason": "the words stand close together"}


@pytest.mark.parametrize(
    ("q", "correction"),
    [
        pytest.param(
            "electrik ferry",
            {
                "q": "electric ferry",
                "applied": True,
                "words": [{"typed": "electrik", "meant": "electric"}],
                "links": {
                    "corrected": f"{SEARCH}?q=electric%20ferry&topic=AI",
                    "as_typed": f"{SEARCH}?q=electrik%20ferry&topic=AI&typo=0",
                },
            },
            id="applied",
        ),
        pytest.param(
            "fery",
            {
                "q": "ferry",
                "applied": False,
                "words": [{"typed": "fery", "meant": "ferry"}],
                "links": {"corrected": f"{SEARCH}?q=ferry&topic=AI", "as_typed": f"{SEARCH}?q=fery&topic=AI&typo=0"},
            },
            id="offered",
        ),
        pytest.param("zeppelin", None, id="none"),
    ],
)
def test_a_correction_says_what_it_is_and_where(made: FlaskClient, q: str, correction: Any) -> None:
    assert found(made, f"q={q}&topic=AI&page=3")["correction"] == correction


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", {"match": "most", "typo": True, "collapse": "none", "explain": False}),
        (
            "match=all&typo=0&collapse=story&explain=1",
            {"match": "all", "typo": False, "collapse": "story", "explain": True},
        ),
    ],
)
def test_the_engine_is_asked_as_the_address_says(
    made: FlaskClient, engine: MadeEngine, query: str, asked: dict[str, Any]
) -> None:
    found(made, query)
    assert engine.asked[-1].model_dump(include=set(asked)) == asked


def test_the_query_of_an_answer_can_be_sent_again(made: FlaskClient, engine: MadeEngine) -> None:
    query = "q=robot&topic=AI&from=2024-01-01&match=all&typo=0&collapse=story&sort=heat"
    again = {name: value for name, value in found(made, query)["query"].items() if value is not None}
    assert made.get(SEARCH, query_string=again).status_code == 200
    assert links.canonical(engine.asked[1]) == links.canonical(engine.asked[0])


def test_suggestions_say_what_they_are(made: FlaskClient) -> None:
    suggestions = (made.get("/api/v1/suggest?q=elec").json or {})["suggestions"]
    assert suggestions[0] == {"text": "electric ferry", "count": 45, "kind": "phrase"}


def test_an_article_by_its_id(client: FlaskClient) -> None:
    wanted = found(client, "q=robot&per_page=1")["results"][0]
    response = client.get(f"/api/v1/articles/{wanted['id']}")
    assert response.json is not None
    assert (response.json["title"], "score" in response.json) == (wanted["title"], False)


@pytest.mark.parametrize("id", ["nothing", "../../etc/passwd", "_news/", "%2e%2e/CURRENT", "a%00b"])
def test_an_article_that_is_not_there(client: FlaskClient, id: str) -> None:
    response = client.get(f"/api/v1/articles/{id}")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("q", ["robot", "robot+yesterday", "robto+elektric"])
def test_a_facet_alone_is_that_of_the_search_and_says_what_it_counts(client: FlaskClient, q: str) -> None:
    whole = found(client, f"q={q}&facet_size=100")
    for field, expected in zip(("topic", "provider"), whole["facets"], strict=True):
        alone = client.get(f"/api/v1/facets/{field}?q={q}&facet_size=100").json
        assert alone is not None
        assert alone["facet"] == expected
        assert {name: alone[name] for name in ("counted", "relaxed", "correction")} == {
            name: whole[name] for name in ("counted", "relaxed", "correction")
        }


def test_a_facet_of_what_is_not_counted_is_refused(client: FlaskClient) -> None:
    assert client.get("/api/v1/facets/heat?q=robot").status_code == 422


def test_suggestions_begin_as_the_text_does(client: FlaskClient) -> None:
    response = client.get("/api/v1/suggest?q=rob")
    assert response.json is not None
    texts = [completion["text"] for completion in response.json["suggestions"]]
    assert texts
    assert all(any(word.startswith("rob") for word in text.casefold().split()) for text in texts)


@pytest.mark.parametrize(
    ("limit", "status"), [("1", 200), ("50", 200), ("0", 422), ("51", 422), ("-1", 422), ("1.0", 422), ("\u0661", 422)]
)
def test_how_many_suggestions_can_be_asked_for(client: FlaskClient, limit: str, status: int) -> None:
    assert client.get("/api/v1/suggest", query_string={"q": "a", "limit": limit}).status_code == status


def test_the_index_in_figures(client: FlaskClient) -> None:
    figures = client.get("/api/v1/stats").json
    assert figures is not None
    assert (figures["index"]["articles"], figures["topics"], figures["providers"]) == (77, 15, 12)


# Caches


def test_an_answer_that_still_holds_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get(f"{SEARCH}?q=robot&topic=AI")
    again = client.get(f"{SEARCH}?topic=AI&q=robot&page=1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Last-Modified" in first.headers


def test_different_searches_have_different_tags(client: FlaskClient) -> None:
    queries = ("q=robot", "q=robots", "q=robot&page=2", "q=robot&fields=id", "q=robot&sort=newest", "")
    assert len({client.get(f"{SEARCH}?{query}").headers["ETag"] for query in queries}) == len(queries)


def test_head_has_the_headers_and_no_body(client: FlaskClient) -> None:
    get, head = client.get(f"{SEARCH}?q=robot"), client.head(f"{SEARCH}?q=robot")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]


def test_a_ready_answer_is_given_again(sample_index: Path) -> None:
    client = create_app(Settings(index_dir=sample_index)).test_client()
    assert found(client, "q=robot") == found(client, "q=robot")  # took_ms included, so it was not worked out again


@pytest.mark.parametrize("path", [f"{SEARCH}?q=robot", "/api/v1/facets/topic", "/api/v1/stats", "/?q=robot"])
def test_a_ready_answer_of_an_earlier_index_is_not_given_again(path: str, tmp_path: Path) -> None:
    archive, index_dir = tmp_path / "archive", tmp_path / "index"
    write(Article(id="a", title="robot", topics=("One",)), archive)
    build_index(archive, index_dir)
    client = create_app(Settings(index_dir=index_dir)).test_client()
    before = client.get(path)
    write(Article(id="b", title="another robot", topics=("Two",)), archive)
    wanted = build_index(archive, index_dir).snapshot
    deadline = monotonic() + 30
    while found(client, "")["index"]["snapshot"] != wanted and monotonic() < deadline:
        sleep(0.01)
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data


@pytest.mark.parametrize("path", [f"{SEARCH}?q=robot", "/api/v1/facets/topic?q=robot", "/?q=robot"])
def test_a_ready_answer_from_before_a_change_of_the_synonyms_is_not_given_again(path: str, tmp_path: Path) -> None:
    archive, index_dir, synonyms = tmp_path / "archive", tmp_path / "index", tmp_path / "synonyms.yaml"
    write(Article(id="a", title="robot", topics=("One",)), archive)
    write(Article(id="b", title="automaton", topics=("Two",)), archive)
    build_index(archive, index_dir)
    synonyms.write_text("")
    client = create_app(Settings(index_dir=index_dir, synonyms=synonyms)).test_client()
    before = client.get(path)
    synonyms.write_text("same: [[robot, automaton]]")
    deadline = monotonic() + 30
    while found(client, "q=robot&fields=id")["total"] != 2 and monotonic() < deadline:
        sleep(0.01)
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data


@pytest.mark.parametrize("path", [SEARCH, "/api/v1/stats", "/", "/healthz"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_only_reading_is_answered(client: FlaskClient, path: str, method: str) -> None:
    assert client.open(path, method=method).status_code == 405


# Without an index


@pytest.mark.parametrize(
    "path", [SEARCH, "/api/v1/stats", "/api/v1/facets/topic", "/api/v1/suggest?q=a", "/readyz", "/"]
)
def test_without_an_index_the_answer_is_to_try_again(bare: FlaskClient, path: str) -> None:
    response = bare.get(path)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert str(Path.cwd()) not in response.text


def test_an_index_that_cannot_be_used_is_told_from_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(Article(id="a", title="robot"), tmp_path / "archive")
    snapshot = build_index(tmp_path / "archive", tmp_path / "index").snapshot
    (tmp_path / "index" / "snapshots" / snapshot / "manifest.json").unlink()
    client = create_app(Settings(index_dir=tmp_path / "index")).test_client()
    response = client.get(SEARCH)
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert "Retry-After" in response.headers
    assert "no readable manifest" in caplog.text
    assert "manifest" not in response.text
    assert "Nothing has been indexed" not in response.text


def test_the_process_is_alive_without_an_index(bare: FlaskClient) -> None:
    assert bare.get("/healthz").status_code == 200


def test_ready_with_an_index(client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 200
