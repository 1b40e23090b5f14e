"""Stories: several articles of one, of which a search may show the first alone, and related items that are articles."""

from collections.abc import Iterator

import numpy as np

from search.analysis.story_keys import url_key
from search.article import Article
from search.searcher.collector import Collector
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs


def collapsed(index: IndexReader, found: MatchedDocs, listing: Collector) -> MatchedDocs:
    """Of the articles found, those that are listed before all others of their story."""
    shared = np.flatnonzero(index.shared.take(found.documents))
    if len(shared) < 2:
        return found
    firsts = listing.firsts(shared, index.segment.story.take(found.documents.take(shared)))
    kept = np.ones(len(found.documents), bool)
    kept[shared] = False
    kept[firsts] = True
    return found.where(kept)


def others(index: IndexReader, document: int) -> Iterator[int]:
    """The other documents of the document's story, newest first."""
    if index.shared[document]:
        story = index.segment.story
        yield from (other for other in np.flatnonzero(story == story[document]).tolist() if other != document)


def related_ids(index: IndexReader, article: Article) -> tuple[str | None, ...]:
    """For each of the article's related items the id of the newest article with its URL, None where there is none."""
    return tuple(_id_of(index, url_key(item.url)) for item in article.related)


def _id_of(index: IndexReader, key: int) -> str | None:
    """The id of the newest article whose URL has this key."""
    keys, order = index.segment.url_key, index.segment.url_order
    at = int(np.searchsorted(keys, np.uint64(key), sorter=order)) if key else len(keys)
    if at == len(keys) or int(keys[order[at]]) != key:
        return None
    return index.article(int(order[at])).id
