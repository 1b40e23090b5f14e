"""The page in a real browser: without JavaScript, on a phone, magnified, and by assistive technology."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from search import Settings
from web import create_app

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SEARCHES = [
    "/",
    "/?q=robot",
    "/?q=robot&topic=AI+in+Robotics&provider=Robot+Courier",
    "/?q=xyzzy",
    "/?page=x",
    "/nowhere",
]


@pytest.fixture(scope="module")
def site(sample_index: Path) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(Settings(index_dir=sample_index)), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page where JavaScript is switched off."""
    page = browser.new_page(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def test_a_whole_search_without_javascript(plain: Page, site: str) -> None:
    plain.goto(site)
    plain.get_by_label("Search the articles").fill("robot")
    plain.get_by_role("button", name="Search", exact=True).click()
    expect(plain).to_have_title("robot, 14 results – Article search")
    plain.get_by_label("AI in Robotics, 13 articles").check()
    plain.get_by_label("Robot Courier").check()
    plain.get_by_role("button", name="Apply filters").click()
    expect(plain.get_by_role("heading", name="6 results")).to_be_visible()
    plain.get_by_role("link", name="Remove provider Robot Courier").click()
    expect(plain.get_by_role("heading", name="13 results")).to_be_visible()
    plain.get_by_role("link", name="Oldest").click()
    expect(plain.get_by_role("heading", name="13 results")).to_be_visible()
    assert "sort=oldest" in plain.url


def test_pages_without_javascript(plain: Page, site: str) -> None:
    plain.goto(site)
    plain.get_by_role("link", name="Next").click()
    expect(plain).to_have_title("All articles, page 2, 77 results – Article search")


def test_the_skip_link_is_the_first_stop(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/?q=robot")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to results")).to_be_focused()
    page.close()


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_scrolls_sideways(browser: Browser, site: str, search: str, width: int) -> None:
    """A window of 320 pixels is also what one of 1280 has left at 400 %."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(site + search)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_filters_unfold_on_a_phone(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    page.goto(f"{site}/?q=robot&topic=AI")
    expect(page.get_by_label("AI in Robotics")).to_be_hidden()
    page.get_by_text("Filters (1)").click()
    expect(page.get_by_label("AI in Robotics")).to_be_visible()
    page.close()


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("look", ["light", "dark", "forced"])
def test_assistive_technology_finds_no_barrier(browser: Browser, site: str, search: str, look: str) -> None:
    page = browser.new_page(
        color_scheme="dark" if look == "dark" else "light", forced_colors="active" if look == "forced" else "none"
    )
    page.goto(site + search)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.close()


@pytest.mark.parametrize("search", SEARCHES[:3])
def test_targets_can_be_hit(browser: Browser, site: str, search: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(site + search)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for target in page.locator("button, summary, label.choice, .chip, main ul a, .byline a").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 24, target.inner_text()
    page.close()
