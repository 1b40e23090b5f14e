"""Inverts a batch of articles: from the tokens of each article to the postings of each term."""

from collections.abc import Sequence
from typing import Any, BinaryIO, Final, NamedTuple, Self

import msgspec
import numpy as np

from search.analysis.form_hash import form_hash
from search.analysis.stemming import stem
from search.analysis.story_keys import link_key, title_key, url_key
from search.arrays import Array, Strings, narrowed, new_runs, run_lengths, run_starts
from search.article import Article
from search.index.similar_articles import NO_PAIRS
from search.index.sketches import sketch_inputs
from search.index.story_clusters import url_order
from search.index.token_batch import Tokens
from search.schema import SCHEMA
from search.snapshot.keyword_column import KeywordColumn
from search.snapshot.segment import FIELD_COUNT, NO_HEAT, UNDATED, Segment
from search.snapshot.stored_file import append_lines

# Tokens are sorted as 64-bit keys: term, document, position and form hash, with enough bits for one batch.  The reader
# limits the characters of a field, so its positions fit.
_FORM_BITS: Final = 8
_POSITION_BITS: Final = 18
_DOCUMENT_BITS: Final = 12
LARGEST_BATCH: Final = 1 << _DOCUMENT_BITS

_encoder = msgspec.json.Encoder()


def stored(article: Article) -> bytes:
    """The stored article, one line of JSON.  Articles with equal bytes are indexed and shown the same."""
    return _encoder.encode(article)


def invert(
    articles: Sequence[Article], tokens: Tokens, lines: Sequence[bytes], stored_file: BinaryIO, stored_file_name: str
) -> Segment:
    """The segment of `articles`, which are in document order and have these tokens.

    Appends their stored `lines` to `stored_file`, which is open for reading and appending."""
    inverted = Inverted.of(tokens)
    title_keys = np.array([title_key(a.title) for a in articles], np.uint64)
    title_terms, excerpt_terms = sketch_inputs(
        ("title", "excerpt"), inverted.terms, inverted.term_of_posting, inverted.documents, inverted.positions,
        inverted.position_counts, len(articles),
    )  # fmt: skip
    starts = np.array(append_lines(stored_file, lines), np.int64)
    return Segment(
        **inverted.columns(),
        **article_columns(articles),
        keywords=keyword_columns(articles),
        title_key=title_keys,
        title_sketch=title_terms.bitmaps(1),
        title_terms=title_terms.sizes(),
        excerpt_sketch=excerpt_terms.bitmaps(2),
        excerpt_terms=excerpt_terms.sizes(),
        excerpt_key=excerpt_terms.keys(),
        similar=NO_PAIRS,
        story=np.arange(len(articles), dtype=np.uint32),  # stories are found when all articles are merged
        stored_file=np.zeros(len(articles), np.uint8),
        stored_start=narrowed(starts[:-1]),
        stored_length=narrowed(run_lengths(starts)),
        stored_files=Strings.of([stored_file_name.encode()]),
    )


class Inverted(NamedTuple):
    """The postings of a batch, by term and document."""

    terms: list[str]
    """ascending by bytes"""
    term_of_posting: Array
    """[P] index into `terms`"""
    documents: Array
    """[P]"""
    position_counts: Array
    """[P]"""
    positions: Array
    """[O] position * 4 + field"""
    position_forms: Array
    """[O]"""
    lengths: Array
    """[N, 4]"""

    @classmethod
    def of(cls, tokens: Tokens) -> Self:
        keys, terms = _keys(tokens)
        posting_keys, position_counts, positions, position_forms = _postings(keys)
        term_of_posting = (posting_keys >> _DOCUMENT_BITS).astype(np.int64)
        documents = posting_keys & (LARGEST_BATCH - 1)
        lengths = narrowed(tokens.lengths)
        return cls(terms, term_of_posting, documents, position_counts, positions, position_forms, lengths)

    def columns(self) -> dict[str, Any]:
        """The columns of a `Segment`."""
        frequencies, term_count = _frequencies(self.positions, self.position_counts), len(self.terms)
        term_stats, posting_stats = _distinct_term_stats(frequencies, self.lengths[self.documents])
        term_of_posting, position_counts = self.term_of_posting, self.position_counts
        return {
            "terms": Strings.of(term.encode() for term in self.terms),
            "doc_frequencies": _by_term(frequencies > 0, term_of_posting, term_count),
            "posting_starts": narrowed(run_starts(np.bincount(term_of_posting, minlength=term_count))),
            "posting_docs": self.documents.astype(np.uint32),
            "posting_stats": posting_stats,
            "position_counts": narrowed(position_counts),
            "position_starts": narrowed(run_starts(np.bincount(term_of_posting, position_counts, term_count))),
            "positions": narrowed(self.positions),
            "position_forms": self.position_forms,
            "term_stats": term_stats,
            "lengths": self.lengths,
        }


