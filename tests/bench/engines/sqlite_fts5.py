"""SQLite's FTS5 with GROUP BY: an external-content table ranked by weighted bm25, and plain tables for the facets.

A temporary table keeps the matching rows, so that the full-text search runs once.  That is faster than a search for
each facet, except for the rarest words."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from search.article import Article
from tests.bench.engines import BOOSTS, HITS, VALUES, Engine, EngineResult, decode, encode, seconds
from tests.bench.queries import BenchQuery

_FILE: Final = "articles.sqlite"
_SNIPPET_WORDS: Final = 50
"""About as many as 300 characters; FTS5 counts only words."""

_TABLES: Final = """
    PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE VIRTUAL TABLE text USING fts5(title, excerpt, topics, provider, content='content',
        content_rowid='id', tokenize='porter unicode61');
    CREATE TABLE content (id INTEGER PRIMARY KEY, title TEXT, excerpt TEXT, topics TEXT, provider TEXT);
    CREATE TABLE stored (id INTEGER PRIMARY KEY, published INTEGER, article BLOB);
    CREATE TABLE provider (id INTEGER PRIMARY KEY, name INTEGER, published INTEGER);
    CREATE TABLE topic (article INTEGER, name INTEGER, PRIMARY KEY (article, name)) WITHOUT ROWID;
    CREATE TABLE name (id INTEGER PRIMARY KEY, value TEXT UNIQUE);
"""
_FINISH: Final = f"""
    CREATE INDEX newest ON stored (published DESC);
    CREATE INDEX of_topic ON topic (name, article);
    INSERT INTO text (text) VALUES ('optimize');
    INSERT INTO text (text, rank) VALUES ('rank', 'bm25({", ".join(str(boost) for boost in BOOSTS.values())})');
    ANALYZE;
"""
_SETTINGS: Final = """
    PRAGMA mmap_size = 8000000000; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY;
    CREATE TEMP TABLE base (id INTEGER PRIMARY KEY, rank REAL);
    CREATE TEMP TABLE hit (id INTEGER PRIMARY KEY, rank REAL);
"""
_MATCH: Final = "INSERT INTO base SELECT rowid, rank FROM text WHERE text MATCH ?"
# The plus prevents a lookup in the text index for every date, which takes a hundred times as long.
_MATCH_WITHIN: Final = f"{_MATCH} AND +rowid IN (SELECT id FROM stored WHERE published BETWEEN ? AND ?)"
_IN_TOPIC: Final = """
    INSERT INTO hit SELECT base.id, rank FROM base CROSS JOIN topic ON topic.article = base.id
    WHERE topic.name = (SELECT id FROM name WHERE value = ?)
"""
_BEST: Final = "SELECT id, article FROM (SELECT id FROM {0} ORDER BY rank, id LIMIT ?) CROSS JOIN stored USING (id)"
# A lookup of each hit in the text index; for prefixes it is faster to read all matches, hence the plus.
_HIGHLIGHTS: Final = f"""
    SELECT rowid, highlight(text, 0, '<b>', '</b>'), snippet(text, 1, '<b>', '</b>', '…', {_SNIPPET_WORDS}) FROM text
    WHERE text MATCH ? AND {{1}}rowid IN (SELECT id FROM {{0}} ORDER BY rank, id LIMIT ?)
"""
_NEWEST: Final = "SELECT article FROM stored ORDER BY published DESC LIMIT ?"
_COUNTED: Final = """
    SELECT value, n FROM (SELECT name, count(*) AS n FROM {} GROUP BY name ORDER BY n DESC LIMIT ?)
    JOIN name ON id = name
