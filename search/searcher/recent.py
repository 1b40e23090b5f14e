"""Counts the newest articles of a search: those of the last days before the newest article."""

import numpy as np

from search.request import SearchRequest
from search.results import RECENT_DAYS, Recent
from search.searcher.filters import FilteredDocs
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs


def count_recent(
    reader: IndexReader, matched: MatchedDocs, filtered: FilteredDocs, request: SearchRequest, count_partial: bool
) -> tuple[Recent, ...]:
    """For each of `RECENT_DAYS`, how many documents a search from that day on finds; the request's dates are ignored.

    The days are counted back from the newest article of the index that has a right date."""
    if not reader.recent_ends:
        return ()
    if request.since is not None or request.until is not None:
        filtered = FilteredDocs(reader, matched, request.model_copy(update={"from_": None, "to": None}), count_partial)
    doc_ids = filtered.counted
    counts = doc_ids.searchsorted(np.array([end for _, end in reader.recent_ends], doc_ids.dtype)).tolist()
    starts = [start for start, _ in reader.recent_ends]
    return tuple(map(Recent, RECENT_DAYS, starts, counts))
