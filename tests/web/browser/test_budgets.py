"""Budgets of the page: bytes, requests, layout shift, time to the largest paint."""

from base64 import b64decode
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response

pytestmark = pytest.mark.browser

PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
SHIFTS = """() => new Promise((resolve) => {
    let total = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) total += entry.value; })
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(total), 500);
})"""
LARGEST_PAINT = """() => new Promise((resolve) => new PerformanceObserver(
    (list) => resolve(list.getEntries().at(-1).startTime)
).observe({ type: "largest-contentful-paint", buffered: true }))"""


@pytest.mark.parametrize("search", ["/", "/?q=robot", "/?q=ai"])
def test_page_is_small(page: Page, site: str, search: str) -> None:
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response) if site in response.url else None)
    page.goto(site + search, wait_until="networkidle")
    sizes = {response.url: response.request.sizes()["responseBodySize"] for response in responses}
    assert sizes[site + search] <= 15_000
    assert sum(sizes.values()) <= 35_000
    assert len(sizes) <= 16


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("search", ["/", "/?q=robot&topic=AI+in+Robotics", "/?q=xyzzy", "/help"])
def test_nothing_shifts(open_page: Callable[..., Page], site: str, search: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.route("https://**/*", lambda route: route.fulfill(content_type="image/png", body=PICTURE))
    page.goto(site + search)
    assert page.evaluate(SHIFTS) == 0


def test_largest_paint_is_early_on_a_slow_processor(page: Page, site: str) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(f"{site}/?q=robot")
    assert page.evaluate(LARGEST_PAINT) < 2_500  # "good" in Core Web Vitals
