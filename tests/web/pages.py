"""Parses the search page for tests."""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient


class Page(HTMLParser):
    """The elements of a page in order: (tag, attributes, text)."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[list[Any]] = []
        self._open: list[list[Any]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = [tag, dict(attrs), ""]
        self.elements.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element[2] += data

    def all(self, tag: str, **attributes: str) -> list[tuple[dict[str, str], str]]:
        """The attributes and text of every such element."""
        return [
            (attrs, " ".join(text.split()))
            for name, attrs, text in self.elements
            if name == tag and all(attrs.get(key.rstrip("_")) == value for key, value in attributes.items())
        ]


def page(client: FlaskClient, query: str = "", status: int = 200) -> Page:
    response = client.get(f"/?{query}")
    assert (response.status_code, response.mimetype) == (status, "text/html")
    return Page(response.text)


def own_links(page: Page) -> set[str]:
    """Every URL of this service in the page: links, scripts, styles, forms."""
    urls = {attrs.get(name) or "" for _, attrs, _ in page.elements for name in ("href", "src", "action")}
    return {url for url in urls if url and not url.startswith(("http://", "https://", "#"))}


def link_urls(page: Page, text: str) -> list[str]:
    return [attrs["href"] for attrs, words in page.all("a") if words == text or attrs.get("aria-label") == text]


def heading(shown: Page) -> str:
    return shown.all("h2", id="results-heading")[0][1]


def paragraphs(shown: Page) -> list[str]:
    return [text for _, text in shown.all("p")]
