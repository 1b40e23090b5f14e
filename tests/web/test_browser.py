"""The page in a real browser: without JavaScript, on a phone, magnified, and by assistive technology."""

import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from werkzeug.serving import make_server

from search import Settings
from tests.fake_engine import LONG, FakeEngine
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
    "/explanations/_news/2026-10-12-the-robot-that-gives-up-its-seat?q=robot",
]
FAKE_SEARCHES = [  # corrected, with partial matches, with stories
    "/?q=ferries+yesterday+harb*",
    "/?q=electrik+yesterday&match=all",
    "/?q=electrik+ferry",
    "/?q=fery&collapse=none",
    f"/?q={LONG}",
]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def site(sample_index: Path) -> Iterator[str]:
    with served(create_app(Settings(index_dir=sample_index))) as address:
        yield address


@pytest.fixture(scope="module")
def fake_site() -> Iterator[str]:
    """A server with a fake engine."""
    with served(create_app(Settings(), engine=FakeEngine())) as address:
        yield address


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    expect(page.locator("details.explanation:not(:has(.reasons, a))")).to_have_count(0)  # they are loaded


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def no_js_page(browser: Browser) -> Iterator[Page]:
    """A page without JavaScript."""
    page = browser.new_page(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def test_search_and_filters_without_javascript(no_js_page: Page, site: str) -> None:
    no_js_page.goto(site)
    no_js_page.get_by_label("Search the articles").fill("robot")
    no_js_page.get_by_role("button", name="Search", exact=True).click()
    expect(no_js_page).to_have_title("robot, 14 results – Article search")
    no_js_page.get_by_label("AI in Robotics, 13 articles").check()
    no_js_page.get_by_label("Robot Courier").check()
    no_js_page.get_by_role("button", name="Apply filters").click()
    expect(no_js_page.get_by_role("heading", name="6 articles")).to_be_visible()
    no_js_page.get_by_role("link", name="Remove provider Robot Courier").click()
    expect(no_js_page.get_by_role("heading", name="13 articles")).to_be_visible()
    no_js_page.get_by_role("link", name="Oldest").click()
    expect(no_js_page.get_by_role("heading", name="13 articles")).to_be_visible()
    assert "sort=oldest" in no_js_page.url


def test_pagination_without_javascript(no_js_page: Page, site: str) -> None:
    no_js_page.goto(site)
    no_js_page.get_by_role("link", name="Next").click()
    expect(no_js_page).to_have_title("All articles, page 2, 76 results – Article search")


def test_stories_words_and_correction_without_javascript(no_js_page: Page, fake_site: str) -> None:
    """The form keeps the choices about stories and missing words."""
    no_js_page.goto(f"{fake_site}/?q=electrik+ferry")
    no_js_page.get_by_role("link", name="Show every article").click()
    expect(no_js_page.get_by_label("Every article of a story")).to_be_checked()
    no_js_page.get_by_label("Only articles with every word").check()
    no_js_page.get_by_role("button", name="Apply filters").click()
    assert no_js_page.url.endswith("?q=electrik+ferry&from=&to=&match=all&collapse=none")
    no_js_page.get_by_role("link", name="Remove match every word").click()
    no_js_page.get_by_role("link", name="electrik ferry").click()
    assert no_js_page.url.endswith("?q=electrik%20ferry&typo=0&collapse=none")


def test_explanation_is_a_page_without_javascript(no_js_page: Page, fake_site: str) -> None:
    no_js_page.goto(f"{fake_site}/?q=fery&topic=Energy")
    no_js_page.get_by_role("link", name="Why this result").click()
    expect(no_js_page.get_by_role("heading", name="Why this result")).to_be_visible()
    expect(no_js_page.get_by_text("as “ferry”")).to_be_visible()
    no_js_page.get_by_role("link", name="Back to the results").click()
    assert no_js_page.url == f"{fake_site}/?q=fery&topic=Energy"


def test_explanation_is_loaded_once_when_it_is_opened(browser: Browser, fake_site: str) -> None:
    page = browser.new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url) if "explanation-" in request.url else None)
    page.goto(f"{fake_site}/?q=fery&topic=Energy")
    summary = page.get_by_text("Why this result")
    assert loaded == []
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("as “ferry”")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("as “ferry”")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_text("as “ferry”")).to_be_visible()
    assert loaded == [f"{fake_site}/explanation-fragments/_news/0?q=fery&topic=Energy"]
    page.close()


def test_explanation_that_cannot_be_loaded_is_linked(browser: Browser, fake_site: str) -> None:
    page = browser.new_page()
    page.route("**/explanation-fragments/**", lambda route: route.abort())
    page.goto(f"{fake_site}/?q=fery")
    page.get_by_text("Why this result").click()
    page.get_by_role("link", name="Why this result").click()
    expect(page.get_by_text("as “ferry”")).to_be_visible()
    page.close()


COLOURS = """async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const [width, height] = [image.width - 8, image.height - 8];
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(image, -4, -4);
    return new Set(new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer)).size;
}"""
"""Counts the colours of a picture inside its rounded corners."""


