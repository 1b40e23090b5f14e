"""Several segments into one, by arrays: what a full build does with its batches and an update with the index and its
news."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from search.index.keyword_merger import merge_keywords
from search.index.merge_inputs import REMOVED, Part, RenumberedInput
from search.index.postings_sorter import sorted_postings
from search.index.postings_splicer import spliced_postings
from search.index.story_clusters import stories, url_order
from search.index.string_merger import merge_strings, merge_used_strings
from search.schema import SCHEMA
from search.snapshot.arrays import Array, Column, narrowed, ordered
from search.snapshot.segment import FIELD_COUNT, UNDATED

_SPLICING_RATIO: Final = 8
"""Splice if the large segment has more than this many times the postings of the small one, else sort."""


def merge_segments(parts: Sequence[Part]) -> tuple[dict[str, Column], list[Array]]:
    """The columns of one segment with all kept documents, and each input's new doc ids (`REMOVED` for the others)."""
    order, documents = _document_order(parts)
    packs, ordinals = merge_used_strings([p.segment.packs for p in parts], [p.column(p.segment.pack) for p in parts])
    columns = _merged_postings(parts, documents) | {"packs": packs, "pack": narrowed(np.concatenate(ordinals))[order]}
    for facet in SCHEMA.facets:
        columns |= merge_keywords(parts, facet, order).columns(facet)
    for column in ("published", "url_key", "title_key", "lengths", "heat", "stored_start", "stored_length"):
        columns[column] = np.concatenate([p.column(getattr(p.segment, column)) for p in parts])[order]
    columns["lengths"] = narrowed(columns["lengths"])
    columns["url_order"] = url_order(columns["url_key"])
    columns["story"] = stories(columns["url_key"], columns["url_order"], columns["title_key"], columns["published"])
    return columns, documents


def _merged_postings(parts: Sequence[Part], documents: Sequence[Array]) -> dict[str, Any]:
    """The columns of terms, term stats and postings, without the terms that no document has any more."""
    terms, term_numbers = merge_strings([p.segment.terms for p in parts])
    term_stats, stats_numbers = _united_shapes(parts)
    segments = [p.segment for p in parts]
    inputs = [RenumberedInput(*n) for n in zip(segments, documents, term_numbers, stats_numbers, strict=True)]
    merge_postings = spliced_postings if _is_update(parts) else sorted_postings
    postings = merge_postings(inputs, len(terms), len(term_stats))
    used = np.diff(postings.posting_starts) > 0
    return {
        "posting_docs": postings.posting_docs,
        "posting_stats": postings.posting_stats,
        "position_counts": postings.position_counts,
        "positions": postings.positions,
        "position_forms": postings.position_forms,
        "terms": terms.where(used),
        "doc_frequencies": _term_documents(inputs, len(terms))[used],
        "posting_starts": narrowed(np.r_[0, postings.posting_starts[1:][used]]),
        "position_starts": narrowed(np.r_[0, postings.position_starts[1:][used]]),
        "term_stats": term_stats,
    }


def _is_update(parts: Sequence[Part]) -> bool:
    """Whether a small segment is merged into a large one, which splicing does faster than sorting."""
    sizes = [len(part.segment.posting_docs) for part in parts]
    return len(parts) == 2 and sizes[1] * _SPLICING_RATIO < sizes[0]


def _document_order(parts: Sequence[Part]) -> tuple[Array, list[Array]]:
    """In which order the kept documents of all parts follow each other, and each part's new numbers."""
    published = np.concatenate([p.column(p.segment.published) for p in parts])
    age = np.where(published == UNDATED, np.iinfo(np.int64).max, -published)
    order = ordered(age, np.concatenate([p.column(p.rank) for p in parts]))
    numbers = np.empty(len(order), np.uint32)
    numbers[order] = np.arange(len(order), dtype=np.uint32)
    documents, base = [], 0
    for part in parts:
        kept = np.ones(len(part.segment), bool) if part.kept is None else part.kept
        new = np.full(len(kept), REMOVED, np.uint32)
        stay = int(kept.sum())
        new[kept] = numbers[base : base + stay]
        documents.append(new)
        base += stay
    return order, documents


def _united_shapes(parts: Sequence[Part]) -> tuple[Array, list[Array]]:
    """All parts' shapes, each once.  The first part's keep their numbers, so that an update leaves the index's as they
    are."""
    first, *others = (np.ascontiguousarray(p.segment.term_stats) for p in parts)
    known = {row.tobytes(): index for index, row in enumerate(first)}
    numbers = [np.arange(len(first))]
    for table in others:
        rows = (row.tobytes() for row in table)
        numbers.append(np.fromiter((known.setdefault(r, len(known)) for r in rows), np.int64, len(table)))
    return np.frombuffer(b"".join(known), first.dtype).reshape(-1, 2 * FIELD_COUNT), numbers


def _term_documents(parts: Sequence[RenumberedInput], terms: int) -> Array:
    """[T, 4] document frequencies: the parts' own, less those of the documents that go."""
    total = np.zeros((terms, FIELD_COUNT), np.int64)
    for part in parts:
        segment = part.segment
        total[part.terms] += segment.doc_frequencies
        present = segment.term_stats[:, :FIELD_COUNT][segment.posting_stats[part.going]] > 0
        np.subtract.at(total, part.terms[part.going_terms], present)
    return total.astype(np.uint32)
