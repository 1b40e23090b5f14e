"""Several segments into one, by arrays: what a full build does with its batches and an update with the index and its news."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from search.snapshot.arrays import Array, Strings, narrowed, unsigned
from search.snapshot.segment import FIELD_COUNT, UNDATED, Segment

_POSTINGS_A_PASS: Final = 1 << 22
"""Postings are merged term range by term range, so that the work space stays the same however large the archive."""

GONE: Final = -1


@dataclass(frozen=True, slots=True)
class Part:
    """A segment to merge: which of its documents stay, and `rank`, which orders all parts' documents by id."""

    segment: Segment
    rank: Array
    kept: Array | None = None

    def column(self, values: Array) -> Array:
        """Of a column, the documents that stay."""
        return values if self.kept is None else values[self.kept]


@dataclass(frozen=True, slots=True)
class _Numbering:
    """What a part's numbers become: documents (`GONE` where dropped), terms, shapes."""

    documents: Array
    terms: Array
    shapes: Array


def merge(parts: Sequence[Part]) -> tuple[Segment, list[Array]]:
    """One segment of all documents that stay, and for each part what its document numbers became (`GONE`: dropped)."""
    order, documents = _document_order(parts)
    terms, term_numbers = _united([p.segment.terms for p in parts])
    shapes, shape_numbers = _united_shapes(parts)
    numbering = [_Numbering(*n) for n in zip(documents, term_numbers, shape_numbers, strict=True)]
    postings = _merged_postings(parts, numbering, len(terms), len(shapes))
    term_documents = _term_documents(parts, numbering, len(terms))
    used = np.diff(postings.posting_starts) > 0
    if not used.all():
        terms = Strings.of(t for t, u in zip(terms.all_raw(), used.tolist(), strict=True) if u)
        term_documents = term_documents[used]

    def together(column: str) -> Array:
        return np.concatenate([p.column(getattr(p.segment, column)) for p in parts])[order]

    providers, provider = _merged_facet(parts, "providers", "provider")
    types, type_ = _merged_facet(parts, "types", "type")
    packs, pack = _merged_facet(parts, "packs", "pack")
    topics, set_starts, set_topics, topic_set = _merged_topics(parts)
    segment = Segment(
        terms=terms,
        term_documents=term_documents,
        posting_starts=narrowed(np.r_[0, postings.posting_starts[1:][used]]),
        posting_documents=postings.documents,
        posting_shapes=postings.shapes,
        posting_places=postings.counts,
        place_starts=narrowed(np.r_[0, postings.place_starts[1:][used]]),
        places=postings.places,
        shapes=shapes,
        lengths=narrowed(together("lengths")),
        published=together("published"),
        heat=together("heat"),
        provider=provider[order],
        providers=providers,
        type=type_[order],
        types=types,
        topic_set=topic_set[order],
        topic_set_starts=set_starts,
        topic_set_topics=set_topics,
        topics=topics,
        story=together("story"),
        pack=pack[order],
        pack_start=together("pack_start"),
        pack_length=together("pack_length"),
        packs=packs,
    )
    return segment, documents


def _document_order(parts: Sequence[Part]) -> tuple[Array, list[Array]]:
    """In which order the kept documents of all parts follow each other, and each part's new numbers."""
    published = np.concatenate([p.column(p.segment.published) for p in parts])
    age = np.where(published == UNDATED, np.iinfo(np.int64).max, -published)
    order = np.lexsort((np.concatenate([p.column(p.rank) for p in parts]), age))
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.arange(len(order))
    documents, base = [], 0
    for part in parts:
        kept = np.ones(len(part.segment), bool) if part.kept is None else part.kept
        new = np.full(len(kept), GONE, np.int64)
        stay = int(kept.sum())
        new[kept] = numbers[base : base + stay]
        documents.append(new)
        base += stay
    return order, documents


def _united(tables: Sequence[Strings]) -> tuple[Strings, list[Array]]:
    """The strings of all tables in one sorted table, and what each table's numbers become."""
    raw = [table.all_raw() for table in tables]
    different = sorted(set().union(*raw))
    number = {text: index for index, text in enumerate(different)}
    return Strings.of(different), [np.fromiter(map(number.__getitem__, r), np.int64, len(r)) for r in raw]


