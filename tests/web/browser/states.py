"""Every page and every state of the page, for the tests that look at all of them."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from playwright.sync_api import Page, expect

from tests.web.browser.controls import search_box
from tests.web.browser.searches import open_details


class State(NamedTuple):
    """The page at a path of a site, whose fixture has this name, after `prepare`."""

    site: str
    path: str
    prepare: Callable[[Page], None] = open_details
    needs_scripts: bool = False


def _suggest(page: Page) -> None:
    search_box(page).press_sequentially("robo")
    search_box(page).press("ArrowDown")
    expect(page.locator("[role=option]").first).to_have_attribute("aria-selected", "true")


ROBOTAXIS: Final = "_news/2025-04-07-wheelwrights-robotaxis-take-their-first-fares-in-port-selby"

STATES: Final[Mapping[str, State]] = {
    "home": State("site", "/"),
    "results": State("site", "/?q=robot"),
    "narrowed": State("site", "/?q=robot&topic=AI+in+Robotics&not_provider=Robot+Courier&from=2025-01-01&page=1"),
    "second page": State("site", "/?page=2&sort=oldest"),
    "partial matches": State("fake_site", "/?q=ferries+yesterday+harb*"),
    "no full match": State("fake_site", "/?q=ferries+yesterday"),
    "correction": State("fake_site", "/?q=electrik+ferry"),
    "correction with partial matches": State("fake_site", "/?q=electrik+yesterday&match=all"),
    "suggested correction": State("fake_site", "/?q=fery&collapse=none"),
    "unfinished word": State("fake_site", "/?q=electric+harb"),
    "correction with an unfinished word": State("fake_site", "/?q=electrik+harb"),
    "no results": State("site", "/?q=robot+xyzzy&match=all&topic=AI+in+Robotics&from=2030-01-01"),
    "past the last page": State("site", "/?q=robot&page=9"),
    "named snapshot": State("fake_site", "/?q=ferries+yesterday+harb*&at=20261124T045001Z-a9d3"),
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
    "trends": State(
        "site", "/trends?value=AI+in+Robotics&value=Cloud&value=Natural+Language+Processing&interval=month"
    ),
    "422 of trends": State("site", "/trends?by=x&value=Nowhere"),
    "long list of values": State("site", "/?q=a*"),
    "open combobox": State("site", "/", _suggest, needs_scripts=True),
}  # fmt: skip


def visit(page: Page, address: str, state: State) -> None:
    """Opens a state."""
    page.goto(address + state.path)
    state.prepare(page)
