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
    "/?q=robot&from=2025-01-01&measure=share&timeline=month",
    "/topics/AI%20in%20Robotics",
    "/providers/Robot%20Courier?measure=share",
    "/days/2026-10-12",
    "/trends?value=AI+in+Robotics&value=Cloud&value=Natural+Language+Processing&interval=month",
    "/trends?by=x&value=Nowhere",
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