def _united_shapes(parts: Sequence[Part]) -> tuple[Array, list[Array]]:
    """All parts' shapes, each once.  The first part's keep their numbers, so that an update leaves the index's as they are."""
    first, *others = (np.ascontiguousarray(p.segment.shapes) for p in parts)
    known = {row.tobytes(): index for index, row in enumerate(first)}
    numbers = [np.arange(len(first))]
    for table in others:
        rows = (row.tobytes() for row in table)
        numbers.append(np.fromiter((known.setdefault(r, len(known)) for r in rows), np.int64, len(table)))
    return np.frombuffer(b"".join(known), first.dtype).reshape(-1, 2 * FIELD_COUNT), numbers


def _term_documents(parts: Sequence[Part], numbering: Sequence[_Numbering], terms: int) -> Array:
    """[T, 4] document frequencies: the parts' own, less those of the documents that go."""
    total = np.zeros((terms, FIELD_COUNT), np.int64)
    for part, numbers in zip(parts, numbering, strict=True):
        segment = part.segment
        total[numbers.terms] += segment.term_documents
        if part.kept is not None:
            going = np.flatnonzero(~part.kept[segment.posting_documents])
            term = numbers.terms[np.searchsorted(segment.posting_starts, going, side="right") - 1]
            present = segment.shapes[:, :FIELD_COUNT][segment.posting_shapes[going]] > 0
            np.subtract.at(total, term, present)
    return total.astype(np.uint32)


@dataclass(slots=True)
class _Postings:
    posting_starts: Array
    documents: Array
    shapes: Array
    counts: Array
    place_starts: Array
    places: Array


def _merged_postings(
    parts: Sequence[Part], numbering: Sequence[_Numbering], term_count: int, shape_count: int
) -> _Postings:
    """Every kept posting by (term, new document), with its places.

    Each part's postings are one ascending run of such keys already, so the stable sort only merges runs."""
    stay = [_kept_postings(p) for p in parts]
    postings = sum(
        len(p.segment.posting_documents) if s is None else int(s.sum()) for p, s in zip(parts, stay, strict=True)
    )
    places = sum(
        len(p.segment.places) if s is None else int(p.segment.posting_places[s].sum(dtype=np.int64))
        for p, s in zip(parts, stay, strict=True)
    )
    merged = _Postings(
        posting_starts=np.zeros(term_count + 1, np.int64),
        documents=np.empty(postings, np.uint32),
        shapes=np.empty(postings, unsigned(shape_count)),
        counts=np.empty(postings, np.result_type(*(p.segment.posting_places.dtype for p in parts))),
        place_starts=np.zeros(term_count + 1, np.int64),
        places=np.empty(places, np.result_type(*(p.segment.places.dtype for p in parts))),
    )
    posting = place = 0
    for first, last in _term_ranges(parts, numbering, term_count):
        runs = [_run(p, n, s, first, last) for p, n, s in zip(parts, numbering, stay, strict=True)]
        keys = np.concatenate([r.keys for r in runs])
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        counts = np.concatenate([r.counts for r in runs])[order]
        to = slice(posting, posting + len(keys))
        merged.documents[to] = keys & 0xFFFFFFFF
        merged.shapes[to] = np.concatenate([r.shapes for r in runs])[order]
        merged.counts[to] = counts
        begins = np.concatenate([r.place_begins + base for r, base in zip(runs, _bases(runs), strict=True)])[order]
        gathered = np.concatenate([r.places for r in runs])[_spread(begins, counts)]
        merged.places[place : place + len(gathered)] = gathered
        term = (keys >> 32) - first
        merged.posting_starts[first + 1 : last + 1] = np.bincount(term, minlength=last - first)
        merged.place_starts[first + 1 : last + 1] = np.bincount(term, counts, last - first)
        posting, place = posting + len(keys), place + len(gathered)
    np.cumsum(merged.posting_starts, out=merged.posting_starts)
    np.cumsum(merged.place_starts, out=merged.place_starts)
    return merged


def _kept_postings(part: Part) -> Array | None:
    return None if part.kept is None else part.kept[part.segment.posting_documents]


