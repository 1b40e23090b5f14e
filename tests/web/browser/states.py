"""Every page and every state of the page, for the tests that look at all of them."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from playwright.sync_api import Page, expect

from tests.fake_engine import LONG
from tests.web.browser.controls import boxes_of, search_box, tick


class State(NamedTuple):
    """The page at a path of a site, whose fixture has this name, after an action that needs JavaScript."""

    site: str
    path: str
    act: Callable[[Page], None] | None = None
    dense: bool = True  # whether the hits are as high as usual, and nothing above them is open

    @property
    def needs_scripts(self) -> bool:
        """Whether there is no such state without JavaScript."""
        return self.act is not None

    def visit(self, page: Page, address: str) -> None:
        """Open the state at the address of its site."""
        page.goto(address + self.path)
        if self.act:
            self.act(page)


def _suggest(page: Page) -> None:
    search_box(page).press_sequentially("robo")
    search_box(page).press("ArrowDown")
    expect(page.locator("[role=option]").first).to_have_attribute("aria-selected", "true")
    expect(page.locator("[role=status]").first).to_contain_text("robo")  # it speaks a second after the results


def _open_filters(page: Page) -> None:
    if not page.locator("#filters fieldset").first.is_visible():
        page.locator("#filters summary").first.click()


def _lose_the_connection(page: Page) -> None:
    _open_filters(page)
    page.route("**/?q=*", lambda route: route.abort())
    tick(page, "AI in Robotics").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _open_all_values(page: Page) -> None:
    _open_filters(page)
    page.get_by_role("link", name="Show all 60 topics").click()
    expect(boxes_of(page, "topic")).to_have_count(60)


def _select_range(page: Page) -> None:
    if not page.locator(".bars").is_visible():
        page.locator(".timeline summary").first.click()
    page.locator(".bars a").last.focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(".selection-label")).to_be_visible()


ROBOTAXIS: Final = "_news/2025-04-07-wheelwrights-robotaxis-take-their-first-fares-in-port-selby"

STATES: Final[Mapping[str, State]] = {
    "home": State("site", "/"),
    "results": State("site", "/?q=robot"),
    "narrowed": State("site", "/?q=robot&topic=AI+in+Robotics&not_provider=Robot+Courier&from=2025-01-01&page=1"),
    "any of two topics": State("site", "/?topic=AI&topic=AI+in+Robotics&collapse=none"),
    "second page": State("site", "/?page=2&sort=oldest"),
    "partial matches": State("fake_site", "/?q=ferries+yesterday+harb*"),
    "no full match": State("fake_site", "/?q=ferries+yesterday"),
    "correction": State("fake_site", "/?q=electrik+ferry"),
    "correction with partial matches": State("fake_site", "/?q=electrik+yesterday&match=all"),
    "suggested correction": State("fake_site", "/?q=fery&collapse=none"),
    "unfinished word": State("fake_site", "/?q=electric+harb"),
    "correction with an unfinished word": State("fake_site", "/?q=electrik+harb"),
    "endless words": State("fake_site", f"/?q={LONG}", dense=False),
    "no results": State("site", "/?q=robot+xyzzy&match=all&topic=AI+in+Robotics&from=2030-01-01"),
    "no such topic": State("site", "/?q=robot&topic=Nowhere&provider=Nobody"),
    "past the last page": State("site", "/?q=robot&page=9"),
    "named snapshot": State("fake_site", "/?topic=Energy&at=20261124T045001Z-a9d3"),
    "partial matches of a named snapshot": State(
        "fake_site", "/?q=ferries+yesterday+harb*&at=20261124T045001Z-a9d3", dense=False
    ),
    "410": State("site", "/?q=robot&at=20200101T000000Z-aaaa"),
    "422": State("site", "/?q=robot&from=2026-05-01&to=2026-01-01"),
    "422 of another parameter": State("site", "/?page=x"),
    "404": State("site", "/nowhere"),
    "500": State("broken_site", "/?q=robot"),
    "503": State("empty_site", "/"),
    "help": State("site", "/help"),
    "API": State("site", "/api/v1/docs"),
    "facet": State("site", "/facets/topic?q=robot"),
    "article": State("site", f"/articles/{ROBOTAXIS}?q=robot"),
    "article with a picture": State("fake_site", "/articles/_news/0?q=fery"),
    "explanation": State("site", "/explanations/_news/2026-10-12-the-robot-that-gives-up-its-seat?q=robot"),
    "shares": State("site", "/?q=robot&from=2025-01-01&measure=share&timeline=month"),
    "topic": State("site", "/topics/AI%20in%20Robotics"),
    "provider": State("site", "/providers/Robot%20Courier?measure=share"),
    "day": State("site", "/days/2026-10-12"),
    "all topics": State("site", "/topics"),
    "all providers": State("site", "/providers"),
    "trends": State(
        "site", "/trends?value=AI+in+Robotics&value=Cloud&value=Natural+Language+Processing&interval=month"
    ),
    "422 of trends": State("site", "/trends?by=x&value=Nowhere"),
    "many values": State("site", "/?q=a*"),
    "long names": State("long_names_site", "/?q=ferry"),
    "long names of all providers": State("long_names_site", "/providers"),
    "long names of trends": State("long_names_site", "/trends"),
    "open combobox": State("site", "/", _suggest),
    "no connection": State("site", "/?q=robot", _lose_the_connection, dense=False),
    "all values in place": State("topical_site", "/", _open_all_values, dense=False),
    "selected range": State("site", "/?q=robot&timeline=month", _select_range, dense=False),
}  # fmt: skip


def open_details(page: Page) -> None:
    """Opens every disclosure."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    expect(page.locator("details.explanation:not(:has(.reasons, a))")).to_have_count(0)  # they are loaded
