"""The search page, as a reader without JavaScript has it."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient

from search import Article, Settings
from tests.files import indexed
from web import create_app
from web.page.routes import SORTS


class Page(HTMLParser):
    """The elements of a page in order: (tag, attributes, text)."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[list[Any]] = []
        self._open: list[list[Any]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = [tag, dict(attrs), ""]
        self.elements.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element[2] += data

    def all(self, tag: str, **attributes: str) -> list[tuple[dict[str, str], str]]:
        """The attributes and text of every such element."""
        return [
            (attrs, " ".join(text.split()))
            for name, attrs, text in self.elements
            if name == tag and all(attrs.get(key.rstrip("_")) == value for key, value in attributes.items())
        ]


def page(client: FlaskClient, query: str = "", status: int = 200) -> Page:
    response = client.get(f"/?{query}")
    assert (response.status_code, response.mimetype) == (status, "text/html")
    return Page(response.text)


def links(page: Page, text: str) -> list[str]:
    return [attrs["href"] for attrs, words in page.all("a") if words == text or attrs.get("aria-label") == text]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Article search"),
        ("q=robot", "robot, 14 results – Article search"),
        ("q=robot&page=2&per_page=5", "robot, page 2, 14 results – Article search"),
        ("q=xyzzy", "xyzzy, 0 results – Article search"),
    ],
)
def test_the_title_says_where_one_is(client: FlaskClient, query: str, title: str) -> None:
    assert page(client, query).all("title")[0][1] == title


def test_results_are_an_ordered_list_of_headings_that_lead_to_the_articles(client: FlaskClient) -> None:
    shown = page(client, "q=robot&per_page=5&page=2")
    assert shown.all("ol", class_="hits")[0][0]["start"] == "6"
    assert len([heading for heading in shown.all("h3") if heading[1]]) == 5
    assert shown.all("mark")


def test_the_form_carries_what_was_asked(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI&sort=newest&from=2024-01-01")
    assert shown.all("form")[0][0]["method"] == "get"
    assert shown.all("input", name="q")[0][0]["value"] == "robot"
    assert shown.all("input", name="from")[0][0]["value"] == "2024-01-01"
    assert shown.all("input", name="sort")[0][0]["value"] == "newest"
    assert [attrs["value"] for attrs, _ in shown.all("input", name="topic") if "checked" in attrs] == ["AI"]


@pytest.mark.parametrize(
    ("query", "sorts"),
    [
        ("q=robot", ["*Scorer", "Newest", "Oldest", "Popular"]),
        ("q=-robot", ["*Newest", "Oldest", "Popular"]),
        ("", ["*Newest", "Oldest", "Popular"]),
    ],
)
def test_relevance_is_offered_where_something_is_looked_for(client: FlaskClient, query: str, sorts: list[str]) -> None:
    offered = [(attrs, text) for attrs, text in page(client, query).all("a") if text in SORTS.values()]
    assert ["*" * ("aria-current" in attrs) + text for attrs, text in offered] == sorts


def test_facets_are_checkboxes_with_counts(client: FlaskClient) -> None:
    labels = [text for attrs, text in page(client, "q=robot").all("label", class_="choice")]
    assert "AI in Robotics, 13 articles" in labels
    assert "AI Ethics, 1 article" in labels


def test_a_chip_removes_its_filter_and_clear_all_keeps_the_words(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI+in+Robotics&provider=Robot+Courier&from=2024-01-01")
    assert links(shown, "Remove topic AI in Robotics") == ["?q=robot&provider=Robot%20Courier&from=2024-01-01"]
    assert links(shown, "Clear all filters") == ["?q=robot"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("2024-01-31", "31 January 2024"),
        ("2024-01-31T09:30:00Z", "31 January 2024, 09:30 UTC"),
        ("2024-01-31T09:30", "31 January 2024, 09:30 UTC"),
        ("2024-01-31T09:30-05:00", "31 January 2024, 09:30 UTC-05:00"),
    ],
)
def test_a_chip_tells_a_date_as_results_do(client: FlaskClient, given: str, told: str) -> None:
    chips = page(client, f"from={given}&to={given}").all("a", class_="chip")
    assert [text for _, text in chips] == [f"From {told} ×", f"To {told} ×"]


def test_pages_are_linked(client: FlaskClient) -> None:
    shown = page(client, "q=robot&per_page=5&page=2")
    assert shown.all("nav", **{"aria-label": "Pagination"})
    assert [text for _, text in shown.all("a", **{"aria-current": "page"})] in (["2"], ["Page 2"])


def test_dates_the_wrong_way_round_are_a_linked_mistake_with_the_input_kept(client: FlaskClient) -> None:
    shown = page(client, "q=robot&from=2025-02-01&to=2025-01-01", status=422)
    wrong = shown.all("input", name="to")[0][0]
    assert (wrong["value"], wrong["aria-invalid"]) == ("2025-01-01", "true")
    assert shown.all("p", id=wrong["aria-describedby"])
    assert shown.all("input", name="q")[0][0]["value"] == "robot"


def test_every_mistake_is_shown_and_the_form_kept(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI&from=soon&sort=best&colour=red", status=422)
    alert = shown.all("div", role="alert")[0][1]
    assert all(parameter in alert for parameter in ("From", "sort", "colour"))
    assert (shown.all("input", name="from")[0][0]["value"], shown.all("input", name="from")[0][0]["type"]) == (
        "soon",
        "text",
    )
    assert [attrs["value"] for attrs, _ in shown.all("input", name="topic") if "checked" in attrs] == ["AI"]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("q=robot&from=&to=&topic=", id="fields left empty"),
        pytest.param("q=robot&utm_source=letter&fbclid=1", id="what campaigns add to links"),
        pytest.param("&&q=robot&", id="empty pairs"),
        pytest.param("q=+robot+", id="spaces around"),
    ],
)
def test_what_says_nothing_is_no_mistake(client: FlaskClient, query: str) -> None:
    assert page(client, query).all("title")[0][1] == "robot, 14 results – Article search"


