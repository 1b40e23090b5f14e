"""Results on the page: missing words, stories, related articles, explanations."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from search import Article, Correction, Hit, Provider, Related
from tests.fake_engine import RESULTS_BY_QUERY, FakeEngine
from tests.web.pages import Page, link_urls, page
from web.links import page_urls
from web.page.hit_views import hit_views
from web.parameters import PAGE_DEFAULTS


def directed_texts(shown: Page) -> list[tuple[dict[str, str], str]]:
    return [each for tag in ("a", "h3", "p", "span", "s", "li", "b") for each in shown.all(tag, dir="auto")]


RELAXED = "q=ferries+yesterday+harb*"


def test_missing_words_are_struck_through_and_can_be_required(made: FlaskClient) -> None:
    shown = page(made, RELAXED)
    assert [text for _, text in shown.all("s")] == ["yesterday", "harb*"]
    assert link_urls(shown, "Must include yesterday") == ["/?q=ferries%20%22yesterday%22%20harb%2A"]
    assert link_urls(shown, "Must include harb*") == ["/?q=ferries%20yesterday%20harb%2A&match=all"]


def test_missing_word_is_required_in_the_corrected_search(made: FlaskClient) -> None:
    assert link_urls(page(made, "q=electrik+yesterday"), "Must include yesterday") == ["/?q=electric%20%22yesterday%22"]


def test_every_word_is_required_if_the_query_is_too_long_to_quote_one(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    q = "ferries yesterday".ljust(500, "y")
    monkeypatch.setitem(RESULTS_BY_QUERY, q, RESULTS_BY_QUERY["ferries yesterday"])
    assert link_urls(page(made, f"q={quote(q)}"), "Must include yesterday") == [f"/?q={quote(q)}&match=all"]


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
    assert link_urls(shown, "In this archive: The ferry, seen from the quay") == [f"/?q={title}"]
    assert link_urls(shown, "The ferry, seen from the quay") == ["https://1.example/ferry"]
    assert not link_urls(shown, "In this archive: What a ferry costs")


def test_archive_links_find_the_related_article(client: FlaskClient) -> None:
    results = (client.get("/api/v1/search?per_page=100").json or {})["results"]
    titles = {result["id"]: result["title"] for result in results}
    wanted = {titles[item["id"]] for result in results for item in result["related"] if item["id"]}
    addresses = {a["href"] for a, text in page(client, "per_page=100").all("a") if text.startswith("In this archive")}
    assert {page(client, address.removeprefix("/?")).all("h3")[0][1] for address in addresses} == wanted
    assert wanted


@pytest.mark.parametrize(("query", "linked"), [("q=robot", True), ("q=robot&sort=newest", False), ("", False)])
def test_explanation_is_linked_only_if_sorted_by_relevance(client: FlaskClient, query: str, linked: bool) -> None:
    assert bool(link_urls(page(client, query), "Why this result")) == linked


def test_explanation_is_made_when_it_is_opened(made: FlaskClient, engine: FakeEngine) -> None:
    (link,) = link_urls(page(made, "q=fery&topic=Energy&page=1"), "Why this result")
    assert link == "/explanations/_news/0?q=fery&topic=Energy"
    assert not engine.asked[-1].explain


def test_every_text_of_an_article_has_its_own_direction(made: FlaskClient) -> None:
    """A right-to-left title must not move the punctuation and links around it."""
    shown = page(made, "q=ferries+yesterday+harb*&topic=Energy")
    texts = [
        "The Wheel", "Electric ferry takes its first passengers across the harbour", "Energy", "AI in Autos",
        "It hums, it turns on the spot, and by the time the gulls have noticed it is gone again.", "Robot Courier",
        "The ferry, seen from the quay", "What a ferry costs", "yesterday",
    ]  # fmt: skip
    directed = {text for _, text in directed_texts(shown)}
    assert set(texts) <= directed
    for facet in ("AI in Autos", "The Wheel"):
        assert [a for a, text in shown.all("span", class_="checkbox-label") if text == facet and a["dir"] == "auto"]
    assert shown.all("input", name="q")[0][0]["dir"] == "auto"


def test_more_coverage_is_listed(client: FlaskClient) -> None:
    assert any("More coverage" in text for _, text in page(client, "per_page=100").all("summary"))


def test_source_with_a_known_name_has_its_date_and_a_known_url_is_left_out() -> None:
    def by(name: str, url: str | None, day: int | None = 2) -> Article:
        published_at = datetime(2026, 5, day, tzinfo=UTC) if day else None
        return Article(id="a", title="a", provider=Provider(name) if name else None, url=url, published_at=published_at)

    others = (
        by("The Quay", "https://a.example/"),
        by("The Quay", "https://a.example/"),
        by("The Quay", "https://b.example/"),
        by("The Wheel", "https://c.example/"),
        by("The Wheel", "https://d.example/", None),
        by("", "https://e.example/x"),
        by("", None),
        by("Robot Courier", "https://own.example/"),
    )
    hit = Hit(by("The Wheel", "https://own.example/"), also=others)
    (shown,) = hit_views(
        "", page_urls("", PAGE_DEFAULTS), replace(RESULTS_BY_QUERY["zeppelin"], hits=(hit,)), FakeEngine()
    )
    assert [*shown.visible_sources, *shown.more_sources] == [
        ("The Quay", "https://a.example/"),
        ("The Quay, 2 May 2026", "https://b.example/"),
        ("The Wheel, 2 May 2026", "https://c.example/"),
        ("The Wheel", "https://d.example/"),
        ("e.example", "https://e.example/x"),
    ]


@pytest.mark.parametrize(("characters", "quoted"), [(498, True), (499, False)])
def test_word_is_quoted_if_the_query_stays_within_500_characters(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch, characters: int, quoted: bool
) -> None:
    q = "ferries yesterday".ljust(characters - 1) + "y"
    monkeypatch.setitem(RESULTS_BY_QUERY, q, RESULTS_BY_QUERY["ferries yesterday"])
    (link,) = link_urls(page(made, f"q={quote(q)}"), "Must include yesterday")
    assert ("match=all" not in link) == quoted


def test_word_is_required_in_the_query_as_typed_if_a_correction_is_only_suggested() -> None:
    hit = Hit(Article(id="a", title="a"), missing=("yesterday",))
    correction = Correction("electric yesterday", applied=False, words=(("electrik", "electric"),))
    results = replace(RESULTS_BY_QUERY["zeppelin"], hits=(hit,), correction=correction)
    request = PAGE_DEFAULTS.model_copy(update={"q": "electrik yesterday"})
    (shown,) = hit_views("", page_urls("", request), results, FakeEngine())
    assert shown.missing[0].url == "/?q=electrik%20%22yesterday%22"


@pytest.mark.parametrize(
    ("title", "searched"),
    [
        pytest.param(" ".join(["word"] * 25), " ".join(["word"] * 20), id="20 words"),
        pytest.param("x" * 600, "x" * 498, id="498 characters"),
    ],
)
def test_search_for_a_title_takes_its_first_words(title: str, searched: str) -> None:
    related = Article(id="b", title=title)
    hit = Hit(Article(id="a", title="a", related=(Related(title="b"),)), related_ids=("b",))

    class Engine(FakeEngine):
        def article(self, _: str) -> Article:
            return related

    (shown,) = hit_views("", page_urls("", PAGE_DEFAULTS), replace(RESULTS_BY_QUERY["zeppelin"], hits=(hit,)), Engine())
    assert shown.related[0].archive_url == "/?q=" + quote(f'"{searched}"')
