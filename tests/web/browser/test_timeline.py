"""The timeline: its bars are links, and a range is selected by mouse, touch and keyboard."""

from collections.abc import Callable
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SEARCH = "/?q=robot&timeline=month"


def selected_range(page: Page) -> tuple[str, str]:
    query = parse_qs(urlsplit(page.url).query)
    return query["from"][0], query["to"][0]


def starts(page: Page) -> list[str]:
    return str(page.locator(".chart").get_attribute("data-starts")).split()


def test_a_bar_is_a_link_without_javascript(no_js_page: Page, site: str) -> None:
    no_js_page.goto(f"{site}{SEARCH}")
    bar = no_js_page.locator(".bars a").first
    name = bar.locator("title").text_content()
    assert name is not None
    bar.click()
    first, last = selected_range(no_js_page)
    assert first[:7] == last[:7]
    expect(no_js_page.locator("#results-heading")).to_contain_text(name.rpartition(": ")[2].split()[0])


def test_dragging_selects_a_range(page: Page, site: str) -> None:
    page.goto(f"{site}{SEARCH}")
    periods = starts(page)
    box = page.locator(".bars").bounding_box()
    assert box is not None
    slot, y = box["width"] / len(periods), box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 5.5 * slot, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 2.5 * slot, y, steps=4)
    expect(page.locator(".selection-label")).to_contain_text("article")
    page.mouse.up()
    page.wait_for_url("**from=*")
    assert selected_range(page)[0] == periods[2]
    assert periods[5] <= selected_range(page)[1] < periods[6]


LABELS = """() => [...document.querySelectorAll(".ticks text")].filter((label) => label.checkVisibility())
    .map((label) => [label.textContent, label.getBoundingClientRect().left, label.getBoundingClientRect().right])"""


@pytest.mark.parametrize("width", [320, 360, 414, 768, 960, 1280])
@pytest.mark.parametrize("path", ["/days/2025-04-08", "/?timeline=week", "/trends?interval=week", "/?timeline=month"])
def test_labels_of_the_axis_are_apart_at_every_width(page: Page, site: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + path)
    if not page.locator(".ticks").is_visible():
        page.locator(".timeline summary").first.click()
    labels = page.evaluate(LABELS)
    assert len(labels) > 1
    assert [after for before, after in pairwise(labels) if after[1] < before[2] + 3] == []


def test_the_mouse_outlines_no_bar_but_keys_do(page: Page, site: str) -> None:
    page.goto(f"{site}{SEARCH}")
    style = "getComputedStyle(document.activeElement).outlineStyle"
    box = page.locator(".bars a").last.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    expect(page.locator(".bars a").last).to_be_focused()
    assert page.evaluate(style) == "none"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(style) == "solid"


def test_a_click_follows_the_bar(page: Page, site: str) -> None:
    page.goto(f"{site}{SEARCH}")
    link = str(page.locator(".bars a").last.get_attribute("href"))
    page.locator(".bars a").last.click()
    page.wait_for_url(f"**{link}")


def test_touch_selects_a_range(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.goto(f"{site}{SEARCH}")
    page.locator(".timeline summary").first.click()
    periods = starts(page)
    box = page.locator(".bars").bounding_box()
    assert box is not None
    slot, y = box["width"] / len(periods), box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: float) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x in points]})

    send("touchStart", box["x"] + 0.5 * slot)
    for at in (1.5, 2.5, 4.5):
        send("touchMove", box["x"] + at * slot)
    send("touchEnd")
    page.wait_for_url("**from=*")
    assert selected_range(page)[0] == periods[0]
    assert periods[4] <= selected_range(page)[1] < periods[5]


def test_all_bars_are_one_tab_stop(page: Page, site: str) -> None:
    page.goto(f"{site}{SEARCH}")
    expect(page.locator(".bars a[tabindex='0']")).to_have_count(1)
    bars = page.locator(".bars a")
    bars.last.focus()
    page.keyboard.press("ArrowLeft")
    expect(bars.nth(bars.count() - 2)).to_be_focused()
    expect(page.locator(".bars a[tabindex='0']")).to_have_count(1)


