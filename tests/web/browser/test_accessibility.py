"""The page by keyboard, by touch, and as axe-core judges it."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browser.searches import FAKE_SEARCHES, SEARCHES, open_details

pytestmark = pytest.mark.browser

AXE = {"rules": {"target-size": {"enabled": True}}}  # WCAG 2.2 AA; off by default


def test_tab_order_is_reading_order(open_page: Callable[..., Page], fake_site: str) -> None:
    page = open_page(viewport={"width": 320, "height": 800})
    page.goto(f"{fake_site}/?q=ferries+yesterday+harb*")
    page.focus("#results-heading")
    stops: list[str] = []
    while not stops or stops[-1] != "Require yesterday":
        page.keyboard.press("Tab")
        stops.append(" ".join(str(page.evaluate("document.activeElement.textContent")).split()))
        assert len(stops) < 40, stops
    assert stops == [
        "Require every word", "Show every article", "Relevance", "Newest", "Oldest", "Popular", "Filters",
        "Electric ferry takes its first passengers across the harbour on 0.example", "Only The Wheel", "Energy",
        "AI in Autos", "More coverage (7)", "Why this result", "Details",
        "A ferry without a funnel on 1.example", "Require yesterday",
    ]  # fmt: skip


def test_skip_link_is_the_first_tab_stop(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to results")).to_be_focused()


def axe_violations(page: Page, address: str) -> str:
    """The report of axe on the page with all details open; empty if it finds nothing."""
    page.goto(address)
    open_details(page)
    results = Axe().run(page, options=AXE)
    return results.generate_report() if results.violations_count else ""


def in_colours(open_page: Callable[..., Page], colours: str) -> Page:
    return open_page(
        color_scheme="dark" if colours == "dark" else "light", forced_colors="active" if colours == "forced" else "none"
    )


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("colours", ["light", "dark", "forced"])
def test_axe_finds_no_violation(open_page: Callable[..., Page], site: str, search: str, colours: str) -> None:
    assert axe_violations(in_colours(open_page, colours), site + search) == ""


@pytest.mark.parametrize("search", FAKE_SEARCHES)
@pytest.mark.parametrize("colours", ["light", "dark", "forced"])
def test_axe_finds_no_violation_in_corrected_and_partial_results(
    open_page: Callable[..., Page], fake_site: str, search: str, colours: str
) -> None:
    assert axe_violations(in_colours(open_page, colours), fake_site + search) == ""


@pytest.mark.parametrize("height", [400, 600, 740, 900, 1200])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_axe_finds_no_violation_in_any_window(
    open_page: Callable[..., Page], fake_site: str, width: int, height: int
) -> None:
    page = open_page(viewport={"width": width, "height": height})
    assert axe_violations(page, f"{fake_site}{FAKE_SEARCHES[0]}&topic=Energy") == ""


# Every bar of a chart has an equal link in the chart's table, as the success criterion on target size allows.
TARGETS = "a:not(.bars a), button, summary, label.checkbox, input:not([type=checkbox], [type=hidden])"
SIZES = """(targets) => [...document.querySelectorAll(targets)]
    .filter((target) => target.checkVisibility() && !target.matches(".skip-link"))
    .map((target) => [target.textContent.trim(), target.getBoundingClientRect()])
    .map(([text, { width, height }]) => [text, Math.round(width), Math.round(height)])"""


def small_targets(page: Page, least: int) -> list[list[object]]:
    """The targets lower than `least` pixels or narrower than 24, with all details open."""
    open_details(page)
    return [target for target in page.evaluate(SIZES, TARGETS) if target[2] < least or target[1] < 24]


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(("touch", "least"), [(False, 24), (True, 44)])
def test_targets_are_large_enough(
    open_page: Callable[..., Page], site: str, search: str, touch: bool, least: int
) -> None:
    page = open_page(viewport={"width": 320, "height": 800}, has_touch=touch, is_mobile=touch)
    page.goto(site + search)
    assert small_targets(page, least) == []


@pytest.mark.parametrize("search", FAKE_SEARCHES)
@pytest.mark.parametrize(("touch", "least"), [(False, 24), (True, 44)])
def test_targets_of_partial_results_are_large_enough(
    open_page: Callable[..., Page], fake_site: str, search: str, touch: bool, least: int
) -> None:
    page = open_page(viewport={"width": 320, "height": 800}, has_touch=touch, is_mobile=touch)
    page.goto(fake_site + search)
    assert small_targets(page, least) == []
