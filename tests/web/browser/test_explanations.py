"""Explanations load when they are opened."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_explanation_is_loaded_once_when_it_is_opened(page: Page, fake_site: str) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url) if "explanation-" in request.url else None)
    page.goto(f"{fake_site}/?q=fery&topic=Energy")
    summary = page.get_by_text("Why this result")
    assert loaded == []
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("as “ferry”")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("as “ferry”")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_text("as “ferry”")).to_be_visible()
    assert loaded == [f"{fake_site}/explanation-fragments/_news/0?q=fery&topic=Energy"]


def test_explanation_that_cannot_be_loaded_is_linked(page: Page, fake_site: str) -> None:
    page.route("**/explanation-fragments/**", lambda route: route.abort())
    page.goto(f"{fake_site}/?q=fery")
    page.get_by_text("Why this result").click()
    page.get_by_role("link", name="Why this result").click()
    expect(page.get_by_text("as “ferry”")).to_be_visible()
