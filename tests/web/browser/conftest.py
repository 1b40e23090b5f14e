"""A browser and a server for all tests of this folder, and pages that must not raise errors."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from search import (
    Article,
    Image,
    Provider,
    Related,
    SearchRequest,
    SearchResults,
    Settings,
    Timeline,
    TimelineBucket,
)
from tests.fake_engine import FakeEngine
from tests.files import indexed
from web import create_app

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def site(sample_index: Path) -> Iterator[str]:
    """A server of the bundled archive."""
    with served(create_app(Settings(index_dir=sample_index))) as address:
        yield address


class DatedEngine(FakeEngine):
    """Has the timeline of an archive in its fourth month, as high as that of a real archive."""

    def search(self, request: SearchRequest, count_partial: bool = True) -> SearchResults:
        results = super().search(request, count_partial)
        quarter, rest = divmod(results.total, 4)
        counts = (quarter, quarter, quarter, quarter + rest)
        months = (TimelineBucket(date(2026, 8 + at, 1), count, 20, partial=at == 3) for at, count in enumerate(counts))
        return replace(results, timeline=Timeline("month", tuple(months) if results.total else (), undated=0))


@pytest.fixture(scope="package")
def fake_site() -> Iterator[str]:
    """A server with a fake engine."""
    with served(create_app(Settings(), engine=DatedEngine())) as address:
        yield address


class BrokenEngine(FakeEngine):
    """Fails in every search."""

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:  # noqa: ARG002
        raise RuntimeError(f"cannot search for {request.q}")


@pytest.fixture(scope="package")
def broken_site() -> Iterator[str]:
    """A server whose searches fail."""
    with served(create_app(Settings(), engine=BrokenEngine())) as address:
        yield address


@pytest.fixture(scope="package")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server without an index."""
    with served(create_app(Settings(index_dir=tmp_path_factory.mktemp("none")))) as address:
        yield address


TOPICS = [f"Topic {number}" for number in range(100, 160)]


@pytest.fixture(scope="package")
def topical_site() -> Iterator[str]:
    """A server of one article for each of 60 topics, and of a second one for the last."""
    articles = [Article(id=topic, title=topic, topics=(topic,)) for topic in TOPICS]
    articles.append(Article(id="again", title="Again", topics=(TOPICS[-1],)))
    with indexed(articles) as index_dir, served(create_app(Settings(index_dir=index_dir))) as address:
        yield address


LONG_PROVIDER = "The Association of Harbour, Ferry and Lighthouse Correspondents of the North and Its Friends"
LONG_TOPIC = "The Electrification of Short Sea Routes and of Everything Else That Floats, in Eleven Chapters"
ARABIC_PROVIDER = "صحيفة الخليج"


@pytest.fixture(scope="package")
def long_names_site() -> Iterator[str]:
    """A server of 48 articles, one a month, with providers and topics whose names are too long for their place."""
    providers = (LONG_PROVIDER, ARABIC_PROVIDER, "The Quay", "Harbour Tech Review Europe")
    topics = (LONG_TOPIC, "AI", "Natural Language Processing", "Ships", "Autonomous Machines at Sea")
    articles = [
        Article(
            id=f"a{number}",
            title=f"Ferry {number} sails"
            + ", slowly, across the harbour with its first passengers" * (12 if number == 24 else number % 3),
            excerpt="It hums, it turns on the spot, and by the time the gulls notice, it is gone again. "
            * (number % 4),
            provider=Provider(providers[number % 4], f"{number % 4}.example"),
            topics=tuple(topics[(number + at) % 5] for at in range(number % 6)),
            url=f"https://{number % 4}.example/{number}",
            type="video" if number % 7 == 0 else "article",
            image=Image(f"https://img.example/{number}.jpg", 1200, 675) if number % 2 else None,
            published_at=datetime(2022 + number // 12, 1 + number % 12, 20, 8, tzinfo=UTC),
            related=(
                Related(title=f"Ferry {number} seen from the quay, " * 3, url=f"https://related.example/{number}"),
            )
            if number % 5 == 0
            else (),
        )
        for number in range(48)
    ]
    with indexed(articles) as index_dir, served(create_app(Settings(index_dir=index_dir))) as address:
        yield address


@pytest.fixture(scope="package")
def mounted_site(sample_index: Path) -> Iterator[str]:
    """A server that has the service below /news."""
    nothing = Flask("nothing")
    nothing.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        nothing.wsgi_app, {"/news": create_app(Settings(index_dir=sample_index)).wsgi_app}
    )
    with served(nothing) as address:
        yield f"{address}/news"


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a context of its own, 1280 pixels wide unless the arguments say otherwise."""
    contexts, errors = [], []

    def new_page(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108  # Playwright takes no built-in method
        return page

    yield new_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture
def no_js_page(open_page: Callable[..., Page]) -> Page:
    """A page without JavaScript."""
    return open_page(java_script_enabled=False)
