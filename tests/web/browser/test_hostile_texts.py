"""Markup in every text of the archive and in every parameter runs no script, with and without the CSP."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from search import Article, Image, Provider, Related, Settings
from tests.files import indexed
from tests.web.browser.conftest import served
from tests.web.browser.controls import search_box
from tests.web.browser.poisoned_engine import MARKUP, PoisonedEngine
from web import create_app

pytestmark = pytest.mark.browser

PARAMETERS = (
    "q", "topic", "provider", "type", "domain", "year", "category", "not_topic", "not_provider", "topic_op",
    "id", "url",
    "from", "to", "sort", "match", "typo", "collapse", "at", "explain", "page", "per_page", "facets",
    "timeline", "fields",
    "within", "measure", "interval", "by", "value", "prefix", "since", "until", "limit", "format", "cursor",
    "unknown",
    MARKUP,
)  # fmt: skip
ID = "_news/0" + MARKUP
PATHS = (
    "/", "/?q=x", "/?q=prefix", "/?q=nothing", f"/articles/{quote(ID)}?q=x", "/facets/topic?q=x", "/topics",
    "/providers",
    f"/topics/{quote(MARKUP)}", f"/providers/{quote(MARKUP)}", "/days/2026-05-02", "/trends", "/help",
    "/api/v1/docs",
    f"/explanations/{quote(MARKUP)}_news/0?q=x", f"/explanation-fragments/{quote(MARKUP)}_news/0?q=x",
    f"/nowhere{quote(MARKUP)}", "/feed.atom?q=x", "/feed.json?q=x", "/changes.atom", "/changes.json",
    "/api/v1/search?q=x&explain=1",
    f"/api/v1/articles/{quote(ID)}",
)  # fmt: skip
WITHOUT_TEXTS = ["/api/v1/docs", f"/nowhere{quote(MARKUP)}"]
"""Pages that show no text of the archive."""
WITH_PARAMETERS = (
    "/", f"/articles/{quote(ID)}", "/facets/topic", "/topics", "/days/2026-05-02", "/trends", "/suggestions",
    "/feed.atom",
    "/api/v1/search", "/api/v1/trends", "/explanations/_news/0",
)  # fmt: skip
"""Pages that are also opened with markup in all parameters."""
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
FOUND = """() => ({
    ran: window.ran ?? null,
    elements: document.querySelectorAll("img.ran, [onload], [onerror], [onfocus], [onmouseover]").length,
    violations: window.violations,
})"""
NOTHING: dict[str, Any] = {"ran": None, "elements": 0, "violations": []}


class Visitor:
    """Opens pages, and reports what ran, what was inserted, and what was requested from elsewhere."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.elsewhere: list[str] = []
        self.without_markup: list[str] = []
        self.dialogs: list[str] = []
        page.add_init_script(WATCH)
        page.on("request", self._note)
        page.on("dialog", self._dismiss)

    def visit(self, path: str) -> dict[str, Any]:
        """What was found on the page, `NOTHING` if it is inert."""
        response = self.page.goto(self.site + path)
        assert response is not None
        assert response.status < 500, path
        if "window.ran" not in self.page.evaluate("document.documentElement.textContent"):
            self.without_markup.append(path)
        return self.found()

    def visit_all(self, paths: Iterable[str]) -> dict[str, object]:
        """What was found on each page that is not inert."""
        found = {path: self.visit(path) for path in paths}
        assert (self.elsewhere, self.dialogs) == ([], [])
        return {path: each for path, each in found.items() if each != NOTHING}

    def found(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(FOUND)
        return found

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:")) and request.resource_type != "image":
            self.elsewhere.append(request.url)


@pytest.fixture(scope="module")
def poisoned_site() -> Iterator[str]:
    with served(create_app(Settings(), engine=PoisonedEngine())) as address:
        yield address


@pytest.fixture(scope="module")
def archive_site() -> Iterator[str]:
    """A server of files with markup in every field, as it is and escaped."""
    articles = []
    for name, markup in (("raw", MARKUP), ("escaped", escape(escape(MARKUP)))):
        provider = Provider(f"Provider {markup}", "a.example")
        url = f"https://a.example/?{markup}"
        related = Related(title=f"robot {markup}", excerpt=markup, url=url, provider=provider, type=markup)
        articles.append(
            Article(
                id=f'{name}"><img class=ran src=x onerror=window.ran=1>',
                title=f"robot {markup}",
                excerpt=f"robot {markup}",
                topics=(f"robot {markup}",),
                provider=provider,
                url=url,
                amp_url=url,
                image=Image(url, 640, 360),
                published_at=datetime(2026, 5, 2, tzinfo=UTC),
                type=markup,
                category=markup,
                related=(related,),
            )
        )
    with indexed(articles) as index_dir, served(create_app(Settings(index_dir=index_dir))) as address:
        yield address


@pytest.fixture(params=[False, True], ids=["with-csp", "without-csp"])
def page(open_page: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """A page whose CSP is in force, or one in which escaping alone protects."""
    return open_page(bypass_csp=request.param)


def test_every_page_shows_markup_of_articles_as_text(page: Page, poisoned_site: str) -> None:
    visitor = Visitor(page, poisoned_site)
    assert visitor.visit_all(PATHS) == {}
    assert visitor.without_markup == WITHOUT_TEXTS


def test_every_page_shows_markup_of_parameters_as_text(page: Page, poisoned_site: str) -> None:
    visitor = Visitor(page, poisoned_site)
    query = urlencode(dict.fromkeys(PARAMETERS, MARKUP))
    assert visitor.visit_all([f"{path}?{query}" for path in WITH_PARAMETERS]) == {}


def test_search_page_shows_markup_of_each_parameter_as_text(page: Page, poisoned_site: str) -> None:
    visitor = Visitor(page, poisoned_site)
    assert visitor.visit_all([f"/?{urlencode({name: MARKUP})}" for name in PARAMETERS]) == {}


def test_markup_in_files_is_shown_as_text(page: Page, archive_site: str) -> None:
    visitor = Visitor(page, archive_site)
    assert visitor.visit_all(["/?q=robot", "/topics", "/providers", "/days/2026-05-02", "/trends"]) == {}
    page.goto(f"{archive_site}/?q=robot")
    for path in page.locator("a.article-page").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
        assert visitor.visit(path) == NOTHING
        expect(page.locator("h1")).to_contain_text("robot")


def test_scripts_of_the_page_insert_texts_as_text(page: Page, poisoned_site: str) -> None:
    """Suggestions, explanations and results that a script loads."""
    visitor = Visitor(page, poisoned_site)
    page.goto(f"{poisoned_site}/?q=x")
    page.get_by_text("Why this result").first.click()
    expect(page.locator("details[open]").first).to_contain_text("window.ran")
    search_box(page).press_sequentially(" elec")
    expect(page.get_by_role("option").first).to_contain_text("window.ran")
    assert visitor.found() == NOTHING
    search_box(page).fill(MARKUP)
    search_box(page).press("Enter")
    expect(page).to_have_url(re.compile("onerror"))
    assert (visitor.found(), visitor.elsewhere, visitor.dialogs) == (NOTHING, [], [])


def test_unescaped_markup_would_be_found(page: Page, request: pytest.FixtureRequest) -> None:
    """The check of these tests fails on a page that does not escape, and the CSP alone stops the scripts."""
    bypassed = request.node.callspec.params["page"]
    app = create_app(Settings(), engine=PoisonedEngine())
    app.add_url_rule("/unescaped", view_func=lambda: f"<!DOCTYPE html><title>a</title>{MARKUP}")
    with served(app) as address:
        found = Visitor(page, address).visit("/unescaped")
    assert found["elements"] == 2
    assert bool(found["violations"]) != bypassed
    assert found["ran"] == (1 if bypassed else None)