def _term_ranges(parts: Sequence[Part], numbering: Sequence[_Numbering], term_count: int) -> Iterator[tuple[int, int]]:
    """Ranges of new term numbers with about `_POSTINGS_A_PASS` postings each."""
    postings = np.zeros(term_count, np.int64)
    for part, numbers in zip(parts, numbering, strict=True):
        postings[numbers.terms] += np.diff(part.segment.posting_starts.astype(np.int64))
    passes = np.cumsum(postings) // _POSTINGS_A_PASS
    bounds = np.flatnonzero(np.diff(passes)) + 1
    yield from zip([0, *bounds.tolist()], [*bounds.tolist(), term_count], strict=True)


@dataclass(slots=True)
class _Run:
    """One part's postings of a range of terms; `place_begins` are indexes into its `places`."""

    keys: Array
    shapes: Array
    counts: Array
    place_begins: Array
    places: Array


def _run(part: Part, numbers: _Numbering, stay: Array | None, first: int, last: int) -> _Run:
    segment = part.segment
    low, high = np.searchsorted(numbers.terms, (first, last))
    starts = segment.posting_starts[low : high + 1].astype(np.int64)
    postings = slice(int(starts[0]), int(starts[-1]))
    term = np.repeat(numbers.terms[low:high], np.diff(starts))
    keys = (term << 32) | numbers.documents[segment.posting_documents[postings]]
    shapes = numbers.shapes[segment.posting_shapes[postings]]
    counts = segment.posting_places[postings]
    place_ends = np.cumsum(counts, dtype=np.int64)
    place_begins = place_ends - counts
    places = segment.places[int(segment.place_starts[low]) : int(segment.place_starts[high])]
    if stay is not None:
        here = stay[postings]
        keys, shapes, counts, place_begins = keys[here], shapes[here], counts[here], place_begins[here]
    return _Run(keys, shapes, counts, place_begins, places)


def _bases(runs: Sequence[_Run]) -> Array:
    """Where each run's places begin once they stand one after the other."""
    return np.cumsum([0, *(len(r.places) for r in runs[:-1])])


def _spread(begins: Array, counts: Array) -> Array:
    """The indexes begin, begin + 1, … count of them, for each posting in turn."""
    ends = np.cumsum(counts, dtype=np.int64)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begins - (ends - counts), counts)


def _merged_facet(parts: Sequence[Part], table: str, column: str) -> tuple[Strings, Array]:
    """A table of values and the kept documents' indexes into it, with values that no document has any more left out."""
    kept = [p.column(getattr(p.segment, column)) for p in parts]
    used = [
        [
            value
            for value, count in zip(strings.all_raw(), np.bincount(k, minlength=len(strings) + 1), strict=False)
            if count
        ]
        for strings, k in zip((getattr(p.segment, table) for p in parts), kept, strict=True)
    ]
    different = sorted(set().union(*used))
    number = {text: index for index, text in enumerate(different)}
    missing = len(different)
    united = [
        np.array([*(number.get(v, missing) for v in getattr(p.segment, table).all_raw()), missing])[k]
        for p, k in zip(parts, kept, strict=True)
    ]
    return Strings.of(different), np.concatenate(united).astype(unsigned(missing))


def _merged_topics(parts: Sequence[Part]) -> tuple[Strings, Array, Array, Array]:
    """Topics, the starts and members of their sets, and the kept documents' sets; unused ones are left out."""
    used = [np.unique(p.column(p.segment.topic_set)) for p in parts]
    named: list[list[tuple[bytes, ...]]] = []
    for part, sets in zip(parts, used, strict=True):
        names, members = part.segment.topics.all_raw(), part.segment.topic_set_topics.tolist()
        starts = part.segment.topic_set_starts.tolist()
        named.append([tuple(names[m] for m in members[starts[s] : starts[s + 1]]) for s in sets.tolist()])
    different = sorted({topic for sets in named for s in sets for topic in s})
    number = {topic: index for index, topic in enumerate(different)}
    numbers: dict[tuple[bytes, ...], int] = {}
    of_document = []
    for part, here, sets in zip(parts, used, named, strict=True):
        new = np.zeros(len(part.segment.topic_set_starts), np.int64)
        new[here] = [numbers.setdefault(s, len(numbers)) for s in sets]
        of_document.append(new[part.column(part.segment.topic_set)])
    starts_ = np.cumsum([0, *(len(s) for s in numbers)])
    members_ = np.array([number[t] for s in numbers for t in s], np.int64)
    return Strings.of(different), narrowed(starts_), narrowed(members_), narrowed(np.concatenate(of_document))