@pytest.mark.parametrize(
    ("query", "kind"),
    [("", "date"), ("from=2024-01-01", "date"), ("from=2024-01-01T09:30:00Z", "text")],
)
def test_a_date_is_picked_and_a_time_kept(client: FlaskClient, query: str, kind: str) -> None:
    field = page(client, query).all("input", name="from")[0][0]
    assert (field["type"], field["value"]) == (kind, query.removeprefix("from="))


def test_an_excerpt_that_repeats_the_title_is_not_shown(client: FlaskClient) -> None:
    shown = page(client, "per_page=100")
    titles = {text for _, text in shown.all("h3")}
    assert not titles & {text for _, text in shown.all("p", class_="excerpt")}


def test_of_a_long_excerpt_the_best_part_is_shown() -> None:
    article = Article(id="a", title="Long", excerpt=f"{'Far away. ' * 40}A robot came. {'Far away. ' * 40}".strip())
    with indexed([article]) as index_dir:
        shown = page(create_app(Settings(index_dir=index_dir)).test_client(), "q=robot")
    [(_, excerpt)] = shown.all("p", class_="excerpt")
    assert re.fullmatch(r"…\w.* A robot came\. .*\S…", excerpt)
    assert len(excerpt) <= 300
    assert [text for _, text in shown.all("mark")] == ["robot"]


def test_the_count_is_said_once_in_a_live_region(client: FlaskClient) -> None:
    status = page(client, "q=robot").all("p", role="status")
    assert [text for _, text in status] == ["14 results"]


def test_nothing_found_says_which_filter_to_drop(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI+in+Robotics&from=2010-01-01&to=2010-12-31")
    assert any("Nothing found" in text for _, text in shown.all("h2"))
    assert links(shown, "Without dates “1 January 2010 to 31 December 2010”") == ["?q=robot&topic=AI%20in%20Robotics"]
    assert any("13 articles" in text for _, text in shown.all("li"))


def test_where_no_filter_alone_is_to_blame_all_can_be_dropped(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=Nowhere&provider=Nobody")
    assert links(shown, "Without any filter") == ["?q=robot"]


@pytest.mark.parametrize("query", ["q=xyzzy&topic=AI", "q=xyzzy&topic=AI&provider=Nobody", "q=xyzzy"])
def test_no_way_out_is_offered_that_leads_nowhere(client: FlaskClient, query: str) -> None:
    assert not page(client, query).all("div", class_="nothing")[0][1].startswith("There is more")


def test_warnings_are_shown(client: FlaskClient) -> None:
    assert page(client, "q=%22open").all("ul", class_="warnings")


@pytest.mark.parametrize(("query", "hidden"), [("", False), ("q=robot", True), ("topic=AI", True)])
def test_searches_are_kept_out_of_other_search_engines(client: FlaskClient, query: str, hidden: bool) -> None:
    assert bool(page(client, query).all("meta", name="robots")) == hidden


def test_filter_links_are_not_followed(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI")
    assert all(
        a.get("rel") == "nofollow" for a, _ in shown.all("a") if a["href"].startswith("?") and "page" not in a["href"]
    )


def test_more_coverage_is_listed(client: FlaskClient) -> None:
    assert any("More coverage" in text for _, text in page(client, "per_page=100").all("summary"))


def test_the_footer_says_how_old_the_index_is(client: FlaskClient) -> None:
    assert re.search(r"77 articles\. Last updated (.+ ago|just now) \(", page(client).all("footer")[0][1])


def test_pictures_are_lazy_sized_and_silent(client: FlaskClient) -> None:
    pictures = page(client, "per_page=100").all("img")
    assert pictures
    for attrs, _ in pictures:
        assert (attrs["loading"], attrs["alt"], attrs["referrerpolicy"]) == ("lazy", "", "no-referrer")
        assert attrs["width"].isdigit()
        assert attrs["height"].isdigit()


def test_there_are_landmarks_and_a_way_to_skip(client: FlaskClient) -> None:
    shown = page(client, "q=robot")
    assert links(shown, "Skip to results") == ["#results"]
    assert [len(shown.all(tag)) for tag in ("search", "main", "h1")] == [1, 1, 1]
    assert shown.all("label", for_="q")


def test_an_unknown_page_is_a_page(client: FlaskClient) -> None:
    response = client.get("/nowhere", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (404, "text/html")


def test_an_unknown_page_is_a_problem_for_a_program(client: FlaskClient) -> None:
    response = client.get("/nowhere", headers={"Accept": "application/json"})
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_browsers_can_add_the_search(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml")
    assert response.status_code == 200
    assert "{searchTerms}" in response.text
