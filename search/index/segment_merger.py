"""Merges segments into one: the batches of a full build, or the index and the new articles of an update."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from search.arrays import Array, Column, narrowed, ordered
from search.index.merge_inputs import REMOVED, MergeInput, RenumberedInput
from search.index.postings_sorter import sorted_postings
from search.index.postings_splicer import spliced_postings
from search.index.story_clusters import url_order
from search.index.string_merger import merge_keywords, merge_strings, merge_used_strings
from search.schema import SCHEMA
from search.snapshot.segment import FIELD_COUNT, UNDATED

_COPIED: Final = (
    "published", "url_key", "link_keys", "title_key", "title_sketch", "title_terms", "excerpt_sketch", "excerpt_terms",
    "excerpt_key", "lengths", "heat", "stored_start", "stored_length",
)  # fmt: skip
"""Columns with a row for each document that is the same in every segment."""

_SPLICING_RATIO: Final = 8
"""Splice if the large segment has more than this many times the postings of the small one, else sort."""


def merge_segments(inputs: Sequence[MergeInput]) -> tuple[dict[str, Column], list[Array]]:
    """The columns of one segment with all kept documents, and each input's new doc ids (`REMOVED` if not kept).

    The columns `similar` and `story` are missing: `story_clusters` makes them."""
    order, doc_ids = _document_order(inputs)
    stored_files, ordinals = merge_used_strings(
        [p.segment.stored_files for p in inputs], [p.column(p.segment.stored_file) for p in inputs]
    )
    columns = _merged_postings(inputs, doc_ids)
    columns |= {"stored_files": stored_files, "stored_file": narrowed(np.concatenate(ordinals))[order]}
    for facet in SCHEMA.facets:
        columns |= merge_keywords(inputs, facet, order).columns(facet)
    for column in _COPIED:
        columns[column] = np.concatenate([p.column(getattr(p.segment, column)) for p in inputs])[order]
    columns |= {name: narrowed(columns[name]) for name in ("lengths", "stored_start", "stored_length")}
    columns["url_order"] = url_order(columns["url_key"])
    columns |= _merged_related(inputs, doc_ids)
    return columns, doc_ids


def _merged_related(inputs: Sequence[MergeInput], doc_ids: Sequence[Array]) -> dict[str, Array]:
    """The columns of the related items of kept documents."""
    documents = np.concatenate([new[p.segment.related_docs] for p, new in zip(inputs, doc_ids, strict=True)])
    keys = np.concatenate([p.segment.related_keys for p in inputs])
    order = np.lexsort((keys, documents))[: np.count_nonzero(documents != REMOVED)]  # `REMOVED` is the largest
    return {"related_docs": documents[order], "related_keys": keys[order]}


def _merged_postings(inputs: Sequence[MergeInput], doc_ids: Sequence[Array]) -> dict[str, Any]:
    """The columns of terms, term stats and postings, without terms that no kept document has."""
    terms, term_numbers = merge_strings([p.segment.terms for p in inputs])
    term_stats, stats_numbers = _merged_term_stats(inputs)
    segments = [p.segment for p in inputs]
    renumbered = [RenumberedInput(*n) for n in zip(segments, doc_ids, term_numbers, stats_numbers, strict=True)]
    merge_postings = spliced_postings if _is_update(inputs) else sorted_postings
    postings = merge_postings(renumbered, len(terms), len(term_stats))
    used = np.diff(postings.posting_starts) > 0
    return vars(postings) | {
        "terms": terms.where(used),
        "doc_frequencies": _merged_doc_frequencies(renumbered, len(terms))[used],
        "posting_starts": narrowed(np.r_[0, postings.posting_starts[1:][used]]),
        "position_starts": narrowed(np.r_[0, postings.position_starts[1:][used]]),
        "term_stats": term_stats,
    }


def _is_update(inputs: Sequence[MergeInput]) -> bool:
    """Whether a small segment is merged into a large one, which splicing does faster than sorting."""
    sizes = [len(each.segment.posting_docs) for each in inputs]
    return len(inputs) == 2 and sizes[1] * _SPLICING_RATIO < sizes[0]


def _document_order(inputs: Sequence[MergeInput]) -> tuple[Array, list[Array]]:
    """The order of the kept documents, newest first, as indexes into all of them, and each input's new doc ids."""
    published = np.concatenate([p.column(p.segment.published) for p in inputs])
    age = np.where(published == UNDATED, np.iinfo(np.int64).max, -published)
    order = ordered(age, np.concatenate([p.column(p.rank) for p in inputs]))
    new_of_kept = np.empty(len(order), np.uint32)
    new_of_kept[order] = np.arange(len(order), dtype=np.uint32)
    doc_ids, base = [], 0
    for each in inputs:
        new = np.full(len(each.segment), REMOVED, np.uint32)
        count = int(each.kept.sum())
        new[each.kept] = new_of_kept[base : base + count]
        doc_ids.append(new)
        base += count
    return order, doc_ids


def _merged_term_stats(inputs: Sequence[MergeInput]) -> tuple[Array, list[Array]]:
    """The distinct term stats of all inputs, and the new row of each.

    Rows of the first input keep their numbers: an update does not renumber those of the index."""
    first, *others = (np.ascontiguousarray(p.segment.term_stats) for p in inputs)
    known = {row.tobytes(): index for index, row in enumerate(first)}
    numbers = [np.arange(len(first))]
    for table in others:
        rows = (row.tobytes() for row in table)
        numbers.append(np.fromiter((known.setdefault(r, len(known)) for r in rows), np.int64, len(table)))
    return np.frombuffer(b"".join(known), first.dtype).reshape(-1, 2 * FIELD_COUNT), numbers


def _merged_doc_frequencies(inputs: Sequence[RenumberedInput], terms: int) -> Array:
    """[T, 4] document frequencies: the sums of the inputs', less those of the removed documents."""
    total = np.zeros((terms, FIELD_COUNT), np.int64)
    for each in inputs:
        segment = each.segment
        total[each.terms] += segment.doc_frequencies
        present = segment.term_stats[:, :FIELD_COUNT][segment.posting_stats[each.removed_postings]] > 0
        np.subtract.at(total, each.terms[each.terms_of_removed], present)
    return narrowed(total)
