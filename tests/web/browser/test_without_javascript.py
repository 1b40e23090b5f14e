"""The page without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_search_and_filters(no_js_page: Page, site: str) -> None:
    no_js_page.goto(site)
    no_js_page.get_by_label("Search the articles").fill("robot")
    no_js_page.get_by_role("button", name="Search", exact=True).click()
    expect(no_js_page).to_have_title("robot, 14 results – Article search")
    no_js_page.get_by_label("AI in Robotics, 13 articles").check()
    no_js_page.get_by_label("Robot Courier").check()
    no_js_page.get_by_role("button", name="Apply filters").click()
    expect(no_js_page.get_by_role("heading", name="6 results")).to_be_visible()
    no_js_page.get_by_role("link", name="Remove provider Robot Courier").click()
    expect(no_js_page.get_by_role("heading", name="13 results")).to_be_visible()
    no_js_page.get_by_role("link", name="Oldest").click()
    expect(no_js_page.get_by_role("heading", name="13 results")).to_be_visible()
    assert "sort=oldest" in no_js_page.url


def test_dates(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/?q=robot")
    no_js_page.get_by_label("From", exact=True).fill("2026-01-01")
    no_js_page.get_by_label("To", exact=True).fill("2026-12-31")
    no_js_page.get_by_role("button", name="Apply filters").click()
    assert no_js_page.url.endswith("/?q=robot&from=2026-01-01&to=2026-12-31")
    expect(no_js_page.get_by_role("heading", name="3 results")).to_be_visible()


def test_pagination(no_js_page: Page, site: str) -> None:
    no_js_page.goto(site)
    no_js_page.get_by_role("link", name="Next").click()
    expect(no_js_page).to_have_title("All articles, page 2, 76 results – Article search")
    expect(no_js_page.get_by_role("heading", name="21–40 of 76 results")).to_be_visible()


def test_stories_words_and_correction(no_js_page: Page, fake_site: str) -> None:
    """The form keeps the choices about stories and missing words."""
    no_js_page.goto(f"{fake_site}/?q=electrik+ferry")
    no_js_page.get_by_role("link", name="Show every article").click()
    expect(no_js_page.get_by_label("Every article of each story")).to_be_checked()
    no_js_page.get_by_label("Only articles with every word").check()
    no_js_page.get_by_role("button", name="Apply filters").click()
    assert no_js_page.url.endswith("/?q=electrik%20ferry&match=all&collapse=none")
    no_js_page.get_by_role("link", name="Remove match every word").click()
    no_js_page.get_by_role("link", name="electrik ferry").click()
    assert no_js_page.url.endswith("?q=electrik%20ferry&typo=0&collapse=none")


def test_explanation_is_a_page(no_js_page: Page, fake_site: str) -> None:
    no_js_page.goto(f"{fake_site}/?q=fery&topic=Energy")
    no_js_page.get_by_role("link", name="Why this result").click()
    expect(no_js_page.get_by_role("heading", name="Why this result")).to_be_visible()
    expect(no_js_page.get_by_text("as “ferry”")).to_be_visible()
    no_js_page.get_by_role("link", name="Back to the results").click()
    assert no_js_page.url == f"{fake_site}/?q=fery&topic=Energy"


def test_filters_open_on_a_phone(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    page.goto(f"{site}/?q=robot&topic=AI")
    expect(page.get_by_label("AI in Robotics")).to_be_hidden()
    page.get_by_text("Filters (1)").click()
    expect(page.get_by_label("AI in Robotics")).to_be_visible()
