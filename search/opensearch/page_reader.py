"""Reads a few articles of a cluster as the embedded engine reads an index, with the statistics of the whole archive.

So highlights, missing words, partial matches and explanations are made by the same code in both engines.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np

from search.analysis.analyzer import FINGERPRINT
from search.analysis.stemming import stem
from search.arrays import Array, Strings
from search.article import Article
from search.index.inverter import LARGEST_BATCH, Inverted, article_columns, invert, keyword_columns
from search.index.token_batch import tokens_of, tokens_with
from search.opensearch.cluster_reader import ClusterReader
from search.opensearch.found_article import FoundArticle
from search.query.nodes import Node, Phrase, Prefix, Term
from search.results import IndexInfo
from search.searcher.highlight_terms import leaves
from search.searcher.index_reader import IndexReader, Span
from search.searcher.keyword_counts import KeywordCounts
from search.snapshot.file_table import FileTable
from search.snapshot.integrity import Integrity
from search.snapshot.manifest import FORMAT, ArchiveSize, Manifest
from search.snapshot.segment import Segment
from search.snapshot.snapshot import Snapshot

MAX_ARTICLES: Final = LARGEST_BATCH
_STORED: Final = "page"


class PageReader(IndexReader):
    """An `IndexReader` of the articles and the terms that a query needs."""

    def __init__(self, archive: ClusterReader, found: Sequence[FoundArticle], root: Node) -> None:
        """At most `MAX_ARTICLES`, each once.  `root`: the query; only its terms are indexed."""
        super().__init__(
            _snapshot(archive, found, root), archive.ranking, archive.synonym_map, archive.today, archive.modified_at,
            average_lengths=archive.statistics.average_lengths.tolist(),
        )  # fmt: skip
        self._archive = archive
        self.stories = {each.article.id: each.story for each in found}

    @property
    def info(self) -> IndexInfo:
        return self._archive.info

    @cached_property
    def keywords(self) -> Mapping[str, KeywordCounts]:
        columns = keyword_columns([self.article(document) for document in range(self.doc_count)])
        return {facet: KeywordCounts(column) for facet, column in columns.items()}

    @property
    def span(self) -> Span | None:
        return self._archive.span

    def published_before(self, moments: Array) -> Array:
        return self._archive.published_before(moments)

    def idf(self, term: int) -> tuple[float, ...]:
        return tuple(self.term_idf(self.segment.terms[term]))

    def term_idf(self, text: str) -> list[float]:
        return self._archive.term_idf(text)

    def prefix_idf(self, prefix: str, doc_frequencies: Sequence[int]) -> list[float]:  # noqa: ARG002  # of these articles
        return list(self._archive.prefix_idf(prefix))

    def idf_of(self, doc_frequency: int) -> float:
        return self._archive.idf_of(doc_frequency)

    def share_with_heat(self, heat: int) -> float:
        return self._archive.share_with_heat(heat)

    def doc_ids_of(self, ids: Sequence[str]) -> list[int]:
        """The doc ids of the articles with these ids."""
        return [doc_id for id in ids if (doc_id := self.snapshot.files.document(id)) is not None]


@dataclass(frozen=True, slots=True)
class _PageSnapshot(Snapshot):
    articles: tuple[Article, ...]

    def article(self, document: int) -> Article:
        return self.articles[document]


class _InMemory(Integrity):
    """Of a snapshot without files."""

    def __init__(self) -> None:
        pass


def _snapshot(archive: ClusterReader, found: Sequence[FoundArticle], root: Node) -> Snapshot:
    found = sorted(found, key=lambda each: _document_order(each.article))
    manifest = Manifest(
        format=FORMAT, analyzer=FINGERPRINT, indexing="", built_at=archive.info.built_at, articles=len(found),
        content="", archive=ArchiveSize(len(found), len(found)), segment=_STORED, files={},
    )  # fmt: skip
    return _PageSnapshot(
        name=archive.info.snapshot,
        folder=Path(),
        manifest=manifest,
        segment=_segment([each.article for each in found], [each.story for each in found], root),
        dictionary=archive.dictionary,
        files=_file_table([each.article.id for each in found]),
        stored_files=(),
        integrity=_InMemory(),
        articles=tuple(each.article for each in found),
    )


def _document_order(article: Article) -> tuple[float, bytes]:
    """Newest first, undated last; ties by id."""
    published = article.published_at
    return (-int(published.timestamp()) if published else float("inf")), article.id.encode()


def _segment(articles: Sequence[Article], stories: Sequence[str], root: Node) -> Segment:
    """Without what only builds read."""
    first: dict[str, int] = {}
    return replace(
        _no_articles(),
        **Inverted.of(tokens_with(articles, _in_query(root))).columns(),
        **article_columns(articles),
        story=np.array([first.setdefault(each, document) for document, each in enumerate(stories)], np.uint32),
        stored_length=np.zeros(len(articles), np.uint32),
    )


@cache
def _no_articles() -> Segment:
    return invert((), tokens_of(()), (), BytesIO(), _STORED)


def _in_query(root: Node) -> Callable[[str], bool]:
    """Whether a form belongs to a term of the query."""
    texts: set[str] = set()
    prefixes: set[str] = set()
    for leaf in leaves(root):
        match leaf:
            case Phrase(terms):
                texts.update(terms)
            case Term(text):
                texts.add(text)
            case Prefix(text):
                prefixes.add(text)
    beginnings = tuple(prefixes)
    if not beginnings:
        return lambda form: stem(form) in texts
    return cache(lambda form: stem(form) in texts or stem(form).startswith(beginnings))


def _file_table(ids: Sequence[str]) -> FileTable:
    """The table of the articles, in document order."""
    documents = sorted(range(len(ids)), key=lambda document: ids[document].encode())
    return FileTable(
        ids=Strings.of(ids[document].encode() for document in documents),
        stat_keys=np.zeros(len(ids), np.uint64),
        digests=np.zeros((len(ids), 16), np.uint8),
        documents=np.array(documents, np.uint32),
        notes={},
    )
