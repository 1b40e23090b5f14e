"""The JSON of results with corrections, partial matches, stories and explanations."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.responses import SEARCH, search


def test_counts_include_partial_matches_and_stories(made: FlaskClient) -> None:
    response = search(made, "q=ferries+yesterday+harb*&collapse=story")
    assert (response["total"], response["relaxed"], response["stories"]) == (3, {"total": 42, "missing_at_most": 2}, 40)
    assert (response["listed"], response["pages"], response["counted"]) == (40, 2, "total_and_relaxed")


def test_facets_count_the_total_without_partial_matches(made: FlaskClient) -> None:
    response = search(made, "q=fery")
    assert (response["total"], response["listed"], response["relaxed"], response["stories"]) == (1, 1, None, None)
    assert response["counted"] == "total"


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
def test_correction_has_its_words_and_links(made: FlaskClient, q: str, correction: Any) -> None:
    assert search(made, f"q={q}&topic=AI&page=3")["correction"] == correction
