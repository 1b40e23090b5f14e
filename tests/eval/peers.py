"""The peers: SQLite FTS5, tantivy and Whoosh, in memory."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import tantivy
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import MultifieldParser

from search.article import Article
from tests.eval.archive import texts
from tests.eval.engines import HITS, TEXT_FIELDS, Engine


class Fts5:
    """SQLite's FTS5 with its Porter stemmer and bm25.  All words must match, in quotes as its manual advises."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._database = sqlite3.connect(":memory:")
        columns = ", ".join(TEXT_FIELDS)
        self._database.execute(
            f"CREATE VIRTUAL TABLE article USING fts5(id UNINDEXED, {columns}, tokenize='porter unicode61')"
        )
        rows = [(article.id, *texts(article)) for article in articles]
        self._database.executemany("INSERT INTO article VALUES (?, ?, ?, ?, ?)", rows)

    def best(self, text: str) -> Sequence[str]:
        query = " ".join(map(self._quoted, text.split()))
        rows = self._database.execute(
            "SELECT id FROM article WHERE article MATCH ? ORDER BY rank, rowid LIMIT ?", (query, HITS)
        )
        return [id for (id,) in rows]

    @staticmethod
    def _quoted(word: str) -> str:
        bare = word.removesuffix("*")
        return '"{}"'.format(bare.replace('"', '""')) + word[len(bare) :]


class Tantivy:
    """tantivy with its English stemmer and lenient parser.  Any word can match.

    A word with `*` becomes a regular expression, because the query language has no prefixes."""

    def __init__(self, articles: Iterable[Article]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for field in TEXT_FIELDS:
            builder.add_text_field(field, tokenizer_name="en_stem")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        writer = self._index.writer(num_threads=1)
        for article in articles:
            values: dict[str, Any] = dict(zip(TEXT_FIELDS, texts(article), strict=True))
            writer.add_document(tantivy.Document(id=article.id, **values))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def best(self, text: str) -> Sequence[str]:
        rows = self._searcher.search(self._query(text), HITS)
        return [self._searcher.doc(address)["id"][0] for _, address in rows.hits]

    def _query(self, text: str) -> tantivy.Query:
        words = text.split()
        whole = " ".join(word for word in words if not word.endswith("*"))
        parts = [self._index.parse_query_lenient(whole, list(TEXT_FIELDS))[0]]
        for word in words:
            if word.endswith("*") and word[:-1].isalnum():
                parts += [
                    tantivy.Query.regex_query(self._schema, field, f"{word[:-1].lower()}.*") for field in TEXT_FIELDS
                ]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])


class Whoosh:
    """Whoosh's defaults: stemming analyzer, multi-field parser, BM25F, equal field weights.  All words must match."""

    def __init__(self, articles: Iterable[Article]) -> None:
        schema = Schema(id=ID(stored=True), **{field: TEXT(analyzer=StemmingAnalyzer()) for field in TEXT_FIELDS})
        index = RamStorage().create_index(schema)
        writer = index.writer()
        for article in articles:
            writer.add_document(id=article.id, **dict(zip(TEXT_FIELDS, texts(article), strict=True)))
        writer.commit()
        self._searcher = index.searcher()
        self._parser = MultifieldParser(list(TEXT_FIELDS), schema)

    def best(self, text: str) -> Sequence[str]:
        return [hit["id"] for hit in self._searcher.search(self._parser.parse(text), limit=HITS)]


def peers(articles: Sequence[Article]) -> dict[str, Engine]:
    """Name → engine with all articles indexed."""
    return {"FTS5": Fts5(articles), "tantivy": Tantivy(articles), "Whoosh": Whoosh(articles)}
