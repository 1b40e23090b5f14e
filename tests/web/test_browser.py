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
from tests.made import LONG, MadeEngine
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
MADE = [  # answers that are more than a list: corrected, with words missing, of stories, explained
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
def made_site() -> Iterator[str]:
    """Whose answers are made by hand."""
    with served(create_app(Settings(), engine=MadeEngine())) as address:
        yield address


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


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
    expect(plain.get_by_role("heading", name="6 articles")).to_be_visible()
    plain.get_by_role("link", name="Remove provider Robot Courier").click()
    expect(plain.get_by_role("heading", name="13 articles")).to_be_visible()
    plain.get_by_role("link", name="Oldest").click()
    expect(plain.get_by_role("heading", name="13 articles")).to_be_visible()
    assert "sort=oldest" in plain.url


def test_pages_without_javascript(plain: Page, site: str) -> None:
    plain.goto(site)
    plain.get_by_role("link", name="Next").click()
    expect(plain).to_have_title("All articles, page 2, 76 results – Article search")


def test_answers_can_be_bent_without_javascript(plain: Page, made_site: str) -> None:
    """Through the words that may be missing and the articles of a story, and what is typed next keeps to it."""
    plain.goto(f"{made_site}/?q=electrik+ferry")
    plain.get_by_role("link", name="Show every article").click()
    expect(plain.get_by_label("Every article of a story")).to_be_checked()
    plain.get_by_label("Only articles with every word").check()
    plain.get_by_role("button", name="Apply filters").click()
    assert plain.url.endswith("?q=electrik+ferry&from=&to=&match=all&collapse=none")
    plain.get_by_role("link", name="Remove match every word").click()
    plain.get_by_role("link", name="electrik ferry").click()
    assert plain.url.endswith("?q=electrik%20ferry&typo=0&collapse=none")


def test_why_a_result_is_there_unfolds_without_javascript(plain: Page, made_site: str) -> None:
    plain.goto(f"{made_site}/?q=fery")
    expect(plain.get_by_text("as “ferry”")).to_be_hidden()
    plain.get_by_text("Why this result").click()
    expect(plain.get_by_text("as “ferry”")).to_be_visible()


COLOURS = """async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const [width, height] = [image.width - 8, image.height - 8];
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(image, -4, -4);
    return new Set(new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer)).size;
}"""
"""How many colours a picture has within its round corners."""


@pytest.mark.parametrize("width", [320, 1280])
def test_in_the_place_of_a_picture_that_cannot_be_loaded_is_no_sign_of_it_without_javascript(
    browser: Browser, plain: Page, made_site: str, width: int
) -> None:
    plain.set_viewport_size({"width": width, "height": 800})
    plain.route("https://0.example/**", lambda route: route.abort())
    plain.goto(f"{made_site}/?q=fery")
    shown = plain.locator("img.picture").screenshot()
    page = browser.new_page()
    assert page.evaluate(COLOURS, b64encode(shown).decode()) == 1
    page.close()


def test_the_keyboard_goes_through_an_answer_in_reading_order(browser: Browser, made_site: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(f"{made_site}/?q=ferries+yesterday+harb*")
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


@pytest.mark.parametrize("search", MADE)
def test_nothing_unfolded_scrolls_sideways_on_a_phone(browser: Browser, made_site: str, search: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(made_site + search)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_filters_unfold_on_a_phone(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    page.goto(f"{site}/?q=robot&topic=AI")
    expect(page.get_by_label("AI in Robotics")).to_be_hidden()
    page.get_by_text("Filters (1)").click()
    expect(page.get_by_label("AI in Robotics")).to_be_visible()
    page.close()


def is_uncovered(control: Locator) -> bool:
    """Whether nothing lies over its middle."""
    return bool(
        control.evaluate("""(control) => {
            const { x, y, width, height } = control.getBoundingClientRect();
            return control.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }""")
    )


@pytest.mark.parametrize("width", [320, 1280])
def test_no_filter_is_covered_when_it_has_the_focus(browser: Browser, site: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 500})
    page.goto(f"{site}/?q=robot")
    unfold(page)
    for control in page.locator(".filters :is(input, a)").all():
        page.evaluate("scrollTo(0, 0)")
        control.focus()
        assert is_uncovered(control)
    page.close()


def test_no_date_is_covered_at_the_lower_edge_of_a_phone(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 500})
    page.goto(f"{site}/?q=robot")
    unfold(page)
    page.locator("#from").evaluate("(control) => control.scrollIntoView(false)")
    assert is_uncovered(page.locator("#from"))
    page.close()


def barriers(browser: Browser, address: str, look: str) -> str:
    """What axe has to say against the page with everything unfolded; empty where that is nothing."""
    page = browser.new_page(
        color_scheme="dark" if look == "dark" else "light", forced_colors="active" if look == "forced" else "none"
    )
    page.goto(address)
    unfold(page)
    results = Axe().run(page)
    page.close()
    return results.generate_report() if results.violations_count else ""


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("look", ["light", "dark", "forced"])
def test_assistive_technology_finds_no_barrier(browser: Browser, site: str, search: str, look: str) -> None:
    assert barriers(browser, site + search, look) == ""


@pytest.mark.parametrize("search", MADE)
@pytest.mark.parametrize("look", ["light", "dark", "forced"])
def test_assistive_technology_finds_no_barrier_in_answers(
    browser: Browser, made_site: str, search: str, look: str
) -> None:
    assert barriers(browser, made_site + search, look) == ""


def missed(browser: Browser, address: str) -> list[str]:
    """The targets that are too small to hit on a phone, with everything unfolded."""
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(address)
    unfold(page)
    small = []
    for target in page.locator("button, summary, label.checkbox, .chip, main ul a, main p a").all():
        box = target.bounding_box()
        if box is None or min(box["height"], box["width"]) < 24:
            small.append(target.inner_text())
    page.close()
    return small


@pytest.mark.parametrize("search", SEARCHES[:3])
def test_targets_can_be_hit(browser: Browser, site: str, search: str) -> None:
    assert missed(browser, site + search) == []


@pytest.mark.parametrize("search", MADE)
def test_targets_of_answers_can_be_hit(browser: Browser, made_site: str, search: str) -> None:
    assert missed(browser, made_site + search) == []
