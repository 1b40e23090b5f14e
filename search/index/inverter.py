"""Articles to a segment: analyse a few thousand articles and turn the lists of terms around."""

import hashlib
from collections.abc import Sequence
from typing import BinaryIO, Final

import msgspec
import numpy as np

from search.analysis.form_hash import form_hash
from search.analysis.stemming import stem
from search.analysis.story_keys import title_key, url_key
from search.article import Article
from search.index.story_clusters import stories, url_order
from search.index.token_batch import Tokens
from search.schema import SCHEMA
from search.snapshot.arrays import Array, Strings, narrowed, new_runs
from search.snapshot.keyword_column import KeywordColumn
from search.snapshot.segment import FIELD_COUNT, NO_HEAT, UNDATED, Segment

# A token is sorted as one number: term, document, place and the mark of its form side by side, with bits for what one
# batch holds.
_MARK_BITS: Final = 8
_PLACE_BITS: Final = 18
_DOCUMENT_BITS: Final = 12
LARGEST_BATCH: Final = 1 << _DOCUMENT_BITS
LONGEST_FIELD: Final = (1 << _PLACE_BITS) // FIELD_COUNT
"""A field has fewer tokens than this: what the reader lets through has, and places and shapes rely on it."""

_encoder = msgspec.json.Encoder()


def stored(article: Article) -> bytes:
    """The article as it is kept, one line of JSON; equal bytes mean that nothing that is indexed or shown differs."""
    return _encoder.encode(article)


def digest(line: bytes) -> bytes:
    """16 bytes by which two versions of an article are told apart."""
    return hashlib.blake2b(line, digest_size=16).digest()


def invert(
    articles: Sequence[Article], tokens: Tokens, lines: Sequence[bytes], pack: BinaryIO, pack_name: str
) -> Segment:
    """The segment of `articles`, which are in document order already and have these tokens; their stored `lines` are
    appended to `pack`."""
    keys, vocabulary = _keys(tokens)
    lengths = narrowed(tokens.lengths)
    posting_keys, position_counts, places, position_forms = _postings(keys)
    term_of_posting = (posting_keys >> _DOCUMENT_BITS).astype(np.int64)
    documents = posting_keys & (LARGEST_BATCH - 1)
    frequencies = _frequencies(places, position_counts)
    shapes, posting_stats = _shapes(frequencies, lengths[documents])
    term_count = len(vocabulary)
    facets = SCHEMA.facets.items()
    keywords = {name: KeywordColumn.of([tuple(facet.values(a)) for a in articles]) for name, facet in facets}
    published = np.array([int(a.published_at.timestamp()) if a.published_at else UNDATED for a in articles], np.int64)
    url_keys = np.array([url_key(a.url) for a in articles], np.uint64)
    title_keys = np.array([title_key(a.title) for a in articles], np.uint64)
    by_url = url_order(url_keys)
    starts = [pack.tell()]
    for line in lines:
        pack.write(line + b"\n")
        starts.append(starts[-1] + len(line) + 1)
    return Segment(
        terms=Strings.of(vocabulary),
        doc_frequencies=_by_term(frequencies > 0, term_of_posting, term_count),
        posting_starts=_starts(np.bincount(term_of_posting, minlength=term_count)),
        posting_docs=documents.astype(np.uint32),
        posting_stats=posting_stats,
        position_counts=narrowed(position_counts),
        position_starts=_starts(np.bincount(term_of_posting, position_counts, term_count)),
        positions=narrowed(places),
        position_forms=position_forms,
        term_stats=shapes,
        lengths=lengths,
        published=published,
        heat=np.array([NO_HEAT if a.heat is None else a.heat for a in articles], np.int32),
        keywords=keywords,
        url_key=url_keys,
        url_order=by_url,
        title_key=title_keys,
        story=stories(url_keys, by_url, title_keys, published),
        pack=np.zeros(len(articles), np.uint8),
        stored_start=np.array(starts[:-1], np.uint64),
        stored_length=np.diff(np.array(starts, np.int64)).astype(np.uint32),
        packs=Strings.of([pack_name.encode()]),
    )


def _keys(tokens: Tokens) -> tuple[Array, list[bytes]]:
    """Sorted keys (term, document, place, mark) of every token, and the terms in order."""
    terms = [stem(word) for word in tokens.words]
    vocabulary = sorted(set(terms), key=str.encode)
    number = {term: index for index, term in enumerate(vocabulary)}
    term_of_word = np.fromiter(map(number.__getitem__, terms), np.uint64, len(terms))
    mark_of_word = np.fromiter(map(form_hash, tokens.words), np.uint64, len(terms))
    own = (term_of_word << np.uint64(_DOCUMENT_BITS + _PLACE_BITS + _MARK_BITS)) | mark_of_word
    place = (tokens.position * FIELD_COUNT + tokens.field).astype(np.uint64)
    document = tokens.document.astype(np.uint64)
    keys = own.take(tokens.word)
    keys |= (document << np.uint64(_PLACE_BITS + _MARK_BITS)) | (place << np.uint64(_MARK_BITS))
    keys.sort()
    return keys, [term.encode() for term in vocabulary]


def _postings(keys: Array) -> tuple[Array, Array, Array, Array]:
    """Of sorted token keys: each posting's (term, document) key, its number of places, all places, and their marks."""
    posting = keys >> np.uint64(_PLACE_BITS + _MARK_BITS)
    first = np.flatnonzero(new_runs(posting))
    places = ((keys >> np.uint64(_MARK_BITS)) & np.uint64((1 << _PLACE_BITS) - 1)).astype(np.int64)
    return posting[first].astype(np.int64), np.diff(np.r_[first, len(keys)]), places, keys.astype(np.uint8)


def _frequencies(places: Array, position_counts: Array) -> Array:
    """[P, 4] how often each posting's term occurs in each field."""
    posting = np.repeat(np.arange(len(position_counts)), position_counts)
    cells = posting * FIELD_COUNT + places % FIELD_COUNT
    return np.bincount(cells, minlength=len(position_counts) * FIELD_COUNT).reshape(-1, FIELD_COUNT)


def _shapes(frequencies: Array, lengths: Array) -> tuple[Array, Array]:
    """The different rows of (frequencies, lengths of the fields that have any), and each posting's row."""
    rows = np.hstack([frequencies, np.where(frequencies > 0, lengths, 0)]).astype(np.uint16)
    packed = rows.view(np.uint64)
    different, shape_of = np.unique(packed[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ packed[:, 1], return_inverse=True)
    shapes = np.zeros((len(different), 2 * FIELD_COUNT), np.uint16)
    shapes[shape_of] = rows
    if not np.array_equal(shapes[shape_of], rows):  # two different rows had one hash: tell them apart the slow way
        shapes, shape_of = np.unique(rows, axis=0, return_inverse=True)
    return shapes, narrowed(shape_of)


def _by_term(present: Array, term_of_posting: Array, term_count: int) -> Array:
    """[T, 4] in how many postings of the term each field is present."""
    columns = [np.bincount(term_of_posting[present[:, f]], minlength=term_count) for f in range(FIELD_COUNT)]
    return np.stack(columns, axis=1).astype(np.uint32)


def _starts(counts: Array) -> Array:
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return narrowed(starts)
