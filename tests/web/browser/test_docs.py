"""The documentation of the API in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.web.browser.searches import open_details

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [320, 1280])
def test_docs_do_not_scroll_sideways(open_page: Callable[..., Page], site: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{site}/api/v1/docs")
    open_details(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_docs_load_nothing_from_elsewhere(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/api/v1/docs")
    assert [url for url in asked if not url.startswith(site)] == []
