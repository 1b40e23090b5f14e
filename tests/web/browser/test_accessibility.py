"""The order of the Tab key, and reduced motion."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_tab_order_is_reading_order(open_page: Callable[..., Page], fake_site: str) -> None:
    page = open_page(viewport={"width": 320, "height": 800})
    page.goto(f"{fake_site}/?q=ferries+yesterday+harb*")
    page.focus("#results-heading")
    stops: list[str] = []
    while not stops or stops[-1] != "Must include yesterday":
        page.keyboard.press("Tab")
        stops.append(" ".join(str(page.evaluate("document.activeElement.textContent")).split()))
        assert len(stops) < 40, stops
    assert stops == [
        "Relevance", "Newest", "Oldest", "Popular", "Filters", "Timeline",
        "Electric ferry takes its first passengers across the harbour on 0.example", "Only The Wheel", "Energy",
        "AI in Autos", "More coverage (7)", "Why this result", "Details",
        "A ferry without a funnel on 1.example", "Must include yesterday",
    ]  # fmt: skip


def test_skip_link_is_the_first_tab_stop(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to results")).to_be_focused()


def test_reduced_motion_is_honoured(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(f"{site}/?q=robot")
    assert page.evaluate("""[...document.querySelectorAll("*")].every((each) => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(each);
        return transitionDuration === "0s" && animationName === "none" && scrollBehavior === "auto";
    })""")
