"""The columns as a Whoosh codec.

With it Whoosh's reader, searcher, term expansion and queries work on a snapshot as on any index of theirs.  The engine
reads the columns directly; this is how everything else of Whoosh reads them, and how the engine's answers are held
against Whoosh's own.  Segments are written by the builder as arrays, never posting by posting, so the writing half of
the codec refuses.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from whoosh.codec import base
from whoosh.formats import Format
from whoosh.matching import ListMatcher, Matcher
from whoosh.reading import TermInfo, TermNotFound

from search.analysis import FIELDS
from search.snapshot.arrays import Array, new_runs
from search.snapshot.segment import FIELD_COUNT, Segment


class ColumnarCodec(base.Codec):  # type: ignore[misc]
    """Reads the columns of a segment for Whoosh."""

    def terms_reader(self, storage: Any, segment: "ColumnarSegment") -> "ColumnarTerms":
        return ColumnarTerms(segment.open(Path(storage.folder)))

    def per_document_reader(self, storage: Any, segment: "ColumnarSegment") -> "ColumnarDocuments":
        return ColumnarDocuments(segment.open(Path(storage.folder)), Path(storage.folder))

    def _read_only(self, *_: object, **__: object) -> NoReturn:
        raise NotImplementedError("a snapshot is immutable: build a new one with search.build_index")

    per_document_writer = field_writer = postings_writer = postings_reader = new_segment = _read_only


class ColumnarSegment(base.Segment):  # type: ignore[misc]
    """What Whoosh's table of contents holds of a segment: its name and size."""

    def __init__(self, index_name: str, segment_id: str, documents: int) -> None:
        super().__init__(index_name)
        self.segid = segment_id
        self._documents = documents

    def open(self, folder: Path) -> Segment:
        """Map the columns."""
        return Segment.load(folder, self.segment_id())

    def codec(self) -> ColumnarCodec:
        return ColumnarCodec()

    def doc_count_all(self) -> int:
        return self._documents

    def deleted_count(self) -> int:
        return 0

    def deleted_docs(self) -> frozenset[int]:
        return frozenset()

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002 - nothing ever is
        return False

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:
        raise NotImplementedError("a snapshot is immutable: build a new one with search.build_index")

    def should_assemble(self) -> bool:
        return False


class ColumnarTerms(base.TermsReader):  # type: ignore[misc]
    """Terms and postings by field, taken out of the columns that keep all fields together."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    @cached_property
    def _sorted_terms(self) -> list[bytes]:
        return self._segment.terms.raws()

    def _term(self, field: str, text: bytes) -> tuple[int, int] | None:
        """The numbers of the field and of the term, where the term occurs in the field."""
        if field not in FIELDS:
            return None
        column, term = FIELDS.index(field), self._segment.terms.find(text.decode())
        if term is None or not self._segment.doc_frequencies[term, column]:
            return None
        return column, term

    def _numbers(self, field: str, text: bytes) -> tuple[int, int]:
        found = self._term(field, text)
        if found is None:
            raise TermNotFound(f"{field}:{text!r}")
        return found

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._term(*term) is not None

    def indexed_field_names(self) -> list[str]:
        return list(FIELDS)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for field in sorted(FIELDS):
            yield from self.terms_from(field, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        column = FIELDS.index(fieldname)
        for term in range(self._segment.terms.lower_bound(prefix), len(self._segment.terms)):
            if self._segment.doc_frequencies[term, column]:
                yield fieldname, self._sorted_terms[term]

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> "ColumnarCursor":
        return ColumnarCursor([text for _, text in self.terms_from(fieldname, b"")], fieldobj)

    def _postings(self, column: int, term: int) -> tuple[Array, list[Array]]:
        """The documents with the term in the field, and its positions in each."""
        segment = self._segment
        of_term = slice(int(segment.posting_starts[term]), int(segment.posting_starts[term + 1]))
        places = segment.positions[int(segment.position_starts[term]) : int(segment.position_starts[term + 1])].astype(
            np.int64
        )
        counts = segment.position_counts[of_term].astype(np.int64)
        in_field = places % FIELD_COUNT == column
        posting = np.repeat(np.arange(len(counts)), counts)[in_field]
        first = np.flatnonzero(new_runs(posting))
        documents = segment.posting_docs[of_term][posting[first]]
        return documents, np.split(places[in_field] // FIELD_COUNT, first[1:])

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        column, term = self._numbers(fieldname, text)
        documents, positions = self._postings(column, term)
        weights = [len(p) for p in positions]
        lengths = self._segment.lengths[documents, column]
        return TermInfo(
            weight=float(sum(weights)),
            df=len(documents),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(max(weights)),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        found = self._term(fieldname, text)
        return 0 if found is None else int(self._segment.doc_frequencies[found[1], found[0]])

    def matcher(self, fieldname: str, text: bytes, format_: Format, scorer: Any = None) -> Matcher:
        documents, positions = self._postings(*self._numbers(fieldname, text))
        values = [format_.encode(p.tolist()) for p in positions]
        weights = [float(len(p)) for p in positions]
        return ListMatcher(
            documents.tolist(), weights, values, format_, scorer=scorer, term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )  # fmt: skip


class ColumnarCursor(base.FieldCursor):  # type: ignore[misc]
    """Walks the terms of one field in order."""

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
    """Field lengths and stored fields."""

    def __init__(self, segment: Segment, folder: Path) -> None:
        self._segment = segment
        self._folder = folder

    def doc_count(self) -> int:
        return len(self._segment)

    def doc_count_all(self) -> int:
        return len(self._segment)

    def has_deletions(self) -> bool:
        return False

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002 - nothing ever is
        return False

    def deleted_docs(self) -> frozenset[int]:
        return frozenset()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._segment.lengths[docnum, FIELDS.index(fieldname)]) if fieldname in FIELDS else default

    def _lengths(self, fieldname: str) -> Array:
        return self._segment.lengths[:, FIELDS.index(fieldname)]

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).sum(dtype=np.int64)) if fieldname in FIELDS else 0

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        article = self._segment.read_article(self._folder, docnum)
        fields = {"id": article.id, "title": article.title, "excerpt": article.excerpt, "topics": list(article.topics),
                  "provider": article.provider.name if article.provider else None, "url": article.url,
                  "published_at": article.published_at, "heat": article.heat, "type": article.type}  # fmt: skip
        return {name: value for name, value in fields.items() if value is not None}
