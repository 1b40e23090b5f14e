"""Filters without JavaScript: include, exclude, any or all, all values, dates."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_value_is_excluded_and_included_again(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/?q=robot")
    expect(no_js_page.get_by_role("heading", name="14 results for")).to_be_visible()
    no_js_page.get_by_role("link", name="Exclude AI in Robotics").click()
    expect(no_js_page.get_by_role("heading", name="1 result for")).to_be_visible()
    expect(no_js_page.get_by_role("link", name="Remove excluded topic AI in Robotics")).to_be_visible()
    no_js_page.get_by_role("link", name="Include AI in Robotics").click()
    assert no_js_page.url == f"{site}/?q=robot"


def test_exclusion_is_kept_by_the_form(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/?q=robot")
    no_js_page.get_by_role("link", name="Exclude Robot Courier").click()
    no_js_page.get_by_label("AI in Robotics, ").check()
    no_js_page.get_by_role("button", name="Apply filters").click()
    assert no_js_page.url == f"{site}/?q=robot&topic=AI%20in%20Robotics&not_provider=Robot%20Courier"


def test_all_selected_topics_can_be_required(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/?topic=AI&topic=AI+in+Robotics")
    no_js_page.get_by_label("Match all selected").check()
    no_js_page.get_by_role("button", name="Apply filters").click()
    assert "topic_op=all" in no_js_page.url
    expect(no_js_page.get_by_label("Match all selected")).to_be_checked()


def test_facet_says_how_many_values_are_selected(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/?topic=AI&topic=Nowhere")
    group = no_js_page.get_by_role("group", name="Topics 2 selected")
    expect(group.get_by_role("checkbox").nth(1)).to_be_checked()
    expect(group.get_by_role("checkbox", name="Nowhere, 0 articles")).to_be_checked()


def test_value_is_found_on_the_page_of_all_values(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/facets/topic?q=robot&year=2026")
    no_js_page.get_by_label("Find in topics").fill("ETHICS")
    no_js_page.get_by_role("button", name="Find").click()
    expect(no_js_page.get_by_role("status")).to_have_text("1 topic contains “ETHICS”")
    no_js_page.get_by_label("AI Ethics").check()
    no_js_page.get_by_role("button", name="Apply filters").click()
    assert no_js_page.url == f"{site}/?q=robot&topic=AI%20Ethics&year=2026"


def test_list_of_all_values_scrolls_in_place(page: Page, site: str) -> None:
    """A facet has at least nine values, and the results list up to twenty."""
    page.goto(site)
    more = page.locator("details.more").first
    more.locator("summary").click()
    expect(more.get_by_role("checkbox").last).to_be_attached()
    assert more.locator(".checkboxes").evaluate("(list) => getComputedStyle(list).overflowY") == "auto"


def test_date_preset_is_marked_and_has_results(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/?collapse=none")
    preset = no_js_page.locator(".presets li").last
    articles = preset.locator(".count").inner_text().split()[0]
    preset.get_by_role("link").click()
    expect(no_js_page.get_by_role("heading", name=f"of {articles} results")).to_be_visible()
    expect(no_js_page.locator(".presets [aria-current]")).to_have_count(1)


def test_wrong_dates_are_explained_next_to_the_input(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/?q=robot")
    no_js_page.get_by_label("From").fill("2024-05-02")
    no_js_page.get_by_label("To", exact=True).fill("2024-05-01")
    no_js_page.get_by_role("button", name="Apply filters").click()
    to = no_js_page.get_by_label("To", exact=True)
    expect(to).to_have_accessible_description("‘To’ must be on or after ‘From’")
    expect(to).to_have_value("2024-05-01")
    no_js_page.get_by_role("link", name="‘To’ must be on or after ‘From’").click()
    expect(to).to_be_focused()


@pytest.mark.parametrize(("width", "aside"), [(959, False), (960, True), (1280, True)])
def test_filters_are_a_sidebar_from_60rem(open_page: Callable[..., Page], site: str, width: int, aside: bool) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{site}/?q=robot")
    expect(page.get_by_text("Filters", exact=True)).to_be_visible(visible=not aside)
    expect(page.get_by_label("AI in Robotics, ")).to_be_visible(visible=aside)


@pytest.mark.parametrize("scripts", [True, False])
def test_apply_is_offered_only_without_javascript(open_page: Callable[..., Page], site: str, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto(f"{site}/?q=robot")
    expect(page.get_by_role("button", name="Apply filters")).to_be_visible(visible=not scripts)
