"""Facets and filter chips on the page."""

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from search import Bucket, Facet, Recent, SearchRequest
from tests.web.pages import heading, link_urls, page
from web.links import page_urls
from web.page.filters import date_presets, facet_groups, removable_filters
from web.parameters import PAGE_DEFAULTS


def test_facets_are_checkboxes_with_counts(client: FlaskClient) -> None:
    names = [attrs.get("aria-label") for attrs, _ in page(client, "q=robot").all("input", type="checkbox")]
    assert "AI in Robotics, 13 articles" in names
    assert "AI Ethics, 1 article" in names


def test_chip_removes_its_filter_and_clear_all_keeps_the_query(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI+in+Robotics&provider=Robot+Courier&from=2024-01-01")
    assert link_urls(shown, "Remove topic AI in Robotics") == ["/?q=robot&provider=Robot%20Courier&from=2024-01-01"]
    assert link_urls(shown, "Clear all filters") == ["/?q=robot"]


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2024-01-31", "31 January 2024"),
        ("2024-01-31T09:30:00Z", "31 January 2024, 09:30 UTC"),
        ("2024-01-31T09:30", "31 January 2024, 09:30 UTC"),
        ("2024-01-31T09:30-05:00", "31 January 2024, 09:30 UTC-05:00"),
    ],
)
def test_chip_formats_dates_as_results_do(client: FlaskClient, moment: str, text: str) -> None:
    chips = page(client, f"from={moment}&to={moment}").all("a", class_="chip")
    assert [chip for _, chip in chips] == [f"From {text} ×", f"To {text} ×"]


def test_chips_are_in_canonical_order_and_unique(client: FlaskClient) -> None:
    chips = page(client, "topic=Robots&topic=AI&topic=Robots").all("a", class_="chip")
    assert [chip for _, chip in chips] == ["Topic AI ×", "Topic Robots ×"]


def topic_facet(values: int, selected: int = 0, total_values: int = 0) -> Facet:
    """A facet whose last values are the selected ones."""
    buckets = tuple(Bucket(str(n), 9, selected=n >= values - selected) for n in range(values))
    return Facet("topic", total_values or values, 0, buckets)


@pytest.mark.parametrize(
    ("values", "selected", "first", "rest"),
    [
        pytest.param(8, 0, "01234567", "", id="eight"),
        pytest.param(9, 0, "01234567", "8", id="nine"),
        pytest.param(10, 2, "89012345", "67", id="selected values first"),
        pytest.param(10, 9, "123456789", "0", id="every selected value"),
    ],
)
def test_eight_values_of_a_facet_are_visible(values: int, selected: int, first: str, rest: str) -> None:
    (group,) = facet_groups("", page_urls("", PAGE_DEFAULTS), [topic_facet(values, selected)])
    assert "".join(bucket.value for bucket in group.first) == first
    assert "".join(bucket.value for bucket in group.rest) == rest
    assert group.selected == selected


@pytest.mark.parametrize(
    ("total_values", "rest", "link"),
    [
        pytest.param(9, 1, None, id="all values are in the results"),
        pytest.param(10, 0, "/root/facets/topic?q=a", id="more values"),
    ],
)
def test_values_that_are_not_in_the_results_have_a_page(total_values: int, rest: int, link: str | None) -> None:
    urls = page_urls("/root", PAGE_DEFAULTS.model_copy(update={"q": "a"}))
    (group,) = facet_groups("/root", urls, [topic_facet(9, 0, total_values)])
    assert (len(group.rest), group.all_link) == (rest, link)


def test_selected_values_come_first_then_years_from_the_newest() -> None:
    values = (Bucket("2020", 0, selected=True), Bucket("2019", 9), Bucket("2024", 5), Bucket("2021", 7))
    (group,) = facet_groups("", page_urls("", PAGE_DEFAULTS), [Facet("year", 4, 0, values)])
    assert [choice.value for choice in group.first] == ["2020", "2024", "2021", "2019"]


@pytest.mark.parametrize(
    ("facet", "request_", "offered"),
    [
        (Facet("type", 1, 0, (Bucket("video", 5),)), {}, False),
        (Facet("type", 1, 2, (Bucket("video", 5),)), {}, True),
        (Facet("type", 1, 0, (Bucket("video", 5, selected=True),)), {"type": ("video",)}, True),
        (Facet("type", 1, 0, (Bucket("video", 5),)), {"not_type": ("article",)}, True),
        (Facet("type", 0, 0, ()), {}, False),
    ],
)
def test_facet_that_all_articles_share_is_not_offered(facet: Facet, request_: dict[str, Any], offered: bool) -> None:
    urls = page_urls("", PAGE_DEFAULTS.model_copy(update=request_))
    assert bool(facet_groups("", urls, [facet])) == offered