@pytest.mark.parametrize("width", [320, 1280])
def test_broken_picture_is_one_colour_without_javascript(
    browser: Browser, no_js_page: Page, fake_site: str, width: int
) -> None:
    no_js_page.set_viewport_size({"width": width, "height": 800})
    no_js_page.route("https://0.example/**", lambda route: route.abort())
    no_js_page.goto(f"{fake_site}/?q=fery")
    shown = no_js_page.locator("img.picture").screenshot()
    page = browser.new_page()
    assert page.evaluate(COLOURS, b64encode(shown).decode()) == 1
    page.close()


def test_tab_order_is_reading_order(browser: Browser, fake_site: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(f"{fake_site}/?q=ferries+yesterday+harb*")
    page.focus("#results-heading")
    stops: list[str] = []
    while not stops or stops[-1] != "Must include harb*":
        page.keyboard.press("Tab")
        stops.append(str(page.evaluate("document.activeElement.innerText.trim()")))
        assert len(stops) < 40, stops
    assert [stop.removeprefix("› ") for stop in stops] == [
        "Only articles with every word", "Show every article", "Relevance", "Newest", "Oldest", "Popular", "Filters",
        "The Wheel", "Electric ferry takes its first passengers across the harbour", "Energy", "AI in Autos",
        "The Quay", "Robot Courier", "Le Café Numérique", "and 2 more", "More coverage (2)", "Why this result",
        "The Quay", "A ferry without a funnel", "Must include yesterday", "Must include harb*",
    ]  # fmt: skip
    page.close()


def test_skip_link_is_the_first_tab_stop(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/?q=robot")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to results")).to_be_focused()
    page.close()


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("width", [320, 1280])
def test_page_does_not_scroll_sideways(browser: Browser, site: str, search: str, width: int) -> None:
    """A window of 1280 pixels at 400 % zoom has 320 CSS pixels."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(site + search)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("search", FAKE_SEARCHES)
def test_open_details_do_not_scroll_sideways_on_a_phone(browser: Browser, fake_site: str, search: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(fake_site + search)
    open_details(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_filters_open_on_a_phone(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    page.goto(f"{site}/?q=robot&topic=AI")
    expect(page.get_by_label("AI in Robotics")).to_be_hidden()
    page.get_by_text("Filters (1)").click()
    expect(page.get_by_label("AI in Robotics")).to_be_visible()
    page.close()


def is_uncovered(control: Locator) -> bool:
    """Whether its centre is not covered by another element."""
    return bool(
        control.evaluate("""(control) => {
            const { x, y, width, height } = control.getBoundingClientRect();
            return control.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }""")
    )


@pytest.mark.parametrize("width", [320, 1280])
def test_focused_filter_is_not_covered(browser: Browser, site: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 500})
    page.goto(f"{site}/?q=robot")
    open_details(page)
    for control in page.locator(".filters :is(input, a)").all():
        page.evaluate("scrollTo(0, 0)")
        control.focus()
        assert is_uncovered(control)
    page.close()


def test_date_is_not_covered_at_the_bottom_of_a_phone(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 500})
    page.goto(f"{site}/?q=robot")
    open_details(page)
    page.locator("#from").evaluate("(control) => control.scrollIntoView(false)")
    assert is_uncovered(page.locator("#from"))
    page.close()


def axe_violations(browser: Browser, address: str, colours: str) -> str:
    """The report of axe on the page with all details open; empty if it finds nothing."""
    page = browser.new_page(
        color_scheme="dark" if colours == "dark" else "light", forced_colors="active" if colours == "forced" else "none"
    )
    page.goto(address)
    open_details(page)
    results = Axe().run(page)
    page.close()
    return results.generate_report() if results.violations_count else ""


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("colours", ["light", "dark", "forced"])
def test_axe_finds_no_violation(browser: Browser, site: str, search: str, colours: str) -> None:
    assert axe_violations(browser, site + search, colours) == ""


@pytest.mark.parametrize("search", FAKE_SEARCHES)
@pytest.mark.parametrize("colours", ["light", "dark", "forced"])
def test_axe_finds_no_violation_in_corrected_and_partial_results(
    browser: Browser, fake_site: str, search: str, colours: str
) -> None:
    assert axe_violations(browser, fake_site + search, colours) == ""


def small_targets(browser: Browser, address: str) -> list[str]:
    """The targets smaller than 24 pixels on a phone, with all details open."""
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(address)
    open_details(page)
    small = []
    for target in page.locator("button, summary, label.checkbox, .chip, main ul a, main p a").all():
        box = target.bounding_box()
        if box is None or min(box["height"], box["width"]) < 24:
            small.append(target.inner_text())
    page.close()
    return small


@pytest.mark.parametrize("search", SEARCHES[:3])
def test_targets_are_large_enough(browser: Browser, site: str, search: str) -> None:
    assert small_targets(browser, site + search) == []


@pytest.mark.parametrize("search", FAKE_SEARCHES)
def test_targets_of_partial_results_are_large_enough(browser: Browser, fake_site: str, search: str) -> None:
    assert small_targets(browser, fake_site + search) == []
