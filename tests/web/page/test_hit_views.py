"""Results on the page: missing words, stories, related articles, explanations."""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from search import Article, Correction, Hit, Image, Provider, Settings
from tests.fake_engine import RESULTS_BY_QUERY, FakeEngine
from tests.files import indexed
from tests.web.pages import Page, link_urls, page
from web import create_app
from web.links import page_urls
from web.page.hit_views import HitView, hit_views
from web.parameters import PAGE_DEFAULTS


def directed_texts(shown: Page) -> list[tuple[dict[str, str], str]]:
    return [each for tag in ("a", "h3", "p", "span", "s", "li", "b") for each in shown.all(tag, dir="auto")]


RELAXED = "q=ferries+yesterday+harb*"


def test_missing_words_are_struck_through_and_can_be_required(made: FlaskClient) -> None:
    shown = page(made, RELAXED)
    assert [text for _, text in shown.all("s")] == ["yesterday", "harb*"]
    assert link_urls(shown, "Must include yesterday") == ["/?q=ferries%20%22yesterday%22%20harb%2A"]
    assert link_urls(shown, "Must include harb*") == ["/?q=ferries%20yesterday%20harb%2A&match=all"]


def test_each_word_that_some_article_has_can_be_required_once(monkeypatch: pytest.MonkeyPatch) -> None:
    titles = {"a": "Tram and ferry", "b": "Robot and tram", "c": "Robot in a tram"}
    with indexed([Article(id, title) for id, title in titles.items()]) as index_dir:
        client = create_app(Settings(index_dir=index_dir)).test_client()
        shown = page(client, "q=tram+robot+ferry+zeppelin")
        narrowed = page(client, "q=tram+robot+ferry+zeppelin&id=b&id=c")
    missing = [text for attrs, text in shown.all("div", class_="missing")]
    assert len(missing) == 3
    assert all("zeppelin" in text for text in missing)
    assert sorted(_required(shown)) == ["ferry", "robot"]
    assert _required(narrowed) == []


def _required(shown: Page) -> list[str]:
    return [text.removeprefix("Must include ") for _, text in shown.all("a") if text.startswith("Must include ")]


def test_missing_word_is_required_in_the_corrected_search(made: FlaskClient) -> None:
    assert link_urls(page(made, "q=electrik+yesterday"), "Must include yesterday") == ["/?q=electric%20%22yesterday%22"]


