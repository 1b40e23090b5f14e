"""Several segments into one, by arrays: what a full build does with its batches and an update with the index and its
news."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import numpy as np

from search.index.keyword_merger import merge_keywords
from search.index.merge_inputs import GONE, Part, RenumberedInput
from search.index.postings_sorter import Postings, sorted_postings
from search.index.postings_splicer import spliced_postings
from search.index.stored_fields import StoredFields
from search.index.story_clusters import stories, url_order
from search.index.string_merger import merge_strings, merge_used_strings
from search.schema import SCHEMA
from search.snapshot.arrays import Array, Pieces, Strings, narrowed, ordered
from search.snapshot.segment import FIELD_COUNT, UNDATED

_SMALL: Final = 8
"""How many times smaller that is."""


class Keep(Protocol):
    """Takes columns of the merged segment, under the names that they have there, as soon as they are made."""

    def __call__(self, **columns: Array | Pieces | Strings) -> None: ...


def merge(parts: Sequence[Part], keep: Keep) -> tuple[StoredFields, list[Array]]:
    """One segment of all documents that stay.

    Its columns go to `keep`, but for those that say where articles are stored, which are returned, with what each
    part's document numbers became (`GONE`: dropped)."""
    order, documents = _document_order(parts)
    terms, term_numbers = merge_strings([p.segment.terms for p in parts])
    shapes, shape_numbers = _united_shapes(parts)
    segments = [p.segment for p in parts]
    _keep_postings(
        [RenumberedInput(*n) for n in zip(segments, documents, term_numbers, shape_numbers, strict=True)],
        terms, shapes, spliced_postings if _is_update(parts) else sorted_postings, keep,
    )  # fmt: skip

    def together(column: str) -> Array:
        return np.concatenate([p.column(getattr(p.segment, column)) for p in parts])[order]

    for facet in SCHEMA.facets:
        keep(**dict(merge_keywords(parts, facet, order).columns(facet)))
    published, url_keys, title_keys = together("published"), together("url_key"), together("title_key")
    by_url = url_order(url_keys)
    keep(published=published, url_key=url_keys, url_order=by_url, title_key=title_keys)
    keep(story=stories(url_keys, by_url, title_keys, published))
    keep(lengths=narrowed(together("lengths")), heat=together("heat"))
    packs, ordinals = merge_used_strings([p.segment.packs for p in parts], [p.column(p.segment.pack) for p in parts])
    pack = narrowed(np.concatenate(ordinals))[order]
    return StoredFields(packs, pack, together("stored_start"), together("stored_length")), documents


def _keep_postings(
    parts: Sequence[RenumberedInput],
    terms: Strings,
    term_stats: Array,
    merged: Callable[..., Postings[Any]],
    keep: Keep,
) -> None:
    """Terms, term_stats and postings; terms that no document has any more are left out."""
    postings = merged(parts, len(terms), len(term_stats))
    keep(
        posting_docs=postings.posting_docs,
        posting_stats=postings.posting_stats,
        position_counts=postings.position_counts,
        positions=postings.positions,
        position_forms=postings.position_forms,
    )
    used = np.diff(postings.posting_starts) > 0
    keep(
        terms=terms.where(used),
        doc_frequencies=_term_documents(parts, len(terms))[used],
        posting_starts=narrowed(np.r_[0, postings.posting_starts[1:][used]]),
        position_starts=narrowed(np.r_[0, postings.position_starts[1:][used]]),
        term_stats=term_stats,
    )


def _is_update(parts: Sequence[Part]) -> bool:
    """Whether a small part goes into a large one, which is then not worth sorting again."""
    sizes = [len(part.segment.posting_docs) for part in parts]
    return len(parts) == 2 and sizes[1] * _SMALL < sizes[0]


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
        new = np.full(len(kept), GONE, np.uint32)
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
