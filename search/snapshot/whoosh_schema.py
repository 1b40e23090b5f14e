"""The Whoosh schema of a snapshot, and the files by which Whoosh opens its folder."""

from pathlib import Path
from typing import Any, Final

from whoosh.columns import VarBytesColumn
from whoosh.fields import DATETIME, ID, NUMERIC, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from search.analysis import FIELDS
from search.analysis.analyzer import ArticleAnalyzer
from search.snapshot.whoosh_codec import READ_ONLY, ColumnarSegment
from search.snapshot.whoosh_fields import NUMBER_BITS, SHIFT_STEP

INDEX_NAME: Final = "MAIN"
GENERATION: Final = 1


class NamesColumn(VarBytesColumn):  # type: ignore[misc]
    """A column with several names for each document."""

    def stores_lists(self) -> bool:
        return True


class NAMES(TEXT):  # type: ignore[misc]
    """Text that is searched by its words and grouped by whole names, of which a document may have several."""

    def from_column_value(self, value: Any) -> Any:
        return value if isinstance(value, tuple) else super().from_column_value(value)


def article_schema() -> Schema:
    """The fields of an article, as a Whoosh index of its own would declare them."""
    text = {"analyzer": ArticleAnalyzer(), "stored": True}
    searched = {name: TEXT(**text) for name in FIELDS}
    searched |= {"provider": TEXT(**text, sortable=True), "topics": NAMES(**text, sortable=NamesColumn())}
    return Schema(
        id=ID(stored=True, unique=True),
        url=STORED(),
        published_at=DATETIME(stored=True, sortable=True),
        heat=NUMERIC(bits=NUMBER_BITS, shift_step=SHIFT_STEP, stored=True, sortable=True),
        type=ID(stored=True, sortable=True),
        **searched,
    )


def table_of_contents(segment: ColumnarSegment) -> TOC:
    """Whoosh's table of contents of an index with this one segment."""
    return TOC(article_schema(), [segment], GENERATION)


def write_toc(folder: Path, segment: str, documents: int) -> None:  # noqa: ARG001 - callers still pass it
    """Write the table of contents by which Whoosh opens the segment in `folder` as an index, and the lock file.

    Whoosh's writers create the lock file if it is missing, before they read anything that could refuse them."""
    (folder / f"{INDEX_NAME}_WRITELOCK").write_text(f"{READ_ONLY}\n", encoding="ascii")
    toc = table_of_contents(ColumnarSegment(INDEX_NAME, segment.removeprefix(f"{INDEX_NAME}_")))
    toc.write(FileStorage(str(folder)), INDEX_NAME)
