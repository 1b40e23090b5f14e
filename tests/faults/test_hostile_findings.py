"""Small and odd archives, each with every page of it: a row for each kind of archive that a page once failed for."""

from datetime import UTC, datetime

import pytest

from search import Article, Image, Provider, Related, Settings
from tests.files import indexed
from web import create_app

DAY = datetime(2026, 5, 2, 8, tzinfo=UTC)
ONLY = Article(id="a", title="Robot", topics=("AI",), provider=Provider("The Wheel"), published_at=DAY)
ARCHIVES = {
    "one article, so that its month has one day": [ONLY],
    "one undated article": [Article(id="a", title="Robot", topics=("AI",), provider=Provider("The Wheel"))],
    "one article with a title only": [Article(id="a", title="Robot")],
    "the first and the last day of the calendar": [
        Article(id="a", title="Robot", published_at=datetime(1, 1, 1, tzinfo=UTC)),
        Article(id="b", title="Robots", published_at=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
    "a title without words": [Article(id="a", title="…!?", topics=("—",), provider=Provider("?"), published_at=DAY)],
    "two days of two months": [ONLY, Article(id="b", title="Robots", published_at=datetime(2026, 6, 1, tzinfo=UTC))],
    "an article that is related to itself": [
        Article(id="a", title="Robot", url="https://a.example/", related=(Related("Robot", url="https://a.example/"),))
    ],
    "huge numbers": [
        Article(id="a", title="Robot", heat=2**31, quality=-(2**31), image=Image("https://a.example/", 2**31))
    ],
}
PATHS = (
    "/", "/?q=robot", "/?q=nothing", "/?q=robot&measure=share", "/?from=2026&to=2026", "/articles/a", "/facets/topic",
    "/topics", "/topics/AI", "/providers", "/providers/The%20Wheel", "/days/2026-05-02",
    "/days/2026-05-02?measure=share",
    "/days/0001-01-01", "/days/9999-12-31", "/trends", "/trends?value=AI", "/help", "/explanations/a?q=robot",
    "/suggestions?q=ro", "/feed.atom", "/feed.json", "/changes.atom", "/changes.json", "/opensearch.xml", "/llms.txt",
    "/api/v1/search?q=robot&timeline=day&explain=1", "/api/v1/timeline?interval=day", "/api/v1/timeline",
    "/api/v1/trends?value=AI", "/api/v1/trends/rising", "/api/v1/articles/a", "/api/v1/similar/a",
    "/api/v1/suggest?q=r",
    "/api/v1/stats", "/api/v1/export", "/api/v1/export?format=csv", "/api/v1/facets/year", "/api/v1/docs",
    "/readyz",
)  # fmt: skip


@pytest.mark.parametrize("articles", ARCHIVES.values(), ids=ARCHIVES.keys())
def test_every_page_of_a_small_archive_is_served(articles: list[Article]) -> None:
    with indexed(articles) as index_dir:
        client = create_app(Settings(index_dir=index_dir)).test_client()
        statuses = {path: client.get(path, buffered=True).status_code for path in PATHS}
    assert {path: status for path, status in statuses.items() if status not in {200, 404}} == {}