def test_value_can_be_excluded_and_included_again(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI&not_topic=Chips&page=1")
    (exclusion,) = link_urls(shown, "Exclude AI in Robotics")
    assert exclusion == "/?q=robot&topic=AI&not_topic=AI%20in%20Robotics&not_topic=Chips"
    assert link_urls(shown, "Include Chips") == ["/?q=robot&topic=AI"]
    assert not link_urls(shown, "Exclude AI")


def test_excluded_values_stand_above_the_others(client: FlaskClient) -> None:
    shown = client.get("/?not_topic=AI+Ethics").text
    assert shown.index('aria-label="Excluded topic') < shown.index('name="topic"')


def test_excluded_value_leaves_the_results(client: FlaskClient) -> None:
    (link,) = link_urls(page(client, "q=robot"), "Exclude AI in Robotics")
    assert heading(page(client, link.removeprefix("/?"))) == "1 result for robot"


RECENT = (Recent(7, date(2023, 11, 20), 0), Recent(30, date(2023, 10, 28), 3), Recent(365, date(2022, 11, 27), 4))


@pytest.mark.parametrize(
    ("query", "active"), [("from=2023-10-28", "Last 30 days"), ("from=2023-10-28&to=2023-11-20", ""), ("", "")]
)
def test_date_presets_count_back_from_the_newest_article(query: str, active: str) -> None:
    request = SearchRequest.checked({"page": 3} | dict(pair.split("=") for pair in query.split("&") if pair))
    offered = date_presets(page_urls("", request.model_copy(update={"collapse": "story"})), RECENT)
    assert offered is not None
    assert offered.newest == "26 November 2023"
    assert [(preset.name, preset.link.split("&")[0], preset.articles) for preset in offered.presets] == [
        ("Last 30 days", "/?from=2023-10-28", 3),
        ("Last 12 months", "/?from=2022-11-27", 4),
    ]
    assert "".join(preset.name for preset in offered.presets if preset.active) == active


def test_date_presets_without_articles_are_not_offered() -> None:
    urls = page_urls("", PAGE_DEFAULTS)
    assert [date_presets(urls, recent) for recent in ((), RECENT[:1])] == [None, None]


def test_date_preset_finds_as_many_articles_as_it_says(client: FlaskClient) -> None:
    shown = page(client, "collapse=none")
    ((_, presets),) = shown.all("ul", class_="presets")
    name, articles = re.findall(r"(Last \d+ \w+) ([\d,]+) article", presets)[-1]
    (link,) = link_urls(shown, name)
    assert client.get(f"/api/v1/search?{link.removeprefix('/?')}").json["total"] == int(articles)  # type: ignore[index]


@pytest.mark.parametrize(
    ("filters", "removals"),
    [
        ({"from": "2026-01-02"}, ["Remove start date “2 January 2026”"]),
        ({"to": "2026-01-02"}, ["Remove end date “2 January 2026”"]),
        ({"from": "2026-01-02", "to": "2026-01-03"}, ["Remove dates “2 January 2026 to 3 January 2026”"]),
        ({"type": ["video"], "not_topic": ["AI"]}, ["Remove type “video”", "Remove excluded topic “AI”"]),
        ({"match": "all"}, ["Include articles that lack a word"]),
        ({}, []),
    ],
)
def test_removable_filters(filters: dict[str, object], removals: list[str]) -> None:
    request = SearchRequest.checked({"match": PAGE_DEFAULTS.match, **filters})
    assert [chip.removal for chip in removable_filters(request)] == removals


@pytest.mark.parametrize(
    ("query", "offered"), [("topic=AI", False), ("topic=AI&topic=AI+Ethics", True), ("topic_op=all", True), ("", False)]
)
def test_all_topics_at_once_is_offered_for_two_topics(client: FlaskClient, query: str, offered: bool) -> None:
    assert bool(page(client, query).all("input", name="topic_op")) == offered


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("", ["collapse"]),
        ("q=robot", []),
        ("q=robot&match=all", ["match"]),
        ("q=robot&collapse=none", ["collapse"]),
        ("q=robot+tram", ["match"]),
        ("q=takes+OR+the", ["match", "collapse"]),
        ("q=xyzzy", []),
        ("q=%22robot+arm%22+-tram", []),
    ],
)
def test_choices_that_change_nothing_are_not_offered(client: FlaskClient, query: str, offered: list[str]) -> None:
    shown = page(client, query)
    boxes = [attrs["name"] for attrs, _ in shown.all("input", type="checkbox")]
    assert [name for name in boxes if name in {"match", "collapse"}] == offered
    assert ("Show" in [text for _, text in shown.all("legend")]) == bool(offered)


def test_empty_results_have_no_links_to_wider_dates_beside_the_suggestions(client: FlaskClient) -> None:
    shown = page(client, "q=xyzzy&from=2024-05-01&to=2024-05-01")
    assert not {"All dates", "May 2024"} & {text for _, text in shown.all("a")}
    assert "All dates" in {text for _, text in page(client, "q=robot&from=2024-05-01").all("a")}
