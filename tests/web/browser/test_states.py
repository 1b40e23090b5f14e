"""States without results: nothing searched, nothing found, no index, errors."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from search import Settings, build_index
from tests.web.browser.conftest import served
from web import create_app

pytestmark = pytest.mark.browser


def test_example_on_the_home_page_finds_something(no_js_page: Page, site: str) -> None:
    no_js_page.goto(site)
    no_js_page.get_by_role("list", name="Example searches").get_by_role("link").nth(1).click()
    expect(no_js_page.locator(".hit").first).to_be_visible()


def test_filters_that_find_nothing_can_be_removed(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/?q=robot&topic=Nowhere")
    expect(no_js_page.get_by_role("heading", name="0 results for")).to_be_visible()
    no_js_page.get_by_role("link", name="Remove topic “Nowhere”").click()
    expect(no_js_page.get_by_role("heading", name="14 results for")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_page_without_an_index_reloads_when_there_is_one(
    open_page: Callable[..., Page], sample_archive: Path, tmp_path: Path, scripts: bool
) -> None:
    """Without JavaScript by a link: a page that reloads every few seconds loses what the reader types."""
    page = open_page(java_script_enabled=scripts)
    with served(create_app(Settings(index_dir=tmp_path / "index"))) as address:
        page.goto(f"{address}/?q=robot")
        expect(page.get_by_role("heading", name="The archive is not ready yet")).to_be_visible()
        build_index(sample_archive, tmp_path / "index")
        if not scripts:
            page.wait_for_timeout(1500)  # the service looks for an index every second
            page.get_by_role("link", name="Reload this page").click()
        expect(page.get_by_role("heading", name="14 results for")).to_be_visible(timeout=20_000)


def test_error_page_has_the_search_box(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}/nowhere")
    expect(no_js_page.get_by_role("heading", name="Page not found")).to_be_visible()
    no_js_page.get_by_label("Search the articles").fill("robot")
    no_js_page.keyboard.press("Enter")
    expect(no_js_page.get_by_role("heading", name="14 results for")).to_be_visible()
