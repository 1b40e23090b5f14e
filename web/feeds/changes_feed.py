"""Turns the latest changes of the archive into a feed of no format."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from search import Article, ChangedArticle, Changes, IndexInfo
from web.feeds.search_feed import MAX_ENTRIES, Entry, Feed, urn
from web.links import article_url

MAX_UPDATES: Final = 200
"""Updates that are read: most of them may have changed nothing that a reader sees."""

SHOWN: Final = ("title", "excerpt", "topics", "provider", "url", "published_at", "type", "category")
"""The fields whose changes are entries: the heat of an article may change with every update."""


def changes_feed(base_url: str, path: str, latest: Iterable[Changes], index: IndexInfo, site_name: str) -> Feed:
    """The feed of the latest changes: an entry for each added, changed or removed article."""
    entries = list(islice((entry for changes in latest for entry in _entries(base_url, changes)), MAX_ENTRIES))
    return Feed(
        id=urn("changes"),
        title=f"Changes – {site_name}",
        author=site_name,
        page=f"{base_url}/",
        self=f"{base_url}{path}",
        next="",
        previous="",
        built_at=index.built_at,
        entries=entries,
    )


def _entries(base_url: str, changes: Changes) -> Iterator[Entry]:
    """The entries of one update."""

    def entry(article: Article, title: str, summary: str, url: str) -> Entry:
        return Entry(
            id=urn(f"change {changes.until} {article.id}"),
            title=title,
            url=url,
            summary=summary,
            published=changes.published_at,
            rewritten=None,
            author=article.provider.name if article.provider else "",
            topics=article.topics,
            image="",
        )

    for article in changes.added:
        yield entry(article, f"Added: {article.title}", article.excerpt, article_url(base_url, article.id))
    for changed in changes.changed:
        if lines := _field_lines(changed):
            url = article_url(base_url, changed.new.id)
            yield entry(changed.new, f"Changed: {changed.new.title}", "; ".join(lines), url)
    for article in changes.removed:
        yield entry(article, f"Removed: {article.title}", article.excerpt, article.url or f"{base_url}/")


def _field_lines(article: ChangedArticle) -> list[str]:
    """Each change that a reader sees, such as `title: “old” → “new”`."""
    fields = article.fields
    return [f"{name}: {_text(fields[name][0])} → {_text(fields[name][1])}" for name in SHOWN if name in fields]


def _text(value: Any) -> str:
    if not value:
        return "none"
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"“{value}”" if isinstance(value, str) else getattr(value, "name", f"{value}")
