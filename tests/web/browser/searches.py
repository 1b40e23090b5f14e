"""The searches that every test of the page's form visits."""

from playwright.sync_api import Page, expect

from tests.fake_engine import LONG

SEARCHES = [
    "/",
    "/?q=robot",
    "/?q=robot&topic=AI+in+Robotics&provider=Robot+Courier",
    "/?q=xyzzy",
    "/?page=x",
    "/nowhere",
    "/explanations/_news/2026-10-12-the-robot-that-gives-up-its-seat?q=robot",
    "/articles/_news/2025-04-07-wheelwrights-robotaxis-take-their-first-fares-in-port-selby?q=robot",
]
"""Pages of the bundled archive."""

FAKE_SEARCHES = [
    "/?q=ferries+yesterday+harb*",
    "/?q=electrik+yesterday&match=all",
    "/?q=electrik+ferry",
    "/?q=fery&collapse=none",
    f"/?q={LONG}",
    "/articles/_news/0?q=fery",
]
"""Pages of the fake engine: corrected, with partial matches, with stories."""


def open_details(page: Page) -> None:
    """Opens every disclosure."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    expect(page.locator("details.explanation:not(:has(.reasons, a))")).to_have_count(0)  # they are loaded
