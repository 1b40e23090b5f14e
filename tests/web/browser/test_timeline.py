"""The timeline: its bars are links, and a range is selected by mouse, touch and keyboard."""

from collections.abc import Callable
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
    for opened in ([".timeline"], [".filters"], [".filters", ".timeline"]):
        page.goto(f"{site}{SEARCH}")
        for section in opened:
            page.locator(f"{section} summary").first.click()
        filters, timeline = (page.locator(section).bounding_box() for section in (".filters", ".timeline"))
        assert filters is not None
        assert timeline is not None
        assert timeline["y"] >= filters["y"] + filters["height"] or timeline["x"] >= filters["x"] + filters["width"]
