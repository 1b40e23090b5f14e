"""Finds the coverage of an article: everything that reports its story.  All articles of it have the same coverage.

Story clusters are connected by the related items of their articles, in both directions and over several steps: by an
item that is an article of another cluster, and by an item that articles of both clusters have.
"""

from typing import Final

import numpy as np

from search.arrays import Array
from search.searcher.index_reader import IndexReader

MOST_ARTICLES: Final = 100
"""Related items that connect more articles are recommendations, not reports of one story: they connect nothing."""


def covering_doc_ids(reader: IndexReader, doc_id: int) -> Array:
    """[n] the documents of the coverage of a document, itself among them, newest first."""
    segment = reader.segment
    cluster = _clusters_of(reader, np.array([doc_id], np.uint32))
    doc_ids, size = cluster, 0
    while size < len(doc_ids) <= MOST_ARTICLES:
        size = len(doc_ids)
        items = segment.related_keys[np.isin(segment.related_docs, doc_ids)]
        keys = np.union1d(items, segment.url_key[doc_ids])
        listing = segment.related_docs[np.isin(segment.related_keys, keys[keys != 0])]
        listed = np.flatnonzero(np.isin(segment.url_key, items)) if len(items) else items[:0]
        doc_ids = _clusters_of(reader, np.concatenate((doc_ids, listing, listed)).astype(np.uint32))
    return doc_ids if len(doc_ids) <= MOST_ARTICLES else cluster


def _clusters_of(reader: IndexReader, doc_ids: Array) -> Array:
    """The documents of the story clusters of these documents, ascending."""
    clustered = reader.clustered[doc_ids]
    if not clustered.any():
        return np.unique(doc_ids)
    story = reader.segment.story
    return np.union1d(doc_ids, np.flatnonzero(np.isin(story, story[doc_ids[clustered]]))).astype(np.uint32)
