"""The search page without JavaScript."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from search import Article, Settings
from tests.files import indexed
from tests.web.pages import Page, heading, link_urls, page, paragraphs
from web import create_app
from web.page.labels import SORT_LABELS


def test_applied_correction_links_to_the_uncorrected_search(made: FlaskClient) -> None:
    shown = page(made, "q=electrik+ferry&topic=Energy&page=2")
    assert heading(page(made, "q=electrik+ferry")) == "Showing 1 of 40 for electric ferry"
    assert "Search instead for electrik ferry." in paragraphs(shown)
    assert link_urls(shown, "electrik ferry") == ["/?q=electrik%20ferry&topic=Energy&typo=0"]
    assert [text for _, text in shown.all("em")] == ["electric"]


def test_input_keeps_the_uncorrected_query(made: FlaskClient) -> None:
    assert page(made, "q=electrik+ferry").all("input", name="q")[0][0]["value"] == "electrik ferry"


def test_suggested_correction_is_a_question(made: FlaskClient) -> None:
    shown = page(made, "q=fery")
    assert "Did you mean ferry?" in paragraphs(shown)
    assert link_urls(shown, "ferry") == ["/?q=ferry"]
    assert heading(shown) == "1 result for fery"


def test_applied_correction_is_in_the_live_region(made: FlaskClient) -> None:
    status = page(made, "q=electrik+ferry").all("p", role="status")
    assert [text for _, text in status] == ["Showing results for electric ferry. 40 results"]


def test_unfinished_word_is_named_with_a_link_to_the_exact_search(made: FlaskClient) -> None:
    shown = page(made, "q=electric+harb&topic=Energy&page=2")
    assert {"Includes words that start with harb.", "Search instead for electric harb."} <= set(paragraphs(shown))
    assert link_urls(shown, "electric harb") == ["/?q=electric%20harb&topic=Energy&typo=0"]
    assert heading(page(made, "q=electric+harb")) == "Showing 1 of 40 for electric harb…"
    assert [text for _, text in shown.all("p", role="status")] == [
        "Showing results with words that start with harb. 40 results"
    ]


def test_correction_and_unfinished_word_are_named_together(made: FlaskClient) -> None:
    shown = page(made, "q=electrik+harb")
    assert heading(shown) == "Showing 1 result for electric harb…"
    assert {"Includes words that start with harb.", "Search instead for electrik harb."} <= set(paragraphs(shown))
    assert link_urls(shown, "electrik harb") == ["/?q=electrik%20harb&typo=0"]


def test_form_does_not_keep_typo_0(made: FlaskClient) -> None:
    assert page(made, "q=zeppelin&typo=0").all("input", name="typo") == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Article search"),
        ("q=robot", "robot, 14 results – Article search"),
        ("q=robot&page=2&per_page=5", "robot, page 2, 14 results – Article search"),
        ("q=xyzzy", "xyzzy, 0 results – Article search"),
    ],
)
def test_title_has_query_page_and_result_count(client: FlaskClient, query: str, title: str) -> None:
    assert page(client, query).all("title")[0][1] == title


@pytest.mark.parametrize(
    ("query", "name"),
    [("electrik ferry", "electric ferry"), ("electric harb", "electric harb…"), ("electrik harb", "electric harb…")],
)
def test_heading_and_title_name_the_query_in_force(made: FlaskClient, query: str, name: str) -> None:
    shown = page(made, f"q={query}")
    assert heading(shown).endswith(f" for {name}")
    assert shown.all("title")[0][1].startswith(f"{name}, ")


def test_results_are_a_numbered_list_of_headings(client: FlaskClient) -> None:
    shown = page(client, "q=robot&per_page=5&page=2")
    assert shown.all("ol", class_="hits")[0][0]["start"] == "6"
    assert len([heading for heading in shown.all("h3") if heading[1]]) == 5
    assert shown.all("mark")


def test_form_keeps_the_search(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI&sort=newest&from=2024-01-01")
    assert shown.all("form")[0][0]["method"] == "get"
    assert shown.all("input", name="q")[0][0]["value"] == "robot"
    assert shown.all("input", name="from")[0][0]["value"] == "2024-01-01"
    assert shown.all("input", name="sort")[0][0]["value"] == "newest"
    assert [attrs["value"] for attrs, _ in shown.all("input", name="topic") if "checked" in attrs] == ["AI"]


@pytest.mark.parametrize(
    ("query", "sorts"),
    [
        ("q=robot", ["*Relevance", "Newest", "Oldest", "Popular"]),
        ("q=-robot", ["*Newest", "Oldest", "Popular"]),
        ("", ["*Newest", "Oldest", "Popular"]),
    ],
)
def test_sort_by_relevance_is_offered_if_the_query_is_scored(client: FlaskClient, query: str, sorts: list[str]) -> None:
    offered = [(attrs, text) for attrs, text in page(client, query).all("a") if text in SORT_LABELS.values()]
    assert ["*" * ("aria-current" in attrs) + text for attrs, text in offered] == sorts


@pytest.mark.parametrize(("label", "url"), [("Newest", "/?q=robot&sort=newest"), ("Relevance", "/?q=robot")])
def test_sort_links_keep_the_query(client: FlaskClient, label: str, url: str) -> None:
    assert link_urls(page(client, "q=robot&sort=oldest&page=2&per_page=1"), label) == [f"{url}&per_page=1"]


def test_excerpt_equal_to_the_title_is_not_shown(client: FlaskClient) -> None:
    shown = page(client, "per_page=100")
    titles = {text for _, text in shown.all("h3")}
    assert not titles & {text for _, text in shown.all("p", class_="excerpt")}


def test_long_excerpt_is_cut_to_its_best_passage() -> None:
    article = Article(id="a", title="Long", excerpt=f"{'Far away. ' * 40}A robot came. {'Far away. ' * 40}".strip())
    with indexed([article]) as index_dir:
        shown = page(create_app(Settings(index_dir=index_dir)).test_client(), "q=robot")
    [(_, excerpt)] = shown.all("p", class_="excerpt")
    assert re.fullmatch(r"…\w.* A robot came\. .*\S…", excerpt)
    assert len(excerpt) <= 300
    assert [text for _, text in shown.all("mark")] == ["robot"]


def test_result_count_is_in_the_live_region(client: FlaskClient) -> None:
    status = page(client, "q=robot").all("p", role="status")
    assert [text for _, text in status] == ["14 results"]


def test_warnings_are_shown(client: FlaskClient) -> None:
    assert page(client, "q=%22open").all("ul", class_="warnings")


@pytest.mark.parametrize(("query", "hidden"), [("", False), ("q=robot", True), ("topic=AI", True)])
def test_searches_are_not_indexed_by_search_engines(client: FlaskClient, query: str, hidden: bool) -> None:
    assert bool(page(client, query).all("meta", name="robots")) == hidden


def test_filter_links_are_nofollow(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI")
    assert all(
        a.get("rel") == "nofollow" for a, _ in shown.all("a") if a["href"].startswith("/?") and "page" not in a["href"]
    )


def test_footer_shows_the_age_of_the_index(client: FlaskClient) -> None:
    assert re.search(r"77 articles\. Last updated (.+ ago|just now) \(", page(client).all("footer")[0][1])


def test_pictures_are_lazy_sized_and_decorative(client: FlaskClient) -> None:
    pictures = page(client, "per_page=100").all("img")
    assert pictures
    for attrs, _ in pictures:
        assert (attrs["loading"], attrs["alt"], attrs["referrerpolicy"]) == ("lazy", "", "no-referrer")
        assert attrs["width"].isdigit()
        assert attrs["height"].isdigit()


def test_page_has_landmarks_and_a_skip_link(client: FlaskClient) -> None:
    shown = page(client, "q=robot")
    assert link_urls(shown, "Skip to results") == ["#results"]
    assert [len(shown.all(tag)) for tag in ("search", "main", "h1")] == [1, 1, 1]
    assert shown.all("label", for_="q")


def test_form_keeps_the_parameters_that_it_has_no_control_for(client: FlaskClient) -> None:
    query = "not_topic=A&not_provider=B&not_year=2020&sort=newest&per_page=5&facet_size=9"
    hidden = page(client, f"q=robot&topic=C&type=video&year=2024&match=all&{query}").all("input", type="hidden")
    assert "&".join(f"{attrs['name']}={attrs['value']}" for attrs, _ in hidden) == query


def test_measure_of_the_timeline_stays_when_the_search_changes(client: FlaskClient) -> None:
    query = "q=robot&topic=AI&measure=share"
    shown = page(client, query)
    searches = [attrs["href"] for attrs, _ in shown.all("a") if attrs.get("href", "").startswith(("/?", "/facets/"))]
    others = [url for url in searches if "measure=share" not in url]
    assert len(searches) > 20
    assert others == ["/?q=robot&topic=AI"]  # the other measure
    assert [attrs["value"] for attrs, _ in shown.all("input", name="measure")] == ["share"]
    assert page(client, "q=robot").all("input", name="measure") == []


def test_all_values_of_a_facet_lead_back_to_the_same_measure(client: FlaskClient) -> None:
    shown = Page(client.get("/facets/topic?q=robot&measure=share").text)
    assert link_urls(shown, "← Back to the results for “robot”") == ["/?q=robot&measure=share"]
    assert {attrs["value"] for attrs, _ in shown.all("input", name="measure")} == {"share"}
    assert client.get("/?q=&measure=share").headers["Location"] == "/?measure=share"


def test_facets_count_partial_matches_if_only_these_are_listed(client: FlaskClient) -> None:
    """The API counts none of them."""
    query = "q=robot+zeppelin&match=most"
    assert client.get(f"/api/v1/search?{query}").get_json()["facets"][0]["total_values"] == 0
    shown = page(client, query)
    assert shown.all("input", type="checkbox", name="topic")


def test_values_separated_by_commas_are_filters_of_their_own(client: FlaskClient) -> None:
    listed, repeated = (page(client, query) for query in ("topic=AI,Security", "topic=AI&topic=Security"))
    assert without_age(listed) == without_age(repeated)


def without_age(shown: Page) -> list[list[Any]]:
    """The elements without the age of the index, which another minute changes."""
    return [[tag, attributes, re.sub("Last updated .+", "", text)] for tag, attributes, text in shown.elements]