def test_shift_and_arrows_select_a_range(page: Page, site: str) -> None:
    page.goto(f"{site}{SEARCH}")
    periods = starts(page)
    page.locator(".bars a").last.focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("[role=status]")).to_contain_text("Press Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=*")
    assert (selected_range(page)[0], selected_range(page)[1][:7]) == (periods[-3], periods[-1][:7])


def test_escape_cancels_the_selection(page: Page, site: str) -> None:
    page.goto(f"{site}{SEARCH}")
    page.locator(".bars a").last.focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Escape")
    expect(page.locator(".selection, .selection-label")).to_have_count(0)
    assert page.url == f"{site}{SEARCH}"


def test_the_disclosures_do_not_cover_each_other(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(viewport={"width": 320, "height": 800})
    page.goto(f"{site}{SEARCH}")
    for section in (".filters", ".timeline"):
        page.locator(f"{section} summary").first.click()
    parts = [".filters summary >> nth=0", ".filter-body", ".timeline-body", ".hit >> nth=0"]
    rectangles = [page.locator(part).bounding_box() for part in parts]
    edges = [(box["y"], box["y"] + box["height"]) for box in rectangles if box]
    assert len(edges) == 4
    assert all(top >= bottom for (_, bottom), (top, _) in pairwise(edges))


def place(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def rectangles(page: Page, selector: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.locator(selector).evaluate_all(
        "(all) => all.map((each) => each.getBoundingClientRect().toJSON())"
    )
    return found


@pytest.mark.parametrize("width", [320, 360, 768])
def test_opening_moves_neither_filters_nor_timeline(open_page: Callable[..., Page], site: str, width: int) -> None:
    """So a second tap at the same place closes what the first one opened."""
    page = open_page(viewport={"width": width, "height": 740}, has_touch=True, is_mobile=True)
    page.goto(f"{site}{SEARCH}")
    controls = [".filters summary", ".timeline summary"]
    before = [place(page, control) for control in controls]
    assert before[0][1] == before[1][1]
    for control in reversed(controls):
        page.locator(control).first.click()
        expect(page.locator("details.disclosure[open]")).to_have_count(1)
        assert [place(page, each) for each in controls] == before
        page.locator(control).first.click()
        expect(page.locator("details.disclosure[open]")).to_have_count(0)


@pytest.mark.parametrize("path", [SEARCH, "/topics/AI%20in%20Robotics"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_opening_the_table_moves_nothing_above_it(
    open_page: Callable[..., Page], site: str, width: int, path: str
) -> None:
    """A long table scrolls, and the results stay near."""
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(site + path)
    if not page.locator(".chart-table summary").is_visible():
        page.locator(".timeline summary").first.click()
    controls = [".chart-table summary", ".chart-links a"]
    before, bars = [place(page, control) for control in controls], rectangles(page, ".bars, .bar")
    page.locator(".chart-table summary").click()
    expect(page.locator(".chart-table table")).to_be_visible()
    assert [place(page, control) for control in controls] == before
    assert rectangles(page, ".bars, .bar") == bars
    assert place(page, ".hit")[1] - before[0][1] < 420
    page.locator(".chart-table tbody a").last.focus()
    assert before[0][1] < place(page, ".chart-table :focus")[1] < place(page, ".hit")[1]


@pytest.mark.parametrize("width", [360, 1280])
def test_selected_range_is_named_in_the_place_of_the_notes(
    open_page: Callable[..., Page], site: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"{site}{SEARCH}")
    if width < 960:
        page.locator(".timeline summary").first.click()
    notes, hit = place(page, ".chart-notes > p"), place(page, ".hit")
    page.locator(".bars a").last.focus()
    page.keyboard.press("Shift+ArrowLeft")
    label = page.locator(".selection-label")
    expect(label).to_be_visible()
    expect(page.locator(".chart-notes > p").first).to_be_hidden()
    assert (place(page, ".selection-label"), place(page, ".hit")) == (notes, hit)
    page.keyboard.press("Escape")
    expect(page.locator(".chart-notes > p").first).to_be_visible()
