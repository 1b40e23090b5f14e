"""The arrays that are an index: one segment of articles, newest first, with every column that a search reads.

Documents are numbered in the order readers want them: newest first, ties by id, undated last.  So document order is the
"newest" sort and the tie-break of every other sort, and a range of dates is a range of numbers.

There is one segment, whatever the number of updates.  An update merges arrays (a few numpy passes over about 40 MB for
100,000 articles) instead of adding a segment beside the old ones, because then nothing of the past shows: the document
frequencies and average lengths, hence the scores, are those of a full rebuild, and no query has a second segment to
visit.  Only the articles' stored text, by far the largest part, is not rewritten: it stays in the packs it was written
to.

Postings.  Term t has the postings `posting_starts[t]:posting_starts[t + 1]`, one an article, ascending.  A posting says
in which document, which shape its match has, and how many places it takes of the term's run in `places`.

Shapes.  All that BM25F asks of a posting are the term's frequency in each field and the length of those fields.  Few
combinations exist (thousands, where postings are millions), so each is kept once, as a row of `shapes`, and a posting
holds its row's number.  Scoring a term is then arithmetic on the small table and one look-up a posting; and since
frequencies and lengths belong to the article alone, an update never touches them, as it would have to touch stored
scores.

Positions.  `place = position * 4 + field`, ascending within a posting: adding 4 is the next word of the same field.
Terms are stems; a byte for each position holds the hash of the form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Self

import msgspec
import numpy as np

from search.article import Article
from search.schema import SCHEMA, TEXT_FIELDS
from search.snapshot.arrays import Array, Pieces, Strings, load, load_strings, run_lengths
from search.snapshot.beside import Beside
from search.snapshot.keyword_column import KeywordColumn
from search.snapshot.snapshot_writer import SnapshotWriter

FIELD_COUNT: Final = len(TEXT_FIELDS)
UNDATED: Final = np.iinfo(np.int64).min
NO_HEAT: Final = np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class Segment:
    """N documents, T terms, P postings, O positions, S term stats."""

    terms: Strings
    """The terms, ascending by their bytes."""
    doc_frequencies: Array
    """[T, 4] in how many documents' field the term occurs."""
    posting_starts: Array
    """[T + 1]"""
    posting_docs: Array
    """[P]"""
    posting_stats: Array
    """[P] rows of `shapes`"""
    position_counts: Array
    """[P] how many places each posting has"""
    position_starts: Array
    """[T + 1]"""
    positions: Array
    """[O] position * 4 + field"""
    position_forms: Array
    """[O] the mark of the form in which the term stands there (`search.analysis.form_hash`)"""
    term_stats: Array
    """[S, 8] the term's frequency in each field, then the length of each field it occurs in (else 0)"""
    lengths: Array
    """[N, 4] number of tokens"""
    published: Array
    """[N] seconds since 1970 UTC, descending; `UNDATED` where unknown"""
    heat: Array
    """[N]; `NO_HEAT` where unknown"""
    keywords: Mapping[str, KeywordColumn]
    """the whole values of each facet, by its name"""
    url_key: Array
    """[N] hash of the article's URL, 0 where it has none"""
    url_order: Array
    """[N] the documents by their `url_key`, equal ones newest first"""
    title_key: Array
    """[N] hash of the words of the title, 0 where they are few"""
    story: Array
    """[N] the newest document of the same story"""
    pack: Array
    """[N] in which of `packs` the stored article is"""
    stored_start: Array
    """[N] at which byte"""
    stored_length: Array
    """[N] and how long"""
    packs: Strings
    """file names"""

    def __len__(self) -> int:
        return len(self.published)

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """Map what `save_columns` wrote.  Raises `SnapshotDamaged`."""

        def column(part: str) -> Array:
            return load(folder / f"{name}.{part}.npy")

        def strings(part: str) -> Strings:
            return load_strings(folder, f"{name}.{part}")

        columns: dict[str, Any] = {
            f.name: (strings if f.type is Strings else column)(f.name) for f in fields(cls) if f.name != "keywords"
        }
        keywords = {facet: KeywordColumn.load(folder, f"{name}.{facet}") for facet in SCHEMA.facets}
        return cls(**columns, keywords=keywords)

    def read_article(self, folder: Path, document: int) -> Article:
        """One stored article, read from its pack in `folder`.  For once in a while: a search keeps the packs mapped."""
        with (folder / self.packs[int(self.pack[document])]).open("rb") as pack:
            pack.seek(int(self.stored_start[document]))
            return msgspec.json.decode(pack.read(int(self.stored_length[document])), type=Article)

    def columns(self) -> dict[str, Array | Strings]:
        """Every column with its name."""
        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "keywords"}
        for facet, column in self.keywords.items():
            columns |= column.columns(facet)
        return columns

    def check(self) -> list[str]:
        """What contradicts itself, in words; nothing when the segment is sound."""
        documents, terms, postings = len(self), len(self.terms), len(self.posting_docs)
        starts, places = self.posting_starts, self.position_starts
        first = np.zeros(postings + 1, bool)
        first[starts[:-1][run_lengths(starts) > 0]] = True
        rows = (
            self.published,
            self.heat,
            self.story,
            self.url_key,
            self.url_order,
            self.title_key,
            self.pack,
        )
        tests = {
            "terms are not in order": all(a < b for a, b in pairwise(self.terms.raws())),
            "posting starts do not cover the postings": len(starts) == terms + 1
            and int(starts[0]) == 0
            and int(starts[-1]) == postings
            and bool((run_lengths(starts) > 0).all()),
            "place starts do not cover the places": len(places) == terms + 1 and int(places[-1]) == len(self.positions),
            "postings name documents that do not exist": postings == 0 or int(self.posting_docs.max()) < documents,
            "postings are not in document order": postings == 0
            or bool(((run_lengths(self.posting_docs) > 0) | first[1:postings]).all()),
            "postings name shapes that do not exist": postings == 0
            or int(self.posting_stats.max()) < len(self.term_stats),
            "places and their forms do not add up": len(self.positions) == len(self.position_forms),
            "postings and places do not add up": int(self.position_counts.sum(dtype=np.int64)) == len(self.positions),
            "documents are not newest first": bool((self.published[1:] <= self.published[:-1]).all()),
            "keywords do not fit the documents": all(column.check(documents) for column in self.keywords.values()),
            "documents name stories that do not exist": documents == 0
            or bool((self.story <= np.arange(documents)).all() and (self.story[self.story] == self.story).all()),
            "columns differ in length": len({len(row) for row in rows}) == 1,
        }
        return [fault for fault, sound in tests.items() if not sound]


def save_columns(
    columns: Mapping[str, Array | Pieces | Strings], draft: SnapshotWriter, segment: str, beside: Beside
) -> None:
    """Have columns of a segment written, as `segment.column.npy`; those that are to be made, `beside`."""
    to_make: dict[str, Pieces] = {}
    for column, values in columns.items():
        if isinstance(values, Strings):
            draft.save(f"{segment}.{column}.octets.npy", values.octets)
            draft.save(f"{segment}.{column}.starts.npy", values.starts)
        elif isinstance(values, np.ndarray):
            draft.save(f"{segment}.{column}.npy", values)
        else:
            to_make[f"{segment}.{column}.npy"] = values
    if to_make:
        draft.make(lambda: to_make, beside)
