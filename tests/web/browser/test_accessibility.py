"""The page by keyboard, by touch, and as axe-core judges it."""

from collections.abc import Callable
from itertools import groupby, product
from operator import attrgetter
from typing import Final, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browser.searches import FAKE_SEARCHES, SEARCHES, open_details
from tests.web.browser.states import STATES, visit

pytestmark = pytest.mark.browser

AXE: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}  # WCAG 2.2 AA; off by default

COLOURS: Final = ("light", "dark", "forced")
WIDTHS: Final = (320, 768, 1280)
HEIGHTS: Final = (400, 600, 740, 900, 1200)


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
        "Relevance", "Newest", "Oldest", "Popular", "Filters",
        "Electric ferry takes its first passengers across the harbour on 0.example", "Only The Wheel", "Energy",
        "AI in Autos", "More coverage (7)", "Why this result", "Details",
        "A ferry without a funnel on 1.example", "Must include yesterday",
    ]  # fmt: skip


def test_skip_link_is_the_first_tab_stop(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to results")).to_be_focused()


@pytest.mark.parametrize("state", STATES)
def test_page_has_landmarks_and_one_first_heading(page: Page, request: pytest.FixtureRequest, state: str) -> None:
    page.goto(request.getfixturevalue(STATES[state].site) + STATES[state].path)
    for landmark in ("search", "main"):
        expect(page.get_by_role(landmark)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_label("Search the articles")).to_be_visible()
    expect(page.get_by_role("list").and_(page.locator("[aria-live]"))).to_have_count(0)


def test_reduced_motion_is_honoured(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(f"{site}/?q=robot")
    assert page.evaluate("""[...document.querySelectorAll("*")].every((each) => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(each);
        return transitionDuration === "0s" && animationName === "none" && scrollBehavior === "auto";
    })""")


FOCUS: Final = """(control) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(control);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
}"""


@pytest.mark.parametrize("colours", COLOURS)
def test_focus_is_visible(open_page: Callable[..., Page], site: str, colours: str) -> None:
    page = open_page(color_scheme="dark" if colours == "dark" else "light")
    if colours == "forced":
        page.emulate_media(forced_colors="active")
    page.goto(f"{site}/?q=robot")
    page.keyboard.press("Tab")
    for _ in range(40):
        assert page.locator(":focus").evaluate(FOCUS), page.locator(":focus").evaluate("each => each.outerHTML")
        page.keyboard.press("Tab")


class Look(NamedTuple):
    """How a page is looked at; without scripts, only the page itself is loaded."""

    colours: str
    width: int
    height: int
    scripts: bool = True


def looks(state: str) -> list[Look]:
    """Three looks that have each colour scheme and width once, and one without scripts.

    The next state has other pairs and heights, and three states have all pairs."""
    number = list(STATES).index(state)
    shown = [
        Look(colours, WIDTHS[(at + number) % 3], HEIGHTS[(3 * number + at) % 5]) for at, colours in enumerate(COLOURS)
    ]
    if not STATES[state].needs_scripts:
        shown.append(Look(COLOURS[number % 2], WIDTHS[number // 2 % 3], HEIGHTS[number % 5], scripts=False))
    return shown


def violations(page: Page, look: Look) -> str:
    """The report of axe on the page; empty if it finds nothing."""
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(
        color_scheme="dark" if look.colours == "dark" else "light",
        forced_colors="active" if look.colours == "forced" else "none",
    )
    results = Axe().run(page, options=AXE)
    return results.generate_report() if results.violations_count else ""


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_no_violation(open_page: Callable[..., Page], request: pytest.FixtureRequest, state: str) -> None:
    """With all disclosures open."""
    address = request.getfixturevalue(STATES[state].site)
    found: dict[Look, str] = {}
    for scripts, group in groupby(looks(state), attrgetter("scripts")):
        page = open_page()
        page.route("https://*.example/**", lambda route: route.abort())
        if not scripts:  # axe needs timers, which a page with JavaScript switched off does not have
            page.route("**/static/**/*.js", lambda route: route.abort())
        visit(page, address, STATES[state])
        found |= {look: report for look in group if (report := violations(page, look))}
    assert not found, "\n".join(f"{look}: {report}" for look, report in found.items())


def test_axe_sees_every_combination() -> None:
    seen = [look for state in STATES for look in looks(state)]
    assert {(look.colours, look.width) for look in seen} == set(product(COLOURS, WIDTHS))
    assert {(look.width, look.height) for look in seen} == set(product(WIDTHS, HEIGHTS))
    assert {look.width for look in seen if not look.scripts} == set(WIDTHS)


@pytest.mark.parametrize(
    ("breakage", "rule"),
    [
        ("document.querySelector('.excerpt').style.color = '#bbb'", "color-contrast"),
        ("document.querySelector('label[for=q]').remove()", "label"),
    ],
)  # fmt: skip
def test_axe_finds_what_is_broken(page: Page, site: str, breakage: str, rule: str) -> None:
    page.goto(f"{site}/?q=robot")
    page.evaluate(breakage)
    assert rule in violations(page, Look("light", 1280, 900))


# Every bar of a chart has an equal link in the chart's table, as the success criterion on target size allows.
TARGETS = (
    "a:not(.bars a), button, summary, label.checkbox, label.choice, "
    "input:not([type=checkbox], [type=radio], [type=hidden])"
)
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
