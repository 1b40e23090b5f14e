"""Keys for the whole page, and the switch that turns them off."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.controls import search_box

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("focus", ["body", "input[type=checkbox]", "a.skip-link"])
def test_slash_moves_to_the_search_box_and_selects_its_text(page: Page, site: str, focus: str) -> None:
    page.goto(f"{site}/?q=robot")
    page.locator(focus).first.focus()
    page.keyboard.press("/")
    expect(search_box(page)).to_be_focused()
    expect(search_box(page)).to_have_value("robot")
    page.keyboard.type("ferry")
    expect(search_box(page)).to_have_value("ferry")


@pytest.mark.parametrize("key", ["/", "?"])
def test_key_is_text_in_the_search_box(page: Page, site: str, key: str) -> None:
    page.goto(site)
    search_box(page).focus()
    page.keyboard.type(f"and{key}or")
    expect(search_box(page)).to_have_value(f"and{key}or")


@pytest.mark.parametrize("key", ["Control+/", "Alt+/", "Meta+/"])
def test_key_with_a_modifier_is_left_to_the_browser(page: Page, site: str, key: str) -> None:
    page.goto(site)
    page.keyboard.press(key)
    expect(search_box(page)).not_to_be_focused()


def test_question_mark_opens_the_help(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    page.keyboard.press("?")
    page.wait_for_url("**/help")
    page.go_back()
    expect(search_box(page)).to_have_value("robot")


def test_keys_can_be_switched_off_for_good(page: Page, site: str) -> None:
    page.goto(f"{site}/help")
    switch = page.get_by_label("Use the shortcuts")
    expect(switch).to_be_checked()
    switch.uncheck()
    page.keyboard.press("/")
    expect(search_box(page)).not_to_be_focused()
    page.goto(site)
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(search_box(page)).not_to_be_focused()
    page.goto(f"{site}/help")
    expect(switch).not_to_be_checked()
    switch.check()
    page.keyboard.press("/")
    expect(search_box(page)).to_be_focused()


def test_switch_is_hidden_without_javascript(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/help")
    expect(no_js_page.locator("#shortcuts")).to_be_hidden()
