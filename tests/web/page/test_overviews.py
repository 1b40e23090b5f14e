"""The overviews of topics, providers and days."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.fake_engine import RESULTS_BY_QUERY, FakeEngine
from tests.web.pages import Page, link_urls
from tests.web.responses import facet, search
from web.page.overview_links import overview_url, selected_day, selected_values
from web.parameters import PAGE_DEFAULTS


def overview(client: FlaskClient, path: str) -> Page:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "text/html"), path
    return Page(response.text)


def texts(shown: Page, tag: str) -> list[str]:
    return [text for _, text in shown.all(tag)]


def test_every_topic_and_provider_of_the_archive_has_an_overview(client: FlaskClient) -> None:
    response = search(client, "facet_size=1000&per_page=0")
    for kind in ("topic", "provider"):
        for value, count in facet(response, kind).items():
            shown = overview(client, overview_url("", kind, value))
            assert texts(shown, "h1") == [value]
            assert any(text.startswith(f"{count} article") for text in texts(shown, "p"))


def test_an_overview_has_the_newest_articles(client: FlaskClient) -> None:
    newest = search(client, "topic=AI+in+Robotics&sort=newest&collapse=story&per_page=10")["results"]
    titles = texts(overview(client, "/topics/AI%20in%20Robotics"), "h3")
    assert [title.split(" on ")[0] for title in titles] == [result["title"] for result in newest]


def test_other_topics_are_those_of_the_same_articles(client: FlaskClient) -> None:
    response = search(client, "topic=AI+in+Robotics&topic_op=all&facet_size=13&facets=topic")
    expected = {value: count for value, count in facet(response, "topic").items() if value != "AI in Robotics"}
    links = overview(client, "/topics/AI%20in%20Robotics").all("a")
    linked = {text for attrs, text in links if re.fullmatch("/topics/[^?]+", attrs.get("href") or "")}
    assert linked == set(expected)


@pytest.fixture
def with_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake engine finds articles without a query."""
    monkeypatch.setitem(RESULTS_BY_QUERY, "", RESULTS_BY_QUERY["fery"])


@pytest.mark.usefixtures("with_articles")
def test_significant_words_lead_to_their_articles(made: FlaskClient) -> None:
    links = overview(made, "/topics/Energy").all("a")
    assert ("/?q=harbour&topic=Energy", "harbour") in [(attrs.get("href"), text) for attrs, text in links]
    assert ("/?q=%3Cquay%3E&topic=Energy", "<quay>") in [(attrs.get("href"), text) for attrs, text in links]