def test_every_word_is_required_if_the_query_is_too_long_to_quote_one(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    q = "ferries yesterday".ljust(500, "y")
    monkeypatch.setitem(RESULTS_BY_QUERY, q, RESULTS_BY_QUERY["ferries yesterday"])
    assert link_urls(page(made, f"q={quote(q)}"), "Must include yesterday") == [f"/?q={quote(q)}&match=all"]


def test_more_coverage_lists_the_other_sources_and_the_related_articles(made: FlaskClient) -> None:
    shown = page(made, "q=fery")
    (coverage,) = shown.all("details", class_="coverage")
    assert coverage[1] == (
        "More coverage (7) The same story at The Quay Robot Courier Le Café Numérique Harbour Tech Review "
        "The Wheel, 3 May 2026 The ferry, seen from the quay The Wheel In this archive: The ferry, seen from the quay "
        "What a ferry costs Full coverage"
    )
    assert link_urls(shown, "Robot Courier") == ["https://2.example/ferry"]


def test_full_coverage_is_a_part_of_the_page_of_the_article(made: FlaskClient) -> None:
    """The page of the article also lists what related articles are connected with."""
    (link,) = link_urls(page(made, "q=fery"), "Full coverage")
    path, _, fragment = link.partition("#")
    assert path == "/articles/_news/0?q=fery"
    assert [attrs["class"] for attrs, _ in Page(made.get(path).text).all("section", id=fragment)] == ["reports"]


def test_related_article_in_the_archive_links_to_its_page(made: FlaskClient) -> None:
    shown = page(made, "q=fery&topic=Energy")
    assert link_urls(shown, "In this archive: The ferry, seen from the quay") == [
        "/articles/_news/1?q=fery&topic=Energy"
    ]
    assert link_urls(shown, "The ferry, seen from the quay") == ["https://1.example/ferry"]
    assert not link_urls(shown, "In this archive: What a ferry costs")


def test_title_names_the_site_that_it_leads_to(made: FlaskClient) -> None:
    shown = page(made, "q=fery")
    title = "Electric ferry takes its first passengers across the harbour"
    assert link_urls(shown, f"{title} on 0.example") == ["https://0.example/ferry"]


def test_hit_links_to_the_page_of_its_article(made: FlaskClient) -> None:
    assert link_urls(page(made, "q=fery"), "Details") == ["/articles/_news/0?q=fery"]


def test_provider_of_a_hit_replaces_the_filter(made: FlaskClient) -> None:
    shown = page(made, "q=fery&provider=The+Wheel&provider=The+Quay&topic=Chips&page=2")
    assert link_urls(shown, "Only The Wheel") == ["/?q=fery&topic=Chips&provider=The%20Wheel"]


@pytest.mark.parametrize(
    ("selected", "links"),
    [
        ((), ["topic=Energy", "topic=AI%20in%20Autos"]),
        (("Chips",), ["topic=Energy", "topic=AI%20in%20Autos"]),  # the hit would not be found
        (("Energy",), ["topic=AI%20in%20Autos&topic=Energy&topic_op=all"]),
        (("Energy", "Chips"), ["topic=AI%20in%20Autos&topic=Energy&topic_op=all"]),
        (("Energy", "AI in Autos"), []),
    ],
)
def test_topic_of_a_hit_narrows_the_results(made: FlaskClient, selected: tuple[str, ...], links: list[str]) -> None:
    shown = page(made, f"q=fery&{urlencode([('topic', topic) for topic in selected])}")
    offered = " ".join(text for _, text in shown.all("ul", class_="topics"))
    found = [link_urls(shown, name) for name in ("Energy", "AI in Autos") if name in offered]
    assert found == [[f"/?q=fery&{link}"] for link in links]


def test_topics_of_a_hit_are_shown_but_the_selected_one() -> None:
    hit = Hit(Article(id="a", title="a", topics=("A", "B", "C", "D", "E")))
    request = PAGE_DEFAULTS.model_copy(update={"topic": ("B",)})
    (shown,) = hit_views("", page_urls("", request), replace(RESULTS_BY_QUERY["zeppelin"], hits=(hit,)))
    assert ([topic.text for topic in shown.topics], shown.more_topics) == (["A", "C", "D", "E"], [])


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
        "The Wheel", "Electric ferry takes its first passengers across the harbour on 0.example", "Energy",
        "AI in Autos",
        "It hums, it turns on the spot, and by the time the gulls have noticed it is gone again.", "Robot Courier",
        "The ferry, seen from the quay", "What a ferry costs", "yesterday",
    ]  # fmt: skip
    directed = {text for _, text in directed_texts(shown)}
    assert set(texts) <= directed
    for facet in ("AI in Autos", "Energy"):
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
    (shown,) = hit_views("", page_urls("", PAGE_DEFAULTS), replace(RESULTS_BY_QUERY["zeppelin"], hits=(hit,)))
    assert shown.sources == [
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
    (shown,) = hit_views("", page_urls("", request), results)
    assert shown.missing[0].url == "/?q=electrik%20%22yesterday%22"


def test_unfinished_word_is_missing_as_it_was_typed() -> None:
    hit = Hit(Article(id="a", title="a"), missing=("electric", "harb*"))
    results = replace(RESULTS_BY_QUERY["electric harb"], hits=(hit,))
    (shown,) = hit_views("", page_urls("", PAGE_DEFAULTS.model_copy(update={"q": "electric harb"})), results)
    assert shown.missing == [
        ("electric", "/?q=%22electric%22%20harb%2A"),
        ("harb", "/?q=electric%20harb%2A&match=all"),
    ]


LANGUAGE = "Natural Language Processing"
LONG_NAME = "A provider with a name as long as a title"


@pytest.mark.parametrize(
    ("topics", "provider", "kind", "tight", "roomy"),
    [
        (("AI", "Chips", "Cloud"), "The Wheel", "article", 3, 3),
        (tuple("ABCDEFG"), "The Wheel", "article", 7, 7),
        ((LANGUAGE, "Machine Learning"), "The Quay", "article", 1, 2),
        ((LANGUAGE, "Machine Learning", "Law"), "The Quay", "article", 1, 3),
        ((LANGUAGE, "Machine Learning", "Natural Gas", "Law"), "The Quay", "article", 1, 2),
        ((LANGUAGE,), LONG_NAME, "article", 1, 1),
        ((LANGUAGE, "Machine Learning"), LONG_NAME, "article", 1, 1),
        ((LANGUAGE, "Machine Learning"), LONG_NAME, "interview", 0, 1),
        ((), "The Wheel", "article", 0, 0),
    ],
)
def test_topics_are_those_that_fit_on_the_line(
    topics: tuple[str, ...], provider: str, kind: str, tight: int, roomy: int
) -> None:
    """The first one may be cut, and a provider's name takes 32 characters at most."""
    hit = shown_hit(topics, provider, kind)
    assert [link.text for link in hit.topics] == [*topics[:roomy]]
    assert hit.tight_topics == tight
    others = {line or each: number for number, line in hit.more_topics for each in ("tight", "roomy")}
    assert others.get("tight", 0) == (len(topics) - tight if tight else 0)
    assert others.get("roomy", 0) == len(topics) - roomy


@pytest.mark.parametrize("image", [None, Image("https://a.example/a.jpg", 1200, 675)])
@pytest.mark.parametrize(("second", "roomy"), [("Law", 2), ("Machine Learning at Sea", 1)])
def test_line_is_roomy_without_a_picture_or_without_actions(image: Image | None, second: str, roomy: int) -> None:
    hit = shown_hit(
        (LANGUAGE, second), "The Quay", "article", image, also=(Article("b", "b", url="https://b.example/"),)
    )
    assert (hit.tight_topics, len(hit.topics)) == (1, roomy)


def shown_hit(
    topics: tuple[str, ...], provider: str, kind: str, image: Image | None = None, also: tuple[Article, ...] = ()
) -> HitView:
    published_at = datetime(2025, 6, 9, tzinfo=UTC)
    article = Article(
        "a", "a", topics=topics, provider=Provider(provider), type=kind, published_at=published_at, image=image
    )
    results = replace(RESULTS_BY_QUERY["zeppelin"], total=1, hits=(Hit(article, score=1.0, also=also),))
    (hit,) = hit_views("", page_urls("", PAGE_DEFAULTS), results)
    return hit
