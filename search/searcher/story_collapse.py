"""Story clusters: collapses the articles of one story to the first, and resolves related items to articles."""

from collections.abc import Iterator

import numpy as np

from search.analysis.story_keys import url_key
from search.article import Article
from search.searcher.collector import Collector
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs


def collapsed(index: IndexReader, matched: MatchedDocs, collector: Collector) -> MatchedDocs:
    """The matches without those that are sorted after another article of their story."""
    clustered = np.flatnonzero(index.clustered.take(matched.doc_ids))
    if len(clustered) < 2:
        return matched
    firsts = collector.first_of_each(clustered, index.segment.story.take(matched.doc_ids.take(clustered)))
    kept = np.ones(len(matched.doc_ids), bool)
    kept[clustered] = False
    kept[firsts] = True
    return matched.where(kept)


def other_doc_ids(index: IndexReader, doc_id: int) -> Iterator[int]:
    """The other documents of the document's story, newest first."""
    if index.clustered[doc_id]:
        story = index.segment.story
        yield from (other for other in np.flatnonzero(story == story[doc_id]).tolist() if other != doc_id)


def related_ids(index: IndexReader, article: Article) -> tuple[str | None, ...]:
    """For each related item of the article, the id of the newest article with its URL, or None."""
    return tuple(_newest_id(index, url_key(item.url)) for item in article.related)


def _newest_id(index: IndexReader, key: int) -> str | None:
    """The id of the newest article whose URL has this key, or None."""
    keys, order = index.segment.url_key, index.segment.url_order
    i = int(np.searchsorted(keys, np.uint64(key), sorter=order)) if key else len(keys)
    if i == len(keys) or int(keys[order[i]]) != key:
        return None
    return index.article(int(order[i])).id
