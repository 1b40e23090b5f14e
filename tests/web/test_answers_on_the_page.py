"""What the page says of an answer that is not simply a list of hits: corrections, missing words, stories, reasons."""

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from search import SearchRequest
from tests.made import ANSWERS, MadeEngine
from tests.web.test_pages import Page, links, page

RELAXED = "q=ferries+yesterday+harb*"


def heading(shown: Page) -> str:
    return shown.all("h2", id="results-heading")[0][1]


def paragraphs(shown: Page) -> list[str]:
    return [text for _, text in shown.all("p")]


# Corrections


def test_an_applied_correction_says_so_and_links_to_what_was_typed(made: FlaskClient) -> None:
    shown = page(made, "q=electrik+ferry&topic=Energy&page=2")
    assert {"Showing results for electric ferry", "Search instead for electrik ferry"} < set(paragraphs(shown))
    assert links(shown, "electrik ferry") == ["?q=electrik%20ferry&topic=Energy&typo=0"]
    assert links(shown, "electric ferry") == ["?q=electric%20ferry&topic=Energy"]
    assert [text for _, text in shown.all("em")] == ["electric"]


def test_the_input_keeps_what_was_typed(made: FlaskClient) -> None:
    assert page(made, "q=electrik+ferry").all("input", name="q")[0][0]["value"] == "electrik ferry"


def test_an_offered_correction_is_a_question(made: FlaskClient) -> None:
    shown = page(made, "q=fery")
    assert "Did you mean ferry?" in paragraphs(shown)
    assert links(shown, "ferry") == ["?q=ferry"]
    assert heading(shown) == "1 article for fery"


def test_a_correction_is_announced(made: FlaskClient) -> None:
    status = page(made, "q=electrik+ferry").all("p", role="status")
    assert [text for _, text in status] == ["Showing results for electric ferry. 40 results"]


def test_a_search_for_nothing_but_what_is_typed_is_not_carried_into_the_next(made: FlaskClient) -> None:
    assert page(made, "q=zeppelin&typo=0").all("input", name="typo") == []


# Articles that lack words


@pytest.mark.parametrize(
    ("q", "says", "more"),
    [
        (
            "ferries yesterday harb*",
            "3 articles have every word of ferries yesterday harb*",
            "42 more have all but one or two. Only articles with every word",
        ),
        (
            "ferries yesterday",
            "No article has every word of ferries yesterday",
            "42 articles have all but one.",
        ),
        (
            "electrik yesterday",
            "No article has every word",
            "1 article has some of them.",
        ),
    ],
)
def test_how_many_lack_words_is_said(made: FlaskClient, q: str, says: str, more: str) -> None:
    shown = page(made, f"q={quote(q)}")
    assert heading(shown) == says
    assert more in paragraphs(shown)


def test_other_articles_than_those_of_the_filters_may_have_every_word(made: FlaskClient) -> None:
    says = heading(page(made, "q=ferries+yesterday&topic=Energy"))
    assert says == "No article within these filters has every word of ferries yesterday"


def test_those_that_lack_words_can_be_left_out(made: FlaskClient, engine: MadeEngine) -> None:
    shown = page(made, f"{RELAXED}&page=1")
    assert links(shown, "Only articles with every word") == ["?q=ferries%20yesterday%20harb%2A&match=all"]
    without = page(made, f"{RELAXED}&match=all")
    assert engine.asked[-1].match == "all"
    assert links(without, "Remove match every word") == ["?q=ferries%20yesterday%20harb%2A"]
    assert "checked" in without.all("input", name="match")[0][0]


def test_a_divider_stands_before_the_first_that_lacks_a_word(made: FlaskClient) -> None:
    shown = page(made, RELAXED)
    found = [element for element in shown.elements if element[0] in {"h2", "h3", "ol"}]
    assert [(tag, attrs.get("start") or text) for tag, attrs, text in found][1:] == [
        ("ol", "1"),
        ("h3", "Electric ferry takes its first passengers across the harbour"),
        ("h2", "These lack one or two of the words"),
        ("ol", "2"),
        ("h3", "A ferry without a funnel"),
    ]


def test_without_a_complete_article_nothing_is_divided(made: FlaskClient) -> None:
    assert len(page(made, "q=ferries+yesterday").all("h2")) == 1


def test_missing_words_are_struck_through_and_can_be_required(made: FlaskClient) -> None:
    shown = page(made, RELAXED)
    assert [text for _, text in shown.all("s")] == ["yesterday", "harb*"]
    assert links(shown, "Must include yesterday") == ["?q=ferries%20%22yesterday%22%20harb%2A"]
    assert links(shown, "Must include harb*") == ["?q=ferries%20yesterday%20harb%2A&match=all"]


