"""Story clusters: collapses the articles of one story to the first, and resolves related items to articles."""

import numpy as np

from search.analysis.story_keys import url_key
from search.arrays import Array
from search.article import Article
from search.searcher.collector import Collector
from search.searcher.index_reader import IndexReader
from search.searcher.matcher import NO_DOCS
from search.searcher.minimum_match import MatchedDocs


def collapsed(reader: IndexReader, matched: MatchedDocs, collector: Collector) -> MatchedDocs:
    """The matches without those that are sorted after another article of their story."""
    clustered = np.flatnonzero(reader.clustered.take(matched.doc_ids))
    if len(clustered) < 2:
        return matched
    firsts = collector.first_of_each(clustered, reader.segment.story.take(matched.doc_ids.take(clustered)))
    selected = np.ones(len(matched.doc_ids), bool)
    selected[clustered] = False
    selected[firsts] = True
    return matched.where(selected)


def other_doc_ids(reader: IndexReader, doc_id: int) -> Array:
    """The other documents of the document's story, newest first."""
    if not reader.clustered[doc_id]:
        return NO_DOCS
    of_story = reader.segment.story == reader.segment.story[doc_id]
    of_story[doc_id] = False
    return np.flatnonzero(of_story).astype(np.uint32)


def related_ids(reader: IndexReader, article: Article) -> tuple[str | None, ...]:
    """For each related item of the article, the id of the newest article with its URL, or None."""
    doc_ids = related_doc_ids(reader, article)
    return tuple(None if doc_id is None else reader.article(doc_id).id for doc_id in doc_ids)


def related_doc_ids(reader: IndexReader, article: Article) -> tuple[int | None, ...]:
    """For each related item of the article, the newest document with its URL, or None."""
    return tuple(_newest_doc_id(reader, url_key(item.url)) for item in article.related)


def _newest_doc_id(reader: IndexReader, key: int) -> int | None:
    """The newest document whose URL has this key, or None."""
    keys, order = reader.segment.url_key, reader.segment.url_order
    i = int(np.searchsorted(keys, np.uint64(key), sorter=order)) if key else len(keys)
    return None if i == len(keys) or int(keys[order[i]]) != key else int(order[i])
