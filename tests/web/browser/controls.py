"""Controls of the search page, and what its tests wait for."""

import re

from playwright.sync_api import Locator, Page, Request, Route, expect

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="675"><rect width="1200" height="675"/></svg>'


def search_box(page: Page) -> Locator:
    return page.locator("#q")


def heading(page: Page) -> Locator:
    return page.locator("#results-heading")


def tick(page: Page, value: str) -> Locator:
    return page.locator(f"input[type=checkbox][value='{value}']")


def chip(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=f"Remove {name}")


def boxes_of(page: Page, field: str) -> Locator:
    """The boxes of a facet that a reader can see."""
    return page.locator(f"fieldset[data-key={field}] input[name={field}]:visible")


def show_pictures(page: Page) -> None:
    """Replaces the pictures of articles, which are at addresses that do not exist."""
    page.route(re.compile("^https:"), lambda route: route.fulfill(content_type="image/svg+xml", body=PICTURE))


def expect_results(page: Page, title: str, query: str) -> None:
    """Waits until the page is that of a search: its title without the site's name, and its query string."""
    expect(page).to_have_url(re.compile(rf"/{re.escape('?' + query if query else '')}$"))
    expect(page).to_have_title(f"{title} – Article search" if title else "Article search")


def searches(page: Page) -> list[str]:
    """The query strings of searches that the page requests from now on."""
    requested: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type in {"fetch", "document"} and "/api/" not in request.url:
            requested.append(request.url.partition("?")[2])

    page.on("request", note)
    return requested


def hold(page: Page, end: str) -> list[Route]:
    """The requests for addresses with this end, which wait until the test answers them."""
    held: list[Route] = []

    def keep(route: Route) -> None:  # Playwright takes no method of a list
        held.append(route)

    page.route(lambda url: url.endswith(end), keep)
    return held


def wait_for(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(10)
