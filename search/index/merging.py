"""Several segments into one, by arrays: what a full build does with its batches and an update with the index and its
news."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from search.index.parts import GONE, Numbering, Part
from search.index.postings import sorted_postings
from search.index.splicing import spliced_postings
from search.index.stories import stories, url_order
from search.snapshot.arrays import Array, Strings, narrowed, unsigned
from search.snapshot.segment import FIELD_COUNT, UNDATED, Segment

_SMALL: Final = 8
"""How many times smaller that is."""


def merge(parts: Sequence[Part]) -> tuple[Segment, list[Array]]:
    """One segment of all documents that stay, and for each part what its document numbers became (`GONE`: dropped)."""
    order, documents = _document_order(parts)
    terms, term_numbers = united([p.segment.terms for p in parts])
    shapes, shape_numbers = _united_shapes(parts)
    numbering = [Numbering(*n) for n in zip(documents, term_numbers, shape_numbers, strict=True)]
    merged_postings = spliced_postings if _is_update(parts) else sorted_postings
    postings = merged_postings(parts, numbering, len(terms), len(shapes))
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
    published, url_keys, title_keys = together("published"), together("url_key"), together("title_key")
    by_url = url_order(url_keys)
    segment = Segment(
        terms=terms,
        term_documents=term_documents,
        posting_starts=narrowed(np.r_[0, postings.posting_starts[1:][used]]),
        posting_documents=postings.documents,
        posting_shapes=postings.shapes,
        posting_places=postings.counts,
        place_starts=narrowed(np.r_[0, postings.place_starts[1:][used]]),
        places=postings.places,
        place_forms=postings.place_forms,
        shapes=shapes,
        lengths=narrowed(together("lengths")),
        published=published,
        heat=together("heat"),
        provider=provider[order],
        providers=providers,
        type=type_[order],
        types=types,
        topic_set=topic_set[order],
        topic_set_starts=set_starts,
        topic_set_topics=set_topics,
        topics=topics,
        url_key=url_keys,
        url_order=by_url,
        title_key=title_keys,
        story=stories(url_keys, by_url, title_keys, published),
        pack=pack[order],
        pack_start=together("pack_start"),
        pack_length=together("pack_length"),
        packs=packs,
    )
    return segment, documents


def _is_update(parts: Sequence[Part]) -> bool:
    """Whether a small part goes into a large one, which is then not worth sorting again."""
    sizes = [len(part.segment.posting_documents) for part in parts]
    return len(parts) == 2 and sizes[1] * _SMALL < sizes[0]


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


def united(tables: Sequence[Strings]) -> tuple[Strings, list[Array]]:
    """The strings of all tables in one sorted table, and what each table's numbers become."""
    raw = [table.all_raw() for table in tables]
    different = sorted(set().union(*raw))
    number = {text: index for index, text in enumerate(different)}
    return Strings.of(different), [np.fromiter(map(number.__getitem__, r), np.int64, len(r)) for r in raw]


def _united_shapes(parts: Sequence[Part]) -> tuple[Array, list[Array]]:
    """All parts' shapes, each once.  The first part's keep their numbers, so that an update leaves the index's as they
    are."""
    first, *others = (np.ascontiguousarray(p.segment.shapes) for p in parts)
    known = {row.tobytes(): index for index, row in enumerate(first)}
    numbers = [np.arange(len(first))]
    for table in others:
        rows = (row.tobytes() for row in table)
        numbers.append(np.fromiter((known.setdefault(r, len(known)) for r in rows), np.int64, len(table)))
    return np.frombuffer(b"".join(known), first.dtype).reshape(-1, 2 * FIELD_COUNT), numbers


def _term_documents(parts: Sequence[Part], numbering: Sequence[Numbering], terms: int) -> Array:
    """[T, 4] document frequencies: the parts' own, less those of the documents that go."""
    total = np.zeros((terms, FIELD_COUNT), np.int64)
    for part, numbers in zip(parts, numbering, strict=True):
        segment = part.segment
        total[numbers.terms] += segment.term_documents
        present = segment.shapes[:, :FIELD_COUNT][segment.posting_shapes[part.going]] > 0
        np.subtract.at(total, numbers.terms[part.going_terms], present)
    return total.astype(np.uint32)


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
    for part, here, names_of_sets in zip(parts, used, named, strict=True):
        new = np.zeros(len(part.segment.topic_set_starts), np.int64)
        new[here] = [numbers.setdefault(s, len(numbers)) for s in names_of_sets]
        of_document.append(new[part.column(part.segment.topic_set)])
    set_starts = np.cumsum([0, *(len(s) for s in numbers)])
    set_topics = np.array([number[t] for s in numbers for t in s], np.int64)
    return Strings.of(different), narrowed(set_starts), narrowed(set_topics), narrowed(np.concatenate(of_document))