def test_a_word_is_required_in_the_corrected_search(made: FlaskClient) -> None:
    assert links(page(made, "q=electrik+yesterday"), "Must include yesterday") == ["?q=electric%20%22yesterday%22"]


def test_a_longest_query_has_no_room_to_quote_a_word(made: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    q = "ferries yesterday".ljust(500, "y")
    monkeypatch.setitem(ANSWERS, q, ANSWERS["ferries yesterday"])
    assert links(page(made, f"q={quote(q)}"), "Must include yesterday") == [f"?q={quote(q)}&match=all"]


# Stories


def test_articles_and_stories_are_counted(made: FlaskClient) -> None:
    assert heading(page(made, "q=electrik+ferry")) == "45 articles in 40 stories"
    assert "45 articles in 40 stories. Show every article" in paragraphs(page(made, RELAXED))


def test_a_story_is_shown_once_unless_a_reader_wants_every_article(made: FlaskClient, engine: MadeEngine) -> None:
    shown = page(made, "q=electrik+ferry")
    every = page(made, "q=electrik+ferry&collapse=none")
    assert [asked.collapse for asked in engine.asked] == ["story", "none"]
    assert links(shown, "Show every article") == ["?q=electrik%20ferry&collapse=none"]
    assert links(every, "Show each story once") == ["?q=electrik%20ferry"]
    assert "checked" in every.all("input", name="collapse")[0][0]


def test_the_other_places_of_a_story_are_linked_the_first_three_openly(made: FlaskClient) -> None:
    shown = page(made, "q=fery")
    assert shown.all("div", class_="also")[0][1] == (
        "Also at The Quay Robot Courier Le Café Numérique and 2 more Harbour Tech Review The Wheel, 3 May 2026"
    )
    assert links(shown, "Robot Courier") == ["https://2.example/ferry"]
    assert shown.all("details", class_="more")[-1][1] == "and 2 more Harbour Tech Review The Wheel, 3 May 2026"


# In the archive


def test_a_related_item_of_the_archive_is_searched_for_by_its_title_there(made: FlaskClient) -> None:
    shown = page(made, "q=fery&topic=Energy")
    title = quote('"Electric ferry takes its first passengers across the harbour"')
    assert links(shown, "In this archive: The ferry, seen from the quay") == [f"?q={title}"]
    assert links(shown, "The ferry, seen from the quay") == ["https://1.example/ferry"]
    assert not links(shown, "In this archive: What a ferry costs")


def test_searching_for_it_finds_it(client: FlaskClient) -> None:
    results = (client.get("/api/v1/search?per_page=100").json or {})["results"]
    titles = {result["id"]: result["title"] for result in results}
    wanted = {titles[item["id"]] for result in results for item in result["related"] if item["id"]}
    addresses = {a["href"] for a, text in page(client, "per_page=100").all("a") if text.startswith("In this archive")}
    assert {page(client, address.removeprefix("?")).all("h3")[0][1] for address in addresses} == wanted
    assert wanted


# Why


def test_every_result_can_say_why_it_is_there(made: FlaskClient, engine: MadeEngine) -> None:
    (why,) = page(made, "q=fery").all("details", class_="why")
    assert why[1].startswith("Why this result ferries as “ferry”, in title and excerpt 50%")
    assert why[1].endswith("the words stand close together +12% published 2 May 2026 +8%")
    assert engine.asked[-1].explain


@pytest.mark.parametrize(("query", "told"), [("q=robot", True), ("q=robot&sort=newest", False), ("", False)])
def test_reasons_are_told_only_where_they_decide(client: FlaskClient, query: str, told: bool) -> None:
    assert bool(page(client, query).all("details", class_="why")) == told


# Nothing


def test_what_was_found_with_words_missing_is_not_nothing(made: FlaskClient, engine: MadeEngine) -> None:
    shown = page(made, "q=ferries+yesterday&topic=Energy")
    assert not shown.all("div", class_="nothing")
    assert len(engine.asked) == 1


def test_nothing_found_offers_to_let_words_be_missing(made: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(_: MadeEngine, request: SearchRequest) -> object:
        return ANSWERS["zeppelin" if request.match == "all" else "ferries yesterday"]

    monkeypatch.setattr(MadeEngine, "search", search)
    shown = page(made, "q=ferries+yesterday&match=all")
    assert links(shown, "Also with a word missing") == ["?q=ferries%20yesterday"]
    assert "Also with a word missing: 42 articles" in [text for _, text in shown.all("li")]