"""
_TOPICS_OF: Final = "{0} CROSS JOIN topic ON topic.article = {0}.id"
_PROVIDERS_OF: Final = "{0} CROSS JOIN provider ON provider.id = {0}.id AND name IS NOT NULL"


def build(articles: Iterable[Article], folder: Path) -> None:
    """Write the database into an empty folder."""
    database = sqlite3.connect(folder / _FILE, isolation_level=None)
    database.executescript(_TABLES)
    database.execute("BEGIN")
    names: dict[str, int] = {}
    for number, article in enumerate(articles, 1):
        for statement, values in _rows(number, article, names):
            database.execute(statement, values)
    database.executemany("INSERT INTO name VALUES (?, ?)", [(number, value) for value, number in names.items()])
    database.execute("COMMIT")
    database.executescript(_FINISH)
    database.close()


def _rows(number: int, article: Article, names: dict[str, int]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The statements that store one article.  FTS5 has no gap between values, but no query phrase spans two values."""
    provider = article.provider.name if article.provider else None
    texts = article.title, article.excerpt, ", ".join(article.topics), provider or ""
    yield "INSERT INTO text (rowid, title, excerpt, topics, provider) VALUES (?, ?, ?, ?, ?)", (number, *texts)
    yield "INSERT INTO content VALUES (?, ?, ?, ?, ?)", (number, *texts)
    yield "INSERT INTO stored VALUES (?, ?, ?)", (number, seconds(article), encode(article))
    of_provider = names.setdefault(provider, len(names)) if provider else None
    yield "INSERT INTO provider VALUES (?, ?, ?)", (number, of_provider, seconds(article))
    for topic in dict.fromkeys(article.topics):
        yield "INSERT INTO topic VALUES (?, ?)", (number, names.setdefault(topic, len(names)))


class SqliteEngine(Engine):
    """A connection to the database in a folder; sqlite3 keeps the prepared statements."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(f"file:{folder / _FILE}?mode=ro", uri=True, isolation_level=None)
        self._database.executescript(_SETTINGS)

    def search(self, bench_query: BenchQuery, highlights: bool = False) -> EngineResult:
        if not bench_query.text:
            return self._everything(highlights)
        base = hits = self._matched(bench_query)
        if bench_query.topic:
            hits = self._in_topic(bench_query.topic)
        (total,) = self._database.execute(f"SELECT count(*) FROM {hits}").fetchone()
        rows = self._database.execute(_BEST.format(hits), (HITS,)).fetchall()
        return EngineResult(
            total,
            [decode(article) for _, article in rows],
            self._counted(_TOPICS_OF.format(base)),
            self._counted(_PROVIDERS_OF.format(hits)),
            self._highlights(bench_query.text, hits, [id for id, _ in rows]) if highlights else (),
        )

    def _matched(self, bench_query: BenchQuery) -> str:
        self._database.execute("DELETE FROM base")
        text = _match(bench_query.text)
        if bench_query.window is None:
            self._database.execute(_MATCH, (text,))
        else:
            self._database.execute(_MATCH_WITHIN, (text, *bench_query.window))
        return "base"

    def _in_topic(self, topic: str) -> str:
        self._database.execute("DELETE FROM hit")
        self._database.execute(_IN_TOPIC, (topic,))
        return "hit"

    def _highlights(self, text: str, hits: str, ids: Sequence[int]) -> list[tuple[str, str]]:
        statement = _HIGHLIGHTS.format(hits, "+" if text.endswith("*") else "")
        marked = {
            id: (title, excerpt) for id, title, excerpt in self._database.execute(statement, (_match(text), HITS))
        }
        return [marked[id] for id in ids]

    def _counted(self, source: str) -> dict[str, int]:
        return dict(self._database.execute(_COUNTED.format(source), (VALUES,)).fetchall())

    def _everything(self, highlights: bool) -> EngineResult:
        (total,) = self._database.execute("SELECT count(*) FROM stored").fetchone()
        articles = [decode(article) for (article,) in self._database.execute(_NEWEST, (HITS,))]
        return EngineResult(
            total,
            articles,
            self._counted("topic"),
            self._counted("provider WHERE name IS NOT NULL"),
            [(article.title, article.excerpt) for article in articles] if highlights else (),
        )


def _match(text: str) -> str:
    """The query in FTS5's syntax."""
    return text.replace(" -", " NOT ")
