"""The Whoosh schema, and the terms, postings and columns of each field, computed from the arrays of a segment.

Whoosh finds documents by terms, in numeric fields too: such a field has each number at eight precisions.  It sorts and
groups by columns, which hold one value for each document.
"""

import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from whoosh.columns import ColumnReader, VarBytesColumn
from whoosh.fields import DATETIME, ID, NUMERIC, STORED, TEXT, FieldType, Schema

from search.analysis.analyzer import ArticleAnalyzer
from search.arrays import Array, Strings, new_runs, run_lengths, spread
from search.schema import SCHEMA, TEXT_FIELDS, Field, Kind
from search.snapshot.file_table import NO_DOCUMENT
from search.snapshot.segment import FIELD_COUNT, NO_HEAT, UNDATED, Segment
from search.snapshot.snapshot import Snapshot

NUMBER_BITS: Final = 64
SHIFT_STEP: Final = 8
"""Each precision of a number has eight bits less than the one before."""
NUMBER_FIELDS: Final = tuple(field.name for field in SCHEMA.fields if field.kind in {Kind.DATE, Kind.NUMBER})
KEYWORD_FIELDS: Final = {field.name: field.facet.name for field in SCHEMA.fields if field.facet and field.shown}
"""Field → its facet."""

_NUMBER_TERM: Final = struct.Struct(">BQ")
_SIGN_BIT: Final = np.uint64(1 << 63)
_NO_NUMBER: Final = np.iinfo(np.uint64).max
"""Whoosh's value for documents without a number."""
_EPOCH_SECONDS: Final = 62_135_596_800
"""From the year 1, when Whoosh's dates begin, to 1970."""


class NamesColumn(VarBytesColumn):  # type: ignore[misc]
    """A column with several names for each document."""

    def stores_lists(self) -> bool:
        return True


class NAMES(TEXT):  # type: ignore[misc]
    """Text that is searched by its words and grouped by whole names, of which a document may have several."""

    def from_column_value(self, value: Any) -> Any:
        return value if isinstance(value, tuple) else super().from_column_value(value)


def article_schema() -> Schema:
    """The fields of an article, as a Whoosh index of its own would declare them."""
    return Schema(**{field.name: _whoosh_field(field) for field in SCHEMA.fields if field.shown})


def _whoosh_field(field: Field) -> FieldType:
    grouped = field.facet is not None
    match field.kind:
        case Kind.TEXT if field.facet and field.facet.multiple:
            return NAMES(analyzer=ArticleAnalyzer(), stored=True, sortable=NamesColumn())
        case Kind.TEXT:
            return TEXT(analyzer=ArticleAnalyzer(), stored=True, sortable=grouped)
        case Kind.KEYWORD:
            return ID(stored=True, unique=not grouped, sortable=grouped)
        case Kind.DATE:
            return DATETIME(stored=True, sortable=True)
        case Kind.NUMBER:
            return NUMERIC(bits=NUMBER_BITS, shift_step=SHIFT_STEP, stored=True, sortable=True)
        case Kind.STORED:
            return STORED()


class Postings(NamedTuple):
    """The documents of one term, ascending; in text fields also the term's positions and the field's length in each."""

    documents: Array
    positions: list[Array] | None = None
    lengths: Array | None = None

    @property
    def weights(self) -> list[float]:
        """How often the term is in each document; 1 in fields without positions."""
        return [float(len(p)) for p in self.positions] if self.positions else [1.0] * len(self.documents)


def field_terms(snapshot: Snapshot, field: str) -> "FieldTerms | None":
    """The terms of the field, in the order of their bytes; None if it has no postings."""
    segment, files = snapshot.segment, snapshot.files
    if field in TEXT_FIELDS:
        return TextTerms(segment, TEXT_FIELDS.index(field))
    if field == "id":
        indexed = np.flatnonzero(files.documents != NO_DOCUMENT)
        return KeywordTerms(files.ids, files.documents[indexed], indexed)
    if field in KEYWORD_FIELDS:
        return KeywordTerms(*keyword_values(segment, field))
    if field in NUMBER_FIELDS:
        documents, numbers = number_values(segment, field)
        # Whoosh adds 2**63 to what it writes, but not to the dates in columns.
        return NumberTerms(documents, numbers ^ _SIGN_BIT if field == "published_at" else numbers)
    return None


def keyword_values(segment: Segment, field: str) -> tuple[Strings, Array, Array]:
    """The field's values, ascending, then two arrays: documents, ascending, and the index of a value each has."""
    column = segment.keywords[KEYWORD_FIELDS[field]]
    sizes = run_lengths(column.set_starts)[column.sets]
    starts = column.set_starts.astype(np.int64)[column.sets]
    return column.values, np.repeat(np.arange(len(segment)), sizes), column.set_values[spread(starts, sizes)]


def number_values(segment: Segment, field: str) -> tuple[Array, Array]:
    """The documents that have a number in the field, and the numbers as Whoosh's columns have them."""
    if field == "published_at":
        documents = np.flatnonzero(segment.published != UNDATED)
        return documents, ((segment.published[documents] + _EPOCH_SECONDS) * 1_000_000).astype(np.uint64)
    documents = np.flatnonzero(segment.heat != NO_HEAT)
    return documents, segment.heat[documents].astype(np.int64).view(np.uint64) ^ _SIGN_BIT


