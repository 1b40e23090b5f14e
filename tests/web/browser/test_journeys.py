"""What readers come for, in windows of three widths, with and without JavaScript."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.browser.controls import expect_results, search_box, tick
from tests.web.browser.looks import WIDTHS, Look, Watched, report

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Reader:
    """Uses a page; without JavaScript, presses the buttons that are only needed then.

    On a phone, a search ends with the Enter key, which closes the keyboard on the screen and the suggestions."""

    page: Page
    javascript: bool
    phone: bool

    def search(self, text: str) -> None:
        search_box(self.page).fill(text)
        if self.phone or not self.javascript:
            search_box(self.page).press("Enter")

    def open_filters(self) -> None:
        """Opens the filters, which a wide window always shows."""
        if not self.page.locator("#filters fieldset").first.is_visible():
            self.page.locator("#filters summary").first.click()

    def tick(self, *values: str) -> None:
        self.open_filters()
        for value in values:
            tick(self.page, value).check()
        if not self.javascript:
            self.page.get_by_role("button", name="Apply filters").click()

    def titles(self) -> Locator:
        return self.page.locator(".hit h3")


LOOKS = product((True, False), WIDTHS)


@pytest.fixture(params=LOOKS, ids=str)
def reader(request: pytest.FixtureRequest, open_page: Callable[..., Page], site: str) -> Iterator[Reader]:
    """A reader who opens the search page, and ends on a page without faults of its layout, and of its colours in light
    and dark."""
    javascript, width = request.param
    page = open_page(viewport={"width": width, "height": 800}, java_script_enabled=javascript)
    page.goto(site)
    yield Reader(page, javascript, phone=width == 320)
    if javascript:
        page.wait_for_timeout(1200)  # the live region speaks a second after the last change
    watched = Watched(page, javascript)
    faults = [*watched.check("markup"), *watched.check("layout"), *watched.check("colours")]
    watched.take(Look(width, 800, "dark"))
    faults += watched.check("colours")
    assert not faults, report(faults)


def test_find_an_article_that_is_half_remembered(reader: Reader) -> None:
    reader.search("robto gives up seat")
    expect(reader.titles().first).to_contain_text("The robot that gives up its seat")
    expect(reader.page.get_by_text("robto").first).to_be_visible()  # the page says what it corrected


def test_what_one_provider_said_of_a_subject_in_a_year(reader: Reader) -> None:
    reader.search("robotaxi")
    reader.page.wait_for_url("**/?q=robotaxi")
    reader.tick("Ampère Motors Daily", "2026")
    expect_results(reader.page, "robotaxi, 1 result", "q=robotaxi&provider=Amp%C3%A8re%20Motors%20Daily&year=2026")
    expect(reader.titles()).to_contain_text(["Wheelwright’s robotaxis learn the hill, and charge on the way down"])


def test_exclude_a_disliked_provider(reader: Reader) -> None:
    reader.search("robot")
    expect_results(reader.page, "robot, 14 results", "q=robot")
    reader.open_filters()
    reader.page.get_by_role("link", name="Exclude Robot Courier").click()
    expect_results(reader.page, "robot, 8 results", "q=robot&not_provider=Robot%20Courier")
    expect(reader.page.locator(".hit").filter(has_text="Robot Courier")).to_have_count(0)
    reader.open_filters()  # without JavaScript, the page is a new one
    reader.page.get_by_role("link", name="Include Robot Courier").click()
    expect_results(reader.page, "robot, 14 results", "q=robot")


def test_compare_two_topics(reader: Reader) -> None:
    page = reader.page
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Trends").click()
    values = page.get_by_role("combobox", name="To compare")
    for box in values.all():
        box.fill("")
    values.nth(0).fill("AI in Robotics")
    values.nth(1).fill("Cloud")
    page.get_by_label("Share of the archive").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Share of the archive by month")).to_be_visible()
    expect(page.locator(".legend li")).to_contain_text(["AI in Robotics", "Cloud"])
    page.locator(".chart-table summary").click()
    expect(page.get_by_role("columnheader")).to_contain_text(["Period", "AI in Robotics", "Cloud"])
    page.locator(".legend").get_by_role("link", name="Cloud").click()
    expect(page.get_by_role("heading", name="Cloud", level=1)).to_be_visible()


def test_narrow_go_back_and_share(reader: Reader, open_page: Callable[..., Page]) -> None:
    page = reader.page
    reader.search("robot")
    expect_results(page, "robot, 14 results", "q=robot")
    reader.tick("AI in Robotics")
    expect_results(page, "robot, 13 results", "q=robot&topic=AI%20in%20Robotics")
    reader.tick("Robot Courier")
    expect_results(page, "robot, 6 results", "q=robot&topic=AI%20in%20Robotics&provider=Robot%20Courier")
    page.go_back()
    expect_results(page, "robot, 13 results", "q=robot&topic=AI%20in%20Robotics")
    expect(tick(page, "Robot Courier")).not_to_be_checked()
    expect(tick(page, "AI in Robotics")).to_be_checked()
    friend = open_page()
    friend.goto(page.url)
    assert friend.locator(".hit h3").all_inner_texts() == reader.titles().all_inner_texts()
    expect(search_box(friend)).to_have_value("robot")
