"""The browser's back/forward cache keeps the page as it was left, but no change that was not applied.

Playwright switches this cache off, so these tests have a browser of their own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.conftest import FLAGS
from tests.web.browser.controls import expect_results, heading, hold, search_box, tick, wait_for

pytestmark = pytest.mark.browser

ROBOTICS, COURIER = "AI in Robotics", "Robot Courier"
NOTE = "addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted; })"


@pytest.fixture(scope="module")
def keeping_browser(browser: Browser, chromium: str) -> Iterator[Browser]:
    """A browser with its back/forward cache."""
    keeping = browser.browser_type.launch(
        executable_path=chromium, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield keeping
    keeping.close()


@pytest.fixture
def kept(keeping_browser: Browser, site: str) -> Iterator[Page]:
    """A search with a tick that was applied by a swap."""
    context = keeping_browser.new_context()
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.add_init_script(NOTE)
    page.goto(f"{site}/?q=robot")
    page.evaluate("window.sameDocument = true")
    tick(page, ROBOTICS).check()
    expect(heading(page)).to_contain_text("13 results")
    yield page
    context.close()


def leave_and_return(page: Page) -> None:
    """Goes to another page and back; `go_back` would wait for a load."""
    page.get_by_role("link", name="Search help").click()
    expect(page).to_have_title("Search help – Article search")
    page.evaluate("history.back()")
    page.wait_for_function("window.persisted")


def test_page_returns_without_a_load(kept: Page) -> None:
    leave_and_return(kept)
    assert kept.evaluate("window.sameDocument")
    expect_results(kept, "robot, 13 results", "q=robot&topic=AI%20in%20Robotics")
    expect(tick(kept, ROBOTICS)).to_be_checked()
    kept.evaluate("history.back()")
    expect_results(kept, "robot, 14 results", "q=robot")
    expect(tick(kept, ROBOTICS)).not_to_be_checked()


def test_change_that_was_not_applied_is_undone(kept: Page) -> None:
    tick(kept, COURIER).evaluate("box => { box.checked = true; }")
    search_box(kept).evaluate("box => { box.value = 'ferry'; }")
    leave_and_return(kept)
    expect(tick(kept, COURIER)).not_to_be_checked()
    expect(tick(kept, ROBOTICS)).to_be_checked()
    expect(search_box(kept)).to_have_value("robot")
    expect_results(kept, "robot, 13 results", "q=robot&topic=AI%20in%20Robotics")


def test_search_on_the_way_goes_on(kept: Page) -> None:
    held = hold(kept, "&provider=Robot%20Courier")  # it is never answered
    tick(kept, COURIER).check()
    wait_for(kept, held)
    kept.get_by_role("link", name="Search help").click()
    expect(kept).to_have_title("Search help – Article search")
    kept.unroute_all()
    kept.evaluate("history.back()")
    expect_results(kept, "robot, 6 results", "q=robot&topic=AI%20in%20Robotics&provider=Robot%20Courier")
    expect(tick(kept, COURIER)).to_be_checked()