def test_names_are_displayed_literally(made: FlaskClient) -> None:
    name = '<script>alert("1")</script>'
    response = made.get(f"/topics/{quote(name, safe='')}")
    assert response.status_code == 404
    assert "<script>alert" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/providers/Robot%20Courier,Open%20Kernel",
        "/topics/Nowhere", "/providers/Nowhere", "/topics/%00", "/topics/%20", "/days/2024-13-01", "/days/today",
        "/days/20240501", "/days/1800-01-01", "/days/9999-12-31", "/days/0001-01-01", "/topics/", "/days/",
    ],
)  # fmt: skip
def test_unknown_names_are_not_found(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert Page(response.text).all("input", id="q")


@pytest.mark.parametrize(
    ("path", "heading", "links"),
    [
        ("/topics/No%20%3Cb%3E", "Topic not found",
         {"Search for “No <b>”": "/?q=No%20%3Cb%3E", "All topics": "/topics"}),
        ("/providers/Nobody", "Provider not found",
         {"Search for “Nobody”": "/?q=Nobody", "All providers": "/providers"}),
        ("/days/1999-01-01", "No articles from 1 January 1999", {"Next day: 6 November 2023": "/days/2023-11-06"}),
    ],
)  # fmt: skip
def test_page_of_an_unknown_name_leads_to_known_ones(
    client: FlaskClient, path: str, heading: str, links: dict[str, str]
) -> None:
    shown = Page(client.get(path).text)
    assert texts(shown, "h1") == [heading]
    assert {text: attrs["href"] for attrs, text in shown.all("a") if text in links} == links
    assert not any("the article" in text for text in texts(shown, "p"))


def days_with_articles(client: FlaskClient) -> list[str]:
    buckets = (client.get("/api/v1/timeline?interval=day").json or {})["buckets"]
    return [bucket["start"] for bucket in buckets if bucket["count"]]


def test_a_day_leads_to_the_days_before_and_after(client: FlaskClient) -> None:
    days = days_with_articles(client)
    links = [attrs.get("href") for attrs, _ in overview(client, f"/days/{days[5]}").all("a")]
    assert {f"/days/{days[4]}", f"/days/{days[6]}"} <= set(links)


def test_heading_of_the_articles_says_which_they_are(client: FlaskClient) -> None:
    assert "Articles of this day" in texts(overview(client, f"/days/{days_with_articles(client)[5]}"), "h2")
    assert "Newest articles" in texts(overview(client, "/topics/AI"), "h2")


def test_a_day_without_articles_says_so(client: FlaskClient) -> None:
    days = days_with_articles(client)
    empty = next(
        day
        for first, after in pairwise(days)
        if (day := date.fromordinal(date.fromisoformat(first).toordinal() + 1)).isoformat() != after
    )
    shown = overview(client, f"/days/{empty}")
    assert any("No articles on this day" in text for text in texts(shown, "p"))
    assert shown.all("meta", name="robots", content="noindex")


def test_a_day_is_marked_in_its_month(client: FlaskClient) -> None:
    shown = next(
        shown
        for day in days_with_articles(client)
        if (shown := overview(client, f"/days/{day}")).all("a", **{"aria-current": "date"})
    )
    (attrs, text) = shown.all("a", **{"aria-current": "date"})[0]
    day = texts(shown, "h1")[0]
    assert text.startswith(f"{day}: ")
    assert attrs["href"] in days_linked(shown)


@pytest.mark.parametrize(
    ("days", "link"),
    [
        ({}, None),
        ({"from_": date(2024, 5, 1), "to": date(2024, 5, 1)}, ("About 1 May 2024", "/days/2024-05-01")),
        ({"from_": date(2024, 5, 1), "to": date(2024, 5, 2)}, None),
        ({"from_": date(2024, 5, 1)}, None),
        ({"from_": datetime(2024, 5, 1, tzinfo=UTC), "to": datetime(2024, 5, 1, tzinfo=UTC)}, None),
    ],
)
def test_a_search_of_one_day_leads_to_its_overview(days: dict[str, object], link: tuple[str, str] | None) -> None:
    assert selected_day("", PAGE_DEFAULTS.model_copy(update=days)) == link


@pytest.mark.parametrize(
    ("kind", "values", "links"),
    [
        ("topic", (), []),
        ("topic", ("A/B",), [("About A/B", "/topics/A%2FB")]),
        ("provider", ("C", "D & E"), [("Compare over time", "/trends?by=provider&value=C&value=D%20%26%20E")]),
        (
            "topic",
            tuple("ABCDEFGH"),
            [("Compare over time", f"/trends?{'&'.join(map('value={}'.format, 'ABCDEF'))}")],
        ),
        ("type", ("video",), []),
    ],
)
def test_selected_values_lead_to_pages_about_them(
    kind: str, values: Sequence[str], links: Sequence[tuple[str, str]]
) -> None:
    assert selected_values("", kind, values) == links


def test_selected_values_are_linked_in_their_filter(client: FlaskClient) -> None:
    shown = Page(client.get("/?topic=AI+in+Robotics&topic=Cloud&provider=Robot+Courier").text)
    links = {text: attrs["href"] for attrs, text in shown.all("a")}
    assert links["About Robot Courier"] == "/providers/Robot%20Courier"
    assert links["Compare over time"] == "/trends?value=AI%20in%20Robotics&value=Cloud"
    assert (links["Topics"], links["Providers"]) == ("/topics", "/providers")


@pytest.mark.parametrize(("kind", "path"), [("topic", "/topics"), ("provider", "/providers")])
def test_every_value_of_the_archive_is_listed_from_a_to_z(client: FlaskClient, kind: str, path: str) -> None:
    counts = facet(search(client, "facet_size=1000&per_page=0"), kind)
    shown = overview(client, path)
    listed = [text for attrs, text in shown.all("a") if attrs["href"] in {overview_url("", kind, v) for v in counts}]
    assert listed == sorted(counts, key=str.casefold)
    assert f"{len(counts)} {kind}s Compare over time" in texts(shown, "p")


def test_an_overview_leads_to_all_of_its_kind(client: FlaskClient) -> None:
    for path, text in (("/topics/AI%20in%20Robotics", "All topics"), ("/providers/Robot%20Courier", "All providers")):
        assert link_urls(overview(client, path), text) == [f"/{text[4:]}"]


def test_days_lead_to_each_other(client: FlaskClient) -> None:
    """The bars of a month and the rows of its table."""
    shown = next(
        shown for day in days_with_articles(client) if len(days_linked(shown := overview(client, f"/days/{day}"))) > 2
    )
    bars = [attrs["href"] for attrs, text in shown.all("a") if re.fullmatch(r".* \d{4}: \d+ articles?", text)]
    assert len(bars) > 1
    assert bars == [attrs["href"] for attrs, text in shown.all("a") if re.fullmatch(r"\d+ \w+ \d{4}", text)]
    assert set(bars) <= set(days_linked(shown))


def days_linked(shown: Page) -> list[str]:
    return [attrs["href"] for attrs, _ in shown.all("a") if re.fullmatch("/days/[-0-9]+", attrs.get("href") or "")]


@pytest.mark.usefixtures("with_articles")
def test_words_are_those_of_the_articles_shown(made: FlaskClient, engine: FakeEngine) -> None:
    made.get("/topics/Energy")
    assert {request.topic for request in engine.asked} == {("Energy",)}
