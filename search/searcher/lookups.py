"""Finds single documents by what identifies them: their ids and URLs."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import Final, NamedTuple

import numpy as np

from search.analysis.story_keys import link_key
from search.arrays import Array
from search.snapshot.file_table import FileTable
from search.snapshot.snapshot import Snapshot

_CACHED: Final = 4
"""Every hit of a page asks again for the same values if stories are collapsed.  They may be 400 KB of URLs."""

Find = Callable[[str], Sequence[int]]
"""The documents with a value."""


class Found(NamedTuple):
    """The ascending ids of the documents with any of some values, and the values that no document has."""

    doc_ids: Array
    unknown: tuple[str, ...]


class Lookups:
    """The documents of a snapshot by their ids and URLs."""

    def __init__(self, snapshot: Snapshot) -> None:
        # The cache must not refer to this object: a reference cycle would keep a replaced snapshot open.
        with_url = DocumentsByLink(snapshot.segment.link_keys)
        finders: dict[str, Find] = {"id": partial(_with_id, snapshot.files), "url": with_url}
        self.find = lru_cache(_CACHED)(partial(_find, finders))


class DocumentsByLink:
    """The documents with a URL, compared as 64-bit keys: two of a million URLs share one with a chance of 10⁻⁷."""

    def __init__(self, link_keys: Array) -> None:
        self._link_keys = link_keys

    def __call__(self, url: str) -> Sequence[int]:
        keys, doc_ids = self._sorted
        key = np.uint64(link_key(url))
        found: list[int] = doc_ids[np.searchsorted(keys, key) : np.searchsorted(keys, key, "right")].tolist()
        return found

    @cached_property
    def _sorted(self) -> tuple[Array, Array]:
        """The keys of all URLs, ascending, and the document of each."""
        keys = self._link_keys.ravel()
        order = keys.argsort()
        return keys[order], order // self._link_keys.shape[1]


def _with_id(files: FileTable, id: str) -> Sequence[int]:
    doc_id = files.document(id)
    return () if doc_id is None else (doc_id,)


def _find(finders: Mapping[str, Find], field: str, values: Sequence[str]) -> Found:
    by_value = {value: finders[field](value) for value in values}
    doc_ids = sorted({doc_id for found in by_value.values() for doc_id in found})
    return Found(np.array(doc_ids, np.uint32), tuple(value for value, found in by_value.items() if not found))