def article_columns(articles: Sequence[Article]) -> dict[str, Any]:
    """The columns of a `Segment` that have the dates, the heat and the URLs of articles."""
    url_keys = np.array([url_key(a.url) for a in articles], np.uint64)
    related_docs, related_keys = _related(articles)
    return {
        "published": np.array([_seconds(a) for a in articles], np.int64),
        "heat": np.array([NO_HEAT if a.heat is None else a.heat for a in articles], np.int32),
        "url_key": url_keys,
        "url_order": url_order(url_keys),
        "link_keys": np.array([(link_key(a.url), link_key(a.amp_url)) for a in articles], np.uint64).reshape(-1, 2),
        "related_docs": related_docs,
        "related_keys": related_keys,
    }


def keyword_columns(articles: Sequence[Article]) -> dict[str, KeywordColumn]:
    """Facet name → its values."""
    facets = SCHEMA.facets.items()
    return {name: KeywordColumn.of([tuple(facet.values(a)) for a in articles]) for name, facet in facets}


def _seconds(article: Article) -> int:
    return int(article.published_at.timestamp()) if article.published_at else UNDATED


def _related(articles: Sequence[Article]) -> tuple[Array, Array]:
    """The document of each related item, and the key of the item's URL; items without a key are left out."""
    keys = [sorted({url_key(item.url) for item in article.related} - {0}) for article in articles]
    documents = np.repeat(np.arange(len(keys), dtype=np.uint32), np.array([len(each) for each in keys], np.int64))
    return documents, np.array([key for each in keys for key in each], np.uint64)


def _keys(tokens: Tokens) -> tuple[Array, list[str]]:
    """The sorted key (term, document, position, form hash) of every token, and the sorted terms."""
    terms = [stem(word) for word in tokens.words]
    vocabulary = sorted(set(terms), key=str.encode)
    number = {term: index for index, term in enumerate(vocabulary)}
    term_of_word = np.fromiter(map(number.__getitem__, terms), np.uint64, len(terms))
    hash_of_word = np.fromiter(map(form_hash, tokens.words), np.uint64, len(terms))
    key_of_word = (term_of_word << np.uint64(_DOCUMENT_BITS + _POSITION_BITS + _FORM_BITS)) | hash_of_word
    position = (tokens.position * FIELD_COUNT + tokens.field).astype(np.uint64)
    document = tokens.document.astype(np.uint64)
    keys = key_of_word.take(tokens.word)
    keys |= (document << np.uint64(_POSITION_BITS + _FORM_BITS)) | (position << np.uint64(_FORM_BITS))
    keys.sort()
    return keys, vocabulary


def _postings(keys: Array) -> tuple[Array, Array, Array, Array]:
    """From sorted token keys: the (term, document) key and the number of positions of each posting, then all positions
    and their form hashes."""
    posting = keys >> np.uint64(_POSITION_BITS + _FORM_BITS)
    first = np.flatnonzero(new_runs(posting))
    positions = ((keys >> np.uint64(_FORM_BITS)) & np.uint64((1 << _POSITION_BITS) - 1)).astype(np.int64)
    return posting[first].astype(np.int64), np.diff(np.r_[first, len(keys)]), positions, keys.astype(np.uint8)


def _frequencies(positions: Array, position_counts: Array) -> Array:
    """[P, 4] how often each posting's term occurs in each field."""
    posting = np.repeat(np.arange(len(position_counts)), position_counts)
    cells = posting * FIELD_COUNT + positions % FIELD_COUNT
    return np.bincount(cells, minlength=len(position_counts) * FIELD_COUNT).reshape(-1, FIELD_COUNT)


def _distinct_term_stats(frequencies: Array, lengths: Array) -> tuple[Array, Array]:
    """The distinct rows of (frequencies, lengths of the fields that have the term), and the row of each posting."""
    rows = np.hstack([frequencies, np.where(frequencies > 0, lengths, 0)]).astype(np.uint16)
    packed = rows.view(np.uint64)
    hashes, row_of = np.unique(packed[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ packed[:, 1], return_inverse=True)
    distinct = np.zeros((len(hashes), 2 * FIELD_COUNT), np.uint16)
    distinct[row_of] = rows
    if not np.array_equal(distinct[row_of], rows):  # hashes of two rows collided: compare whole rows, which is slow
        distinct, row_of = np.unique(rows, axis=0, return_inverse=True)
    return distinct, narrowed(row_of)


def _by_term(present: Array, term_of_posting: Array, term_count: int) -> Array:
    """[T, 4] in how many documents each field has the term."""
    columns = [np.bincount(term_of_posting[present[:, f]], minlength=term_count) for f in range(FIELD_COUNT)]
    return np.stack(columns, axis=1).astype(np.uint32)
