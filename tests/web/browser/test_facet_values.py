"""All values of a facet, opened in place."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.browser.conftest import TOPICS
from tests.web.browser.controls import boxes_of, expect_results

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(page: Page, topical_site: str) -> Page:
    """The page with all topics opened in place."""
    page.goto(topical_site)
    page.get_by_role("link", name="Show all 60 topics").click()
    expect(boxes(page)).to_have_count(60)
    return page


def boxes(page: Page) -> Locator:
    return boxes_of(page, "topic")


def box_of(page: Page, topic: str) -> Locator:
    return boxes(page).and_(page.locator(f"[value='{topic}']"))


def test_list_opens_in_place_and_closes(opened: Page) -> None:
    assert "/facets/" not in opened.url
    expect(opened.get_by_label("Find in topics")).to_be_focused()
    expect(opened.get_by_text("60 topics", exact=True)).to_be_visible()
    opened.get_by_role("button", name="Show fewer").click()
    expect(opened.get_by_role("link", name="Show all 60 topics")).to_be_focused()
    expect(boxes(opened)).to_have_count(8)


def test_box_finds_values_on_the_server(opened: Page) -> None:
    opened.get_by_label("Find in topics").fill("ic 15")
    expect(boxes(opened)).to_have_count(10)
    expect(opened.get_by_text("10 topics contain “ic 15”")).to_be_visible()


def test_values_are_sorted_by_number_or_name(opened: Page) -> None:
    expect(boxes(opened).first).to_have_value(TOPICS[-1])
    opened.get_by_label("A to Z").check()
    expect(boxes(opened).first).to_have_value(TOPICS[0])


def test_tick_in_the_list_applies_and_keeps_list_and_focus(opened: Page) -> None:
    opened.get_by_label("Find in topics").fill("ic 14")
    expect(boxes(opened)).to_have_count(10)
    control = box_of(opened, "Topic 147")
    control.focus()
    control.press("Space")
    expect_results(opened, "All articles, 1 result", "topic=Topic%20147")
    expect(control).to_be_focused()
    opened.wait_for_load_state("networkidle")  # all parts of the page are those of the new search
    box_of(opened, "Topic 148").check()
    expect_results(opened, "All articles, 2 results", "topic=Topic%20147&topic=Topic%20148")
    control.uncheck()
    expect_results(opened, "All articles, 1 result", "topic=Topic%20148")
    opened.go_back()
    expect(control).to_be_checked()
    opened.get_by_role("button", name="Show fewer").click()
    expect(box_of(opened, "Topic 148")).to_be_checked()


def test_tick_that_is_not_applied_is_undone_in_the_list(opened: Page) -> None:
    opened.context.set_offline(True)
    control = box_of(opened, "Topic 130")
    control.click()
    expect(opened.get_by_role("alert")).to_be_visible()
    expect(control).not_to_be_checked()
    opened.context.set_offline(False)
    opened.get_by_role("link", name="Try again").click()
    expect(control).to_be_checked()


def test_value_is_excluded_from_the_list(opened: Page) -> None:
    opened.get_by_role("link", name="Exclude Topic 131").click()
    expect_results(opened, "All articles, 60 results", "not_topic=Topic%20131")


def test_link_leads_to_a_page_without_javascript(no_js_page: Page, topical_site: str) -> None:
    no_js_page.goto(topical_site)
    no_js_page.get_by_role("link", name="Show all 60 topics").click()
    no_js_page.get_by_label("Find in topics").fill("147")
    no_js_page.get_by_role("button", name="Find").click()
    no_js_page.get_by_label("Topic 147, 1 article").check()
    no_js_page.get_by_role("button", name="Apply filters").click()
    expect_results(no_js_page, "All articles, 1 result", "topic=Topic%20147")
