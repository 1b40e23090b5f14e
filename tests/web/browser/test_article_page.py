"""The page of an article in the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

ROBOTAXIS = "/articles/_news/2025-04-07-wheelwrights-robotaxis-take-their-first-fares-in-port-selby"
FERRY = "/articles/_news/0"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="675"><rect width="1200" height="675"/></svg>'


def show_picture(route: Route) -> None:
    route.fulfill(content_type="image/svg+xml", body=PICTURE)


def test_reader_goes_from_a_hit_to_its_page_and_back(no_js_page: Page, site: str) -> None:
    """Without JavaScript."""
    no_js_page.goto(f"{site}/?q=robotaxis+fares&topic=AI")
    no_js_page.locator(".hit").first.get_by_role("link", name="Details").click()
    expect(no_js_page).to_have_title("Wheelwright’s robotaxis take their first fares in Port Selby – Article search")
    expect(no_js_page.get_by_label("Search the articles")).to_have_value("robotaxis fares")
    no_js_page.get_by_role("link", name="Back to the results for “robotaxis fares”").click()
    assert no_js_page.url == f"{site}/?q=robotaxis%20fares&topic=AI"


def test_reader_follows_the_story_and_similar_articles(page: Page, site: str) -> None:
    page.goto(site + ROBOTAXIS)
    coverage = page.get_by_role("region", name="Coverage of this story")
    expect(
        coverage.get_by_text("Port Selby Gazette was first. 3 others followed, the last 2 days later.")
    ).to_be_visible()
    expect(coverage.locator("[aria-current]")).to_contain_text("45 hours later")
    coverage.get_by_role("link", name="Driverless and polite: a day in Port Selby’s robotaxis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Driverless and polite: a day in Port Selby’s robotaxis")
    first = page.get_by_role("region", name="More like this").get_by_role("link").first
    title = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_topic_provider_and_date_lead_to_their_overviews(page: Page, site: str) -> None:
    page.goto(site + ROBOTAXIS)
    page.get_by_role("link", name="AI in Autos").click()
    expect(page.get_by_role("heading", name="AI in Autos", level=1)).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Ampère Motors Daily").click()
    expect(page.get_by_role("heading", name="Ampère Motors Daily", level=1)).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="7 April 2025").click()
    expect(page.get_by_role("heading", name="7 April 2025", level=1)).to_be_visible()


def test_unknown_article_offers_a_search(page: Page, site: str) -> None:
    page.goto(f"{site}/articles/nothing")
    page.get_by_label("Search the articles").fill("robot")
    page.keyboard.press("Enter")
    expect(page).to_have_title("robot, 14 results – Article search")


def test_content_security_policy_lets_the_structured_data_pass(page: Page, site: str) -> None:
    reports: list[str] = []
    page.on("console", lambda message: reports.append(message.text))
    page.route("**/*.example/**", show_picture)
    page.goto(site + ROBOTAXIS)
    data = page.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")
    assert (data["@type"], data["publisher"]["name"]) == ("NewsArticle", "Ampère Motors Daily")
    assert reports == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_picture_moves_nothing_when_it_loads(open_page: Callable[..., Page], fake_site: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    waiting: list[Route] = []
    page.route("https://0.example/**", lambda route: waiting.append(route))  # noqa: PLW0108  # as in `open_page`
    with page.expect_request("https://0.example/**"):
        page.goto(fake_site + FERRY, wait_until="domcontentloaded")
        page.locator("img.picture").scroll_into_view_if_needed()
    heading = page.get_by_role("heading", name="Coverage of this story")
    before = heading.bounding_box()
    show_picture(waiting[0])
    expect(page.locator("img.picture")).to_have_js_property("naturalWidth", 1200)
    assert heading.bounding_box() == before
    picture = page.locator("img.picture").bounding_box()
    assert picture
    assert picture["width"] / picture["height"] == pytest.approx(16 / 9, rel=0.01)


def test_picture_that_fails_is_removed_with_its_space(page: Page, fake_site: str) -> None:
    page.route("https://0.example/**", lambda route: route.abort())
    page.goto(fake_site + FERRY)
    expect(page.locator("img, .has-picture")).to_have_count(0)
