"""The Whoosh codec that reads a snapshot, so that Whoosh searches it as any index of its own.

The engine reads the arrays directly; the tests compare its results with Whoosh's.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
from whoosh.codec import base
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.formats import Format
from whoosh.matching import ListMatcher, Matcher
from whoosh.reading import TermInfo, TermNotFound

from search.schema import SCHEMA, TEXT_FIELDS
from search.snapshot.file_table import FileTable
from search.snapshot.segment import Segment
from search.snapshot.whoosh_fields import (
    NUMBER_FIELDS,
    FieldTerms,
    ListColumn,
    OpenSegment,
    Postings,
    column_values,
    field_terms,
)

READ_ONLY: Final = "Snapshots are read-only. Build a new one with: article-search index ARCHIVE"
_INDEXED_FIELDS: Final = tuple(sorted({*TEXT_FIELDS, *NUMBER_FIELDS, "id", "type"}))


def refuse(*_: object, **__: object) -> NoReturn:
    """Raises Whoosh's `ReadOnlyError`."""
    raise ReadOnlyError(READ_ONLY)


class ColumnarCodec(base.Codec):  # type: ignore[misc]
    """Reads a segment for Whoosh, and writes none."""

    def terms_reader(self, storage: Any, segment: "ColumnarSegment") -> "ColumnarTerms":
        return ColumnarTerms(segment.open(storage))

    def per_document_reader(self, storage: Any, segment: "ColumnarSegment") -> "ColumnarDocuments":
        return ColumnarDocuments(segment.open(storage))

    per_document_writer = field_writer = postings_writer = postings_reader = new_segment = refuse


class ColumnarSegment(base.Segment):  # type: ignore[misc]
    """A segment as Whoosh's table of contents lists it.  `opened` is given if the segment is mapped already."""

    def __init__(self, index_name: str, segment_id: str, opened: OpenSegment | None = None) -> None:
        super().__init__(index_name)
        self.segid = segment_id
        self._opened = opened

    def open(self, storage: Any) -> OpenSegment:
        """The mapped segment.  Raises `SnapshotDamaged`."""
        if self._opened:
            return self._opened
        folder = Path(storage.folder)
        columns = Segment.load(folder, self.segment_id())
        return OpenSegment(columns, FileTable.load(folder), lambda document: columns.read_article(folder, document))

    def codec(self) -> ColumnarCodec:
        return ColumnarCodec()

    # Only writers call these methods.  Every writer calls doc_count_all as soon as it has locked the index.
    doc_count_all = deleted_count = deleted_docs = is_deleted = delete_document = should_assemble = refuse


class ColumnarTerms(base.TermsReader):  # type: ignore[misc]
    """Terms and postings by field."""

    def __init__(self, segment: OpenSegment) -> None:
        self._segment = segment
        self._field_terms = cache(self._open_field)
        self._postings = lru_cache(maxsize=16)(self._read_postings)

    def _open_field(self, field: str) -> FieldTerms | None:
        return field_terms(self._segment, field)

    def _read_postings(self, field: str, text: bytes) -> Postings:
        terms = self._field_terms(field)
        postings = terms.postings(text) if terms else None
        if postings is None:
            raise TermNotFound(f"{field}:{text!r}")
        return postings

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        try:
            return bool(self._postings(*term))
        except TermNotFound:
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
        documents, positions, lengths = self._postings(fieldname, text)
        weights = [len(p) for p in positions] if positions else [1] * len(documents)
        return TermInfo(
            weight=float(sum(weights)),
            df=len(documents),
            minlength=0 if lengths is None else int(lengths.min()),
            maxlength=0 if lengths is None else int(lengths.max()),
            maxweight=float(max(weights)),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        return self.term_info(fieldname, text).weight() if (fieldname, text) in self else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._postings(fieldname, text).documents) if (fieldname, text) in self else 0

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: Any = None) -> Matcher:
        documents, positions, _ = self._postings(fieldname, text)
        values = [format_.encode(p.tolist()) for p in positions] if positions else [b""] * len(documents)
        weights = [float(len(p)) for p in positions] if positions else [1.0] * len(documents)
        return ListMatcher(
            documents.tolist(), weights, values, format_, scorer=scorer, term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )  # fmt: skip


class ColumnarCursor(base.FieldCursor):  # type: ignore[misc]
    """Steps through the terms of one field in order."""

    def __init__(self, terms: list[bytes], field: Any) -> None:
        self._terms = terms
        self._field = field
        self._at = 0

    def first(self) -> bytes | None:
        self._at = 0
        return self.term()

    def find(self, term: bytes | str) -> bytes | None:
        wanted = term if isinstance(term, bytes) else self._field.to_bytes(term)
        self._at = bisect_left(self._terms, wanted)
        return self.term()

    def next(self) -> bytes | None:
        self._at += 1
        return self.term()

    def text(self) -> str | None:
        raw = self.term()
        return None if raw is None else self._field.from_bytes(raw)

    def term(self) -> bytes | None:
        return self._terms[self._at] if self._at < len(self._terms) else None

    def is_valid(self) -> bool:
        return self._at < len(self._terms)


class ColumnarDocuments(base.PerDocumentReader):  # type: ignore[misc]
    """Field lengths, columns and stored fields."""

    def __init__(self, segment: OpenSegment) -> None:
        self._segment = segment
        self._column = cache(self._read_column)

    def doc_count(self) -> int:
        return len(self._segment.columns)

    doc_count_all = doc_count

    def has_deletions(self) -> bool:
        return False

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002
        return False

    def deleted_docs(self) -> frozenset[int]:
        return frozenset()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return self._column(fieldname) is not None

    def column_reader(self, fieldname: str, column: Any) -> ListColumn:  # noqa: ARG002
        return ListColumn(self._column(fieldname) or [])

    def _read_column(self, field: str) -> list[Any] | None:
        return column_values(self._segment.columns, field)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._lengths(fieldname)[docnum]) if fieldname in TEXT_FIELDS else default

    def _lengths(self, field: str) -> Any:
        return self._segment.columns.lengths[:, TEXT_FIELDS.index(field)] if field in TEXT_FIELDS else np.zeros(1, int)

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        article = self._segment.article(docnum)
        fields = {name: getattr(article, name) for name in SCHEMA.shown}
        fields |= {"topics": list(article.topics), "provider": article.provider and article.provider.name}
        return {name: value for name, value in fields.items() if value not in (None, (), [])}
