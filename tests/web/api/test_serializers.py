"""The JSON of results with corrections, partial matches, stories and explanations."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from search import Article, Image, Provider, SearchRequest, Settings
from tests.fake_engine import RESULTS_BY_QUERY, FakeEngine
from tests.files import indexed
from tests.web.responses import SEARCH, search
from web import create_app
from web.api import serializers
from web.links import api_urls, other_links


def test_counts_include_partial_matches_and_stories(made: FlaskClient) -> None:
    response = search(made, "q=ferries+yesterday+harb*&collapse=story")
    assert (response["total"], response["relaxed"], response["stories"]) == (3, {"total": 42, "missing_at_most": 2}, 40)
    assert (response["listed"], response["pages"]) == (40, 2)


def test_pages_of_facet_values_end_with_the_last_that_can_be_requested(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = FakeEngine.facet
    monkeypatch.setattr(FakeEngine, "facet", lambda *given, **named: replace(found(*given, **named), listed=10_005))
    response = made.get("/api/v1/facets/topic?facet_size=1&page=10000").get_json()
    assert (response["pages"], response["links"]["next"]) == (10_000, None)


def test_facets_count_the_total_without_partial_matches(made: FlaskClient) -> None:
    response = search(made, "q=fery")
    assert (response["total"], response["listed"], response["relaxed"], response["stories"]) == (1, 1, None, None)


def test_results_list_their_missing_words(made: FlaskClient) -> None:
    results = search(made, "q=ferries+yesterday+harb*")["results"]
    assert [result["missing"] for result in results] == [[], ["yesterday", "harb*"]]


def test_also_lists_the_other_articles_of_the_story(made: FlaskClient) -> None:
    also = search(made, "q=fery")["results"][0]["also"]
    assert [other["id"] for other in also] == [f"_news/{number}" for number in range(1, 6)]
    assert also[0] == {
        "id": "_news/1",
        "title": "Electric ferry takes its first passengers across the harbour",
        "url": "https://1.example/ferry",
        "provider": {"name": "The Quay", "domain": "1.example"},
        "published_at": "2026-05-02T08:00:00Z",
    }


def test_related_articles_in_the_archive_have_their_id(made: FlaskClient) -> None:
    assert [item["id"] for item in search(made, "q=fery")["results"][0]["related"]] == ["_news/1", None]


def test_explanation_is_that_of_the_engine(made: FlaskClient) -> None:
    explanation = search(made, "q=fery&explain=1")["results"][0]["explanation"]
    assert explanation["text_score"] == 10.0
    assert explanation["words"][1] == {
        "word": "artificial intelligence",
        "how": "synonym",
        "found": "AI",
        "occurrences": [{"field": "topics", "score": 3.0, "how": "synonym", "found": "AI"}],
    }
    assert explanation["factors"][0] == {
        "name": "proximity",
        "value": 1.12,
        "reason": "the words stand close together",
        "moved": True,
    }


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
                    "corrected": f"{SEARCH}?q=electric%20ferry&topic=AI&typo=1",
                    "as_typed": f"{SEARCH}?q=electrik%20ferry&topic=AI",
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
                "links": {
                    "corrected": f"{SEARCH}?q=ferry&topic=AI&typo=1",
                    "as_typed": f"{SEARCH}?q=fery&topic=AI",
                },
            },
            id="offered",
        ),
        pytest.param("zeppelin", None, id="none"),
    ],
)
def test_correction_has_its_words_and_links(made: FlaskClient, q: str, correction: Any) -> None:
    assert search(made, f"q={q}&topic=AI&typo=1&page=3")["correction"] == correction


@pytest.mark.parametrize(
    ("q", "prefix"), [("electric harb", {"q": "electric harb*", "word": "harb"}), ("electrik ferry", None)]
)
@pytest.mark.parametrize("path", [SEARCH, "/api/v1/facets/topic"])
def test_unfinished_word_is_named(made: FlaskClient, path: str, q: str, prefix: Any) -> None:
    assert made.get(path, query_string={"q": q, "typo": 1}).get_json()["prefix"] == prefix


def test_result_has_every_stored_field_and_nested_values_have_explicit_nulls(made: FlaskClient) -> None:
    result = search(made, "q=fery")["results"][0]
    assert set(Article.__struct_fields__) < set(result)
    assert result["image"] == {"url": "https://0.example/ferry.jpg", "width": 1200, "height": 675}
    assert result["related"][1] == {
        "title": "What a ferry costs",
        "excerpt": "",
        "url": "https://other.example/cost",
        "provider": None,
        "published_at": None,
        "type": None,
        "quality": None,
        "image": None,
        "id": None,
    }


def test_provider_without_a_domain_has_a_null() -> None:
    stored = Article(id="a", title="robot", provider=Provider("The Wheel"), image=Image("https://a.example/a.png"))
    with indexed([stored]) as index_dir:
        article = create_app(Settings(index_dir=index_dir)).test_client().get("/api/v1/articles/a").json
    assert article is not None
    assert article["provider"] == {"name": "The Wheel", "domain": None}
    assert article["image"] == {"url": "https://a.example/a.png", "width": 0, "height": 0}


def test_duration_has_three_decimals() -> None:
    urls = api_urls("", SearchRequest())
    results = RESULTS_BY_QUERY["zeppelin"]
    response = serializers.search_response(results, 1.23456, urls, other_links("", urls, results))
    assert response.took_ms == 1.235