def column_values(segment: Segment, field: str) -> list[Any] | None:
    """The value of each document as Whoosh's columns have it; None if no document has one.

    Topics are tuples of names, as Whoosh wants them for groups that overlap."""
    if field in NUMBER_FIELDS:
        documents, numbers = number_values(segment, field)
        column = np.full(len(segment), _NO_NUMBER, np.uint64)
        column[documents] = numbers
        return column.tolist() if len(documents) else None
    if field not in KEYWORD_FIELDS:
        return None
    values, documents, ordinals = keyword_values(segment, field)
    if not len(documents):
        return None
    raws = values.raws()
    names = [raws[ordinal] for ordinal in ordinals.tolist()]
    bounds = documents.searchsorted(np.arange(len(segment) + 1)).tolist()
    by_document = [names[start:end] for start, end in pairwise(bounds)]
    if field == "topics":
        return [tuple(map(bytes.decode, topics)) or (None,) for topics in by_document]
    return [name[0] if name else b"" for name in by_document]


class TextTerms:
    """A text field's terms, with positions, selected from the postings that all text fields share."""

    def __init__(self, segment: Segment, field: int) -> None:
        self._segment = segment
        self._field = field

    def terms_from(self, prefix: bytes) -> Iterator[bytes]:
        terms = self._segment.terms
        first = terms.lower_bound(prefix)
        for term in np.flatnonzero(self._segment.doc_frequencies[first:, self._field]).tolist():
            yield terms.raw(first + term)

    def postings(self, text: bytes) -> Postings | None:
        segment = self._segment
        term = segment.terms.find(text)
        if term is None or not segment.doc_frequencies[term, self._field]:
            return None
        of_term = slice(int(segment.posting_starts[term]), int(segment.posting_starts[term + 1]))
        of_positions = slice(int(segment.position_starts[term]), int(segment.position_starts[term + 1]))
        positions = segment.positions[of_positions].astype(np.int64)
        counts = segment.position_counts[of_term].astype(np.int64)
        in_field = positions % FIELD_COUNT == self._field
        posting = np.repeat(np.arange(len(counts)), counts)[in_field]
        first = np.flatnonzero(new_runs(posting))
        documents = segment.posting_docs[of_term][posting[first]]
        by_document = np.split(positions[in_field] // FIELD_COUNT, first[1:])
        return Postings(documents, by_document, segment.lengths[documents, self._field])


class KeywordTerms:
    """Whole values as terms: `ordinals` [M] are indexes into `values`, each of the document in `documents` [M]."""

    def __init__(self, values: Strings, documents: Array, ordinals: Array) -> None:
        order = np.argsort(ordinals, kind="stable")
        self._values = values
        self._ordinals = ordinals[order]
        self._documents = documents[order]

    def terms_from(self, prefix: bytes) -> Iterator[bytes]:
        ordinals = np.unique(self._ordinals)
        return map(self._values.raw, ordinals[ordinals >= self._values.lower_bound(prefix)].tolist())

    def postings(self, text: bytes) -> Postings | None:
        ordinal = self._values.find(text)
        return None if ordinal is None else _postings_between(self._documents, self._ordinals, ordinal, ordinal)


class NumberTerms:
    """Numbers as terms: a byte that says how many low bits are dropped, then the rest in eight bytes."""

    def __init__(self, documents: Array, numbers: Array) -> None:
        order = np.argsort(numbers, kind="stable")
        self._numbers = numbers[order]
        self._documents = documents[order]

    def terms_from(self, prefix: bytes) -> Iterator[bytes]:
        first_shift, least = _NUMBER_TERM.unpack(prefix[: _NUMBER_TERM.size].ljust(_NUMBER_TERM.size, b"\0"))
        for shift in range(first_shift + -first_shift % SHIFT_STEP, NUMBER_BITS, SHIFT_STEP):
            numbers = np.unique(self._numbers >> np.uint64(shift))
            first = numbers.searchsorted(np.uint64(least)) if shift == first_shift else 0
            for number in numbers[first:].tolist():
                yield _NUMBER_TERM.pack(shift, number)

    def postings(self, text: bytes) -> Postings | None:
        if len(text) != _NUMBER_TERM.size:
            return None
        shift, number = _NUMBER_TERM.unpack(text)
        low = number << shift
        high = low | (1 << shift) - 1
        if shift % SHIFT_STEP or high > _NO_NUMBER:
            return None
        return _postings_between(self._documents, self._numbers, np.uint64(low), np.uint64(high))


FieldTerms: TypeAlias = TextTerms | KeywordTerms | NumberTerms


class ListColumn(ColumnReader):  # type: ignore[misc]
    """A column whose values are in memory."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values
        self._doccount = len(values)
        self._reverse = False

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def sort_key(self, docnum: int) -> Any:
        value = self._values[docnum]
        if isinstance(value, tuple):  # Whoosh sorts by the first of several values
            return (value[0] or "").encode()
        return -value if self._reverse else value

    def set_reverse(self) -> None:
        self._reverse = True


def _postings_between(documents: Array, keys: Array, low: Any, high: Any) -> Postings | None:
    """The documents whose key, one of the ascending `keys`, is from `low` to `high`."""
    start, stop = keys.searchsorted(low), keys.searchsorted(high, side="right")
    return Postings(np.sort(documents[start:stop])) if start < stop else None
