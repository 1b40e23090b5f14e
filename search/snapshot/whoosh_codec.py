"""The Whoosh codec that reads a snapshot, so that Whoosh searches it as any index of its own.

The engine reads the arrays directly; the tests compare its results with Whoosh's.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage, ReadOnlyError
from whoosh.formats import Format
from whoosh.index import TOC
from whoosh.matching import ListMatcher, Matcher
from whoosh.reading import TermInfo, TermNotFound

from search.schema import SCHEMA, TEXT_FIELDS
from search.snapshot.manifest import Manifest
from search.snapshot.snapshot import Snapshot
from search.snapshot.whoosh_fields import (
    NUMBER_FIELDS,
    FieldTerms,
    ListColumn,
    Postings,
    article_schema,
    column_values,
    field_terms,
)

INDEX_NAME: Final = "MAIN"
GENERATION: Final = 1
READ_ONLY: Final = "Snapshots are read-only. Build a new one with: article-search index ARCHIVE"
_INDEXED_FIELDS: Final = tuple(sorted({*TEXT_FIELDS, *NUMBER_FIELDS, "id", "type"}))


def refuse(*_: object, **__: object) -> NoReturn:
    """Raises Whoosh's `ReadOnlyError`."""
    raise ReadOnlyError(READ_ONLY)


def table_of_contents(segment: "ColumnarSegment") -> TOC:
    """Whoosh's table of contents of an index with this one segment."""
    return TOC(article_schema(), [segment], GENERATION)


def write_toc(folder: Path, segment: str) -> None:
    """Write the table of contents by which Whoosh opens `folder` as an index, and the lock file.

    Whoosh's writers create the lock file if it is missing, before they read anything that could refuse them."""
    (folder / f"{INDEX_NAME}_WRITELOCK").write_text(f"{READ_ONLY}\n", encoding="ascii")
    table_of_contents(ColumnarSegment(segment)).write(FileStorage(str(folder)), INDEX_NAME)


class TermAbsent(TermNotFound, KeyError):  # type: ignore[misc]
    """Whoosh's searches expect `TermNotFound`; its readers expect KeyError."""


class ColumnarCodec(base.Codec):  # type: ignore[misc]
    """Reads a segment for Whoosh, and writes none."""

    def terms_reader(self, storage: Any, segment: "ColumnarSegment") -> "ColumnarTerms":
        return ColumnarTerms(segment.snapshot(storage))

    def per_document_reader(self, storage: Any, segment: "ColumnarSegment") -> "ColumnarDocuments":
        return ColumnarDocuments(segment.snapshot(storage))

    per_document_writer = field_writer = postings_writer = postings_reader = new_segment = refuse


class ColumnarSegment(base.Segment):  # type: ignore[misc]
    """A segment as Whoosh's table of contents lists it.  `snapshot` is given if it is open already."""

    def __init__(self, name: str, snapshot: Snapshot | None = None) -> None:
        super().__init__(INDEX_NAME)
        self.segid = name.removeprefix(f"{INDEX_NAME}_")
        self._snapshot = snapshot

    def snapshot(self, storage: Any) -> Snapshot:
        """The snapshot of the segment.  Raises `SnapshotDamaged`."""
        if self._snapshot is None:
            folder = Path(storage.folder)
            self._snapshot = Snapshot.load(folder, Manifest.read(folder))
        return self._snapshot

    def codec(self) -> ColumnarCodec:
        return ColumnarCodec()

    # Only writers call these methods.  Every writer calls doc_count_all as soon as it has locked the index.
    doc_count_all = deleted_count = deleted_docs = is_deleted = delete_document = should_assemble = refuse


class ColumnarTerms(base.TermsReader):  # type: ignore[misc]
    """Terms and postings by field."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._field_terms = cache(partial(field_terms, snapshot))
        # Not a cached method, which would refer to itself and keep the files open until garbage is collected.
        self._postings = lru_cache(maxsize=16)(partial(_read_postings, self._field_terms))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        try:
            return bool(self._postings(*term))
        except TermAbsent:
            return False

    def indexed_field_names(self) -> list[str]:
        return list(_INDEXED_FIELDS)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for field in _INDEXED_FIELDS:
            yield from self.terms_from(field, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        terms = self._field_terms(fieldname)
        return ((fieldname, text) for text in (terms.terms_from(prefix) if terms else ()))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> "ColumnarCursor":
        return ColumnarCursor([text for _, text in self.terms_from(fieldname, b"")], fieldobj)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        postings = self._postings(fieldname, text)
        documents, weights = postings.documents, postings.weights
        lengths = np.zeros(1, int) if postings.lengths is None else postings.lengths
        return TermInfo(
            weight=sum(weights), df=len(documents), minlength=int(lengths.min()), maxlength=int(lengths.max()),
            maxweight=max(weights), minid=int(documents[0]), maxid=int(documents[-1]),
        )  # fmt: skip

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: Any = None) -> Matcher:
        postings = self._postings(fieldname, text)
        documents, positions = postings.documents.tolist(), postings.positions
        values = [format_.encode(p.tolist()) for p in positions] if positions else [b""] * len(documents)
        return ListMatcher(
            documents, postings.weights, values, format_, scorer=scorer, term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )  # fmt: skip


def _read_postings(field_terms: Callable[[str], FieldTerms | None], field: str, text: bytes) -> Postings:
    terms = field_terms(field)
    postings = terms.postings(text) if terms else None
    if postings is None:
        raise TermAbsent(f"{field}:{text!r}")
    return postings


class ColumnarCursor(base.FieldCursor):  # type: ignore[misc]
    """Steps through the terms of one field in order."""

    def __init__(self, terms: list[bytes], field: Any) -> None:
        self._terms = terms
        self._field = field
        self._index = 0

    def first(self) -> Any:
        self._index = 0
        return self.text()

    def find(self, term: bytes | str) -> Any:
        raw = term if isinstance(term, bytes) else self._field.to_bytes(term)
        self._index = bisect_left(self._terms, raw)
        return self.text()

    def next(self) -> Any:
        self._index += 1
        return self.text()

    def text(self) -> Any:
        return self._field.from_bytes(self._terms[self._index]) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._index < len(self._terms)


class ColumnarDocuments(base.PerDocumentReader):  # type: ignore[misc]
    """Field lengths, columns and stored fields."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._segment = snapshot.segment
        self._column = cache(partial(column_values, snapshot.segment))

    def doc_count(self) -> int:
        return len(self._segment)

    doc_count_all = doc_count

    def has_deletions(self) -> bool:
        return False

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002
        return False

    def deleted_docs(self) -> frozenset[int]:
        return frozenset()

    def has_column(self, fieldname: str) -> bool:
        return self._column(fieldname) is not None

    def column_reader(self, fieldname: str, column: Any) -> ListColumn:  # noqa: ARG002
        return ListColumn(self._column(fieldname) or [])

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._lengths(fieldname)[docnum]) if fieldname in TEXT_FIELDS else default

    def _lengths(self, field: str) -> Any:
        return self._segment.lengths[:, TEXT_FIELDS.index(field)] if field in TEXT_FIELDS else np.zeros(1, int)

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        article = self._snapshot.article(docnum)
        fields = {name: getattr(article, name) for name in SCHEMA.shown}
        fields |= {"topics": list(article.topics), "provider": article.provider and article.provider.name}
        return {name: value for name, value in fields.items() if value not in (None, (), [])}
