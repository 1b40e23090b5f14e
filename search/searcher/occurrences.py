"""Counts how often the terms of a query occur in the fields of some documents, from the term stats."""

from collections.abc import Iterable

import numpy as np

from search.arrays import Array, binary_search, unsigned
from search.searcher.evaluator import Evaluator
from search.snapshot.segment import FIELD_COUNT


def occurrences(evaluator: Evaluator, terms: Iterable[str], prefixes: Iterable[str], doc_ids: Array) -> Array:
    """[doc_ids, 4] the number of tokens with the terms and prefixes; one that has several counts for each."""
    reader = evaluator.reader
    segment, frequencies = reader.segment, reader.frequencies
    total = np.zeros((len(doc_ids), FIELD_COUNT), np.int64)
    for text in terms:
        term = evaluator.term_number(text)
        if term is not None:
            postings = reader.postings(term)
            indices, present = binary_search(doc_ids, segment.posting_docs[postings])
            stats = segment.posting_stats[postings].take(indices, mode="clip")
            total += frequencies.take(np.where(present, stats, reader.no_posting), axis=0)
    for prefix in prefixes:
        postings = reader.prefix_postings(prefix)
        row_of = np.zeros(reader.doc_count, unsigned(len(doc_ids)))
        row_of[doc_ids.astype(np.intp)] = np.arange(1, len(doc_ids) + 1)
        row = row_of.take(segment.posting_docs[postings])
        on_page = np.flatnonzero(row > 0)
        counts = frequencies.take(segment.posting_stats[postings].take(on_page), axis=0)
        np.add.at(total, row.take(on_page).astype(np.intp) - 1, counts)
    return total
