"""Datasette over SQLite FTS5: a whole search service with JSON, pages and facets.

It has no highlights, and it returns results in the order of the table, not by relevance."""

import json
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import msgspec

from search.article import Article
from tests.bench.engines import HITS, VALUES
from tests.bench.http_client import get
from tests.bench.queries import BenchQuery

_NAME: Final = "articles"
_TABLES: Final = """
    CREATE TABLE articles (key INTEGER PRIMARY KEY, id TEXT, title TEXT, excerpt TEXT, topics TEXT, provider TEXT,
        published_at TEXT, url TEXT, image TEXT, related TEXT);
    CREATE VIRTUAL TABLE articles_fts USING fts5(title, excerpt, topics, provider, content="articles",
        content_rowid="key", tokenize='porter unicode61');
"""
_FINISH: Final = """
    INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
    INSERT INTO articles_fts (articles_fts) VALUES ('optimize');
    CREATE INDEX provider ON articles (provider);
    ANALYZE;
"""
_SETTINGS: Final = {
    "facet_time_limit_ms": 60_000,  # by default it gives up counting after 200 ms
    "sql_time_limit_ms": 60_000,
    "default_facet_size": VALUES,
    "suggest_facets": "off",
}


def build(articles: Iterable[Article], folder: Path) -> None:
    """Write the database."""
    folder.mkdir(parents=True)
    database = sqlite3.connect(folder / f"{_NAME}.db")
    database.executescript(_TABLES)
    with database:
        for article in articles:
            database.execute("INSERT INTO articles VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _row(article))
    database.executescript(_FINISH)
    database.close()


def _row(article: Article) -> tuple[str | None, ...]:
    return (
        article.id,
        article.title,
        article.excerpt,
        json.dumps(article.topics),
        article.provider.name if article.provider else None,
        article.published_at.isoformat() if article.published_at else None,
        article.url,
        article.image.url if article.image else None,
        msgspec.json.encode(article.related).decode(),
    )


def command(folder: Path, port: int) -> list[str]:
    """Runs Datasette; `--immutable` lets SQLite skip locks."""
    settings = [word for name, value in _SETTINGS.items() for word in ("--setting", name, str(value))]
    database = str(folder / f"{_NAME}.db")
    return [sys.executable, "-m", "datasette", "serve", "--immutable", database, "--port", str(port), *settings]


def json_path(query: BenchQuery) -> str:
    """The path of a search with both facets."""
    return f"/{_NAME}/{_NAME}.json?{_parameters(query)}"


def page_path(query: BenchQuery) -> str:
    """The path of the same search as a page."""
    return f"/{_NAME}/{_NAME}?{_parameters(query)}"


def _parameters(query: BenchQuery) -> str:
    text = [("_search", query.text)] if query.text else []
    topics = [("topics__arraycontains", query.topic)] if query.topic else []
    facets = [("_facet", "provider"), ("_facet_array", "topics")]
    return urlencode([*text, *topics, *facets, ("_size", HITS)])


def total(port: int, query: BenchQuery) -> int:
    """The number of matches."""
    count: int = msgspec.json.decode(get(port, json_path(query)))["filtered_table_rows_count"]
    return count
