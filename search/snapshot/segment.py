"""The arrays of an index: one segment with every column that a search reads.

Documents are numbered newest first, ties by id, undated documents last.  Document order is therefore the "newest"
sort and the tie-break of every other sort, and a range of dates is a range of doc ids.

There is always one segment.  An update merges arrays (a few numpy passes over about 40 MB for 100,000 articles) instead
of adding a second segment: document frequencies and average lengths, and so the scores, equal those of a full build,
and a query visits one segment.  Stored articles, by far the largest part, stay in the files to which they were written.

Postings: term t has the postings `posting_starts[t]:posting_starts[t + 1]`, one a document, ascending by doc id.  Each
has a doc id, a row of `term_stats`, and a number of positions.

Term stats: BM25F needs the term's frequency in each field and the lengths of those fields.  Few combinations exist
(thousands, for millions of postings), so each is stored once.  Scoring a term is then arithmetic on a small table and
one look-up a posting.  An update never changes these numbers, as it would change stored scores.

Positions: encoded as `position * 4 + field`, ascending within a posting; adding 4 gives the next word in its field.
Terms are stems; `position_forms` has a hash of the form at each position.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, Self

import numpy as np

from search.arrays import Array, Strings, columns_of, load_columns, run_lengths
from search.schema import SCHEMA, TEXT_FIELDS
from search.snapshot.keyword_column import KeywordColumn

FIELD_COUNT: Final = len(TEXT_FIELDS)
UNDATED: Final = np.iinfo(np.int64).min
NO_HEAT: Final = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class Segment:
    """N documents, T terms, P postings, O positions, S term stats."""

    terms: Strings
    """the term dictionary, ascending by bytes"""
    doc_frequencies: Array
    """[T, 4] number of documents with the term in each field"""
    posting_starts: Array
    """[T + 1]"""
    posting_docs: Array
    """[P]"""
    posting_stats: Array
    """[P] index into `term_stats`"""
    position_counts: Array
    """[P] number of positions of each posting"""
    position_starts: Array
    """[T + 1]"""
    positions: Array
    """[O] position * 4 + field"""
    position_forms: Array
    """[O] hash of the form at each position (`search.analysis.form_hash`)"""
    term_stats: Array
    """[S, 8] the term's frequency in each field, then the length of each field with the term, else 0"""
    lengths: Array
    """[N, 4] number of tokens"""
    published: Array
    """[N] seconds since 1970 UTC, descending; `UNDATED` if unknown"""
    heat: Array
    """[N] `NO_HEAT` if unknown"""
    keywords: Mapping[str, KeywordColumn]
    """facet name → its values"""
    url_key: Array
    """[N] hash of the article's URL, 0 if it has none"""
    url_order: Array
    """[N] doc ids by `url_key`, equal keys newest first"""
    link_keys: Array
    """[N, 2] keys of the exact URL and AMP URL, 0 if it has none"""
    related_docs: Array
    """[R] the document of each related item that has a URL, ascending"""
    related_keys: Array
    """[R] the key of that URL, ascending for each document"""
    title_key: Array
    """[N] hash of the title's words, 0 for short titles"""
    title_sketch: Array
    """[N, 1] a bitmap of hashes of the title's content terms, by which similar articles are found"""
    title_terms: Array
    """[N] the number of these terms"""
    excerpt_sketch: Array
    """[N, 2] the same of the excerpt"""
    excerpt_terms: Array
    """[N]"""
    excerpt_key: Array
    """[N] a hash of the excerpt's content terms, 0 if there are none"""
    similar: Array
    """[E, 3] the newer and the older document of each similar pair, and whether the excerpts are similar; ascending"""
    story: Array
    """[N] the newest document of the same story"""
    stored_file: Array
    """[N] index into `stored_files`"""
    stored_start: Array
    """[N] offset of the stored article in bytes"""
    stored_length: Array
    """[N] its length in bytes"""
    stored_files: Strings
    """file names"""

    def __len__(self) -> int:
        return len(self.published)

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """Map the files `name.*`.  Raises `SnapshotDamaged`."""
        keywords = {facet: KeywordColumn.load(folder, f"{name}.{facet}") for facet in SCHEMA.facets}
        return cls(**load_columns(cls, folder, name), keywords=keywords)

    def columns(self) -> dict[str, Array | Strings]:
        """Every column with its name."""
        columns = columns_of(self)
        for facet, column in self.keywords.items():
            columns |= column.columns(facet)
        return columns

    def check(self) -> list[str]:
        """The contradictions between columns, in words."""
        documents, terms, postings = len(self), len(self.terms), len(self.posting_docs)
        first = np.zeros(postings + 1, bool)  # postings of another term than the one before
        first[self.posting_starts[:-1][run_lengths(self.posting_starts) > 0]] = True
        by_document = (
            self.heat, self.story, self.url_key, self.url_order, self.link_keys, self.title_key, self.stored_file,
            self.title_sketch, self.title_terms, self.excerpt_sketch, self.excerpt_terms,
            self.excerpt_key,
        )  # fmt: skip
        tests = {
            "terms are not in order": all(a < b for a, b in pairwise(self.terms.raws())),
            "posting starts do not cover the postings": _covers(self.posting_starts, terms, postings),
            "position starts do not cover the positions": _covers(self.position_starts, terms, len(self.positions)),
            "postings name unknown documents": _below(self.posting_docs, documents),
            "postings are not in document order": postings == 0
            or bool(((run_lengths(self.posting_docs) > 0) | first[1:postings]).all()),
            "postings name unknown term stats": _below(self.posting_stats, len(self.term_stats)),
            "positions and forms differ in number": len(self.positions) == len(self.position_forms),
            "position counts do not add up": int(self.position_counts.sum(dtype=np.int64)) == len(self.positions),
            "documents are not newest first": bool((self.published[1:] <= self.published[:-1]).all()),
            "keywords do not fit the documents": all(column.check(documents) for column in self.keywords.values()),
            "documents name unknown stories": bool(
                (self.story <= np.arange(documents)).all() and (self.story[self.story] == self.story).all()
            ),
            "similar documents are unknown": _below(self.similar[:, :2], documents),
            "related items belong to unknown documents": _below(self.related_docs, documents),
            "related items and their keys differ in number": len(self.related_docs) == len(self.related_keys),
            "columns differ in length": {len(column) for column in by_document} == {documents},
        }
        return [fault for fault, sound in tests.items() if not sound]


def _covers(starts: Array, runs: int, elements: int) -> bool:
    """Whether so many runs, none of them empty, begin at `starts` and cover all elements."""
    return (
        len(starts) == runs + 1
        and (int(starts[0]), int(starts[-1])) == (0, elements)
        and bool((run_lengths(starts) > 0).all())
    )


def _below(numbers: Array, limit: int) -> bool:
    return not len(numbers) or int(numbers.max()) < limit
