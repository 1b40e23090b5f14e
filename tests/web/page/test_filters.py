"""Facets and filter chips on the page."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from search import Bucket, Facet, SearchRequest
from tests.web.pages import link_urls, page
from web.links import page_urls
from web.page.filters import facet_groups, presets, removable_filters
from web.parameters import PAGE_DEFAULTS


def test_facets_are_checkboxes_with_counts(client: FlaskClient) -> None:
    labels = [text for attrs, text in page(client, "q=robot").all("label", class_="checkbox")]
    assert "AI in Robotics, 13 articles" in labels
    assert "AI Ethics, 1 article" in labels


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
    (group,) = facet_groups(page_urls("", PAGE_DEFAULTS), [topic_facet(values, selected)])
    assert "".join(bucket.value for bucket in group.first) == first
    assert "".join(bucket.value for bucket in group.rest) == rest
    assert group.selected == selected


@pytest.mark.parametrize(
    ("total_values", "facet_size", "link"),
    [
        pytest.param(9, 8, "/?q=a&facet_size=1000", id="more values"),
        pytest.param(8, 8, None, id="all values listed"),
        pytest.param(9, 1000, None, id="largest size"),
        pytest.param(9, 999, "/?q=a&facet_size=1000", id="size below the largest"),
    ],
)
def test_link_to_all_values_of_a_facet(total_values: int, facet_size: int, link: str | None) -> None:
    (group,) = facet_groups(
        page_urls("", PAGE_DEFAULTS.model_copy(update={"q": "a", "facet_size": facet_size})),
        [topic_facet(8, 0, total_values)],
    )
    assert group.all_link == link


@pytest.mark.parametrize(
    ("query", "active"), [("from=2026-11-17", "Past week"), ("from=2026-11-17&to=2026-11-20", ""), ("", "")]
)
def test_date_presets_end_today(query: str, active: str) -> None:
    request = SearchRequest.checked(
        {"page": 3, "timeline": "auto"} | dict(pair.split("=") for pair in query.split("&") if pair)
    )
    offered = presets(page_urls("", request), date(2026, 11, 24))
    assert [(preset.name, preset.link) for preset in offered] == [
        ("Past week", "/?from=2026-11-17&collapse=none"),
        ("Past month", "/?from=2026-10-25&collapse=none"),
        ("Past year", "/?from=2025-11-24&collapse=none"),
    ]
    assert "".join(preset.name for preset in offered if preset.active) == active


@pytest.mark.parametrize(
    ("filters", "removals"),
    [
        ({"from": "2026-01-02"}, ["Remove from “2 January 2026”"]),
        ({"to": "2026-01-02"}, ["Remove to “2 January 2026”"]),
        ({"from": "2026-01-02", "to": "2026-01-03"}, ["Remove dates “2 January 2026 to 3 January 2026”"]),
        ({"type": ["video"], "not_topic": ["AI"]}, ["Remove type “video”", "Remove not topic “AI”"]),
        ({"match": "all"}, ["Include articles that lack a word"]),
        ({}, []),
    ],
)
def test_removable_filters(filters: dict[str, object], removals: list[str]) -> None:
    assert [chip.removal for chip in removable_filters(SearchRequest.checked(filters))] == removals


@pytest.mark.parametrize(
    ("query", "offered"), [("topic=AI", False), ("topic=AI&topic=AI+Ethics", True), ("topic_op=all", True), ("", False)]
)
def test_all_topics_at_once_is_offered_for_two_topics(client: FlaskClient, query: str, offered: bool) -> None:
    assert bool(page(client, query).all("input", name="topic_op")) == offered
