"""The bundled archive matches its ABOUT.txt."""

import re
from collections import Counter
from pathlib import Path

import pytest

from search.archive.reader import Reading, read_article
from search.article import Article
from search.errors import ArticleRejected

SAMPLE = Path(__file__).parents[2] / "articles"
FILES = sorted((SAMPLE / "_news").glob("*.md"))
BROKEN = {
    "2025-06-30-broken-duplicate-key.md": "duplicate key",
    "2025-06-30-broken-unclosed.md": "front matter not closed",
}


def read(path: Path) -> Reading:
    return read_article(path.read_bytes(), path.stem)


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return [read(path) for path in FILES if path.name not in BROKEN]


@pytest.fixture(scope="module")
def articles(readings: list[Reading]) -> list[Article]:
    return [reading.article for reading in readings if reading.article]


@pytest.mark.parametrize(("name", "reason"), BROKEN.items())
def test_broken_files_are_rejected(name: str, reason: str) -> None:
    with pytest.raises(ArticleRejected) as rejection:
        read(SAMPLE / "_news" / name)
    assert rejection.value.reason == reason


def test_totals_match_about_txt(readings: list[Reading], articles: list[Article]) -> None:
    urls = Counter(article.url for article in articles)
    days = sorted(article.published_at.date() for article in articles if article.published_at)
    assert about_txt() == {
        "files": str(len(FILES)),
        "articles": str(len(articles)),
        "unpublished": str(len(readings) - len(articles)),
        "rejected": str(len(BROKEN)),
        "undated": str(sum(article.published_at is None for article in articles)),
        "no provider": str(sum(article.provider is None for article in articles)),
        "no topics": str(sum(not article.topics for article in articles)),
        "no excerpt": str(sum(not article.excerpt for article in articles)),
        "no heat": str(sum(article.heat is None for article in articles)),
        "unknown key": str(sum("unknown key: readingTime" in reading.notes for reading in readings)),
        "videos": str(sum(article.type == "video" for article in articles)),
        "with related": str(sum(bool(article.related) for article in articles)),
        "same url": str(sum(count for count in urls.values() if count > 1)),
        "providers": str(len({article.provider.name for article in articles if article.provider})),
        "topics": str(len({topic for article in articles for topic in article.topics})),
        "first day": str(days[0]),
        "last day": str(days[-1]),
    }


def test_most_related_items_are_articles_of_the_archive(articles: list[Article]) -> None:
    urls = {article.url for article in articles}
    related = [item.url in urls for article in articles for item in article.related]
    assert (len(related), sum(related)) == (12, 10)


def about_txt() -> dict[str, str]:
    """The figures of ABOUT.txt by name."""
    return dict(re.findall(r"(?m)^(\w+(?: \w+)?)  +([\d-]+)(?:   .*)?$", (SAMPLE / "ABOUT.txt").read_text()))
