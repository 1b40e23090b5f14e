"""Results on the page: missing words, stories, related articles, explanations."""

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.made import ANSWERS, MadeEngine
from tests.web.pages import link_urls, page

RELAXED = "q=ferries+yesterday+harb*"


def test_missing_words_are_struck_through_and_can_be_required(made: FlaskClient) -> None:
    shown = page(made, RELAXED)
    assert [text for _, text in shown.all("s")] == ["yesterday", "harb*"]
    assert link_urls(shown, "Must include yesterday") == ["?q=ferries%20%22yesterday%22%20harb%2A"]
    assert link_urls(shown, "Must include harb*") == ["?q=ferries%20yesterday%20harb%2A&match=all"]


def test_missing_word_is_required_in_the_corrected_search(made: FlaskClient) -> None:
    assert link_urls(page(made, "q=electrik+yesterday"), "Must include yesterday") == ["?q=electric%20%22yesterday%22"]


def test_every_word_is_required_if_the_query_is_too_long_to_quote_one(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    q = "ferries yesterday".ljust(500, "y")
    monkeypatch.setitem(ANSWERS, q, ANSWERS["ferries yesterday"])
    assert link_urls(page(made, f"q={quote(q)}"), "Must include yesterday") == [f"?q={quote(q)}&match=all"]


def test_other_sources_of_a_story_are_linked_three_of_them_visible(made: FlaskClient) -> None:
    shown = page(made, "q=fery")
    assert shown.all("div", class_="other-sources")[0][1] == (
        "Also at The Quay Robot Courier Le Café Numérique and 2 more Harbour Tech Review The Wheel, 3 May 2026"
    )
    assert link_urls(shown, "Robot Courier") == ["https://2.example/ferry"]
    assert shown.all("details", class_="more")[-1][1] == "and 2 more Harbour Tech Review The Wheel, 3 May 2026"


def test_related_article_in_the_archive_links_to_a_search_for_its_title(made: FlaskClient) -> None:
    shown = page(made, "q=fery&topic=Energy")
    title = quote('"Electric ferry takes its first passengers across the harbour"')
    assert link_urls(shown, "In this archive: The ferry, seen from the quay") == [f"?q={title}"]
    assert link_urls(shown, "The ferry, seen from the quay") == ["https://1.example/ferry"]
    assert not link_urls(shown, "In this archive: What a ferry costs")


def test_archive_links_find_the_related_article(client: FlaskClient) -> None:
    results = (client.get("/api/v1/search?per_page=100").json or {})["results"]
    titles = {result["id"]: result["title"] for result in results}
    wanted = {titles[item["id"]] for result in results for item in result["related"] if item["id"]}
    addresses = {a["href"] for a, text in page(client, "per_page=100").all("a") if text.startswith("In this archive")}
    assert {page(client, address.removeprefix("?")).all("h3")[0][1] for address in addresses} == wanted
    assert wanted


def test_each_result_has_an_explanation(made: FlaskClient, engine: MadeEngine) -> None:
    (why,) = page(made, "q=fery").all("details", class_="explanation")
    assert why[1].startswith("Why this result ferries as “ferry”, in title and excerpt 50%")
    assert why[1].endswith("the words stand close together +12% published 2 May 2026 +8%")
    assert engine.asked[-1].explain


@pytest.mark.parametrize(("query", "told"), [("q=robot", True), ("q=robot&sort=newest", False), ("", False)])
def test_explanation_is_shown_only_if_sorted_by_relevance(client: FlaskClient, query: str, told: bool) -> None:
    assert bool(page(client, query).all("details", class_="explanation")) == told


def test_more_coverage_is_listed(client: FlaskClient) -> None:
    assert any("More coverage" in text for _, text in page(client, "per_page=100").all("summary"))
