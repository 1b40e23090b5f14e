"""The documentation of the API in a browser."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_docs_load_nothing_from_elsewhere(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/api/v1/docs")
    assert [url for url in asked if not url.startswith(site)] == []
