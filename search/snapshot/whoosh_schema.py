"""The Whoosh schema of a snapshot, and the files by which Whoosh opens its folder."""

from pathlib import Path
from typing import Any, Final

from whoosh.columns import VarBytesColumn
from whoosh.fields import DATETIME, ID, NUMERIC, STORED, TEXT, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from search.analysis.analyzer import ArticleAnalyzer
from search.schema import SCHEMA, Field, Kind
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
    return Schema(**{field.name: _whoosh_field(field) for field in SCHEMA.fields if field.shown})


def _whoosh_field(field: Field) -> FieldType:
    grouped = field.facet is not None
    match field.kind:
        case Kind.TEXT if field.facet and field.facet.multiple:
            return NAMES(analyzer=ArticleAnalyzer(), stored=True, sortable=NamesColumn())
        case Kind.TEXT:
            return TEXT(analyzer=ArticleAnalyzer(), stored=True, sortable=grouped)
        case Kind.KEYWORD:
            return ID(stored=True, unique=not grouped, sortable=grouped)
        case Kind.DATE:
            return DATETIME(stored=True, sortable=True)
        case Kind.NUMBER:
            return NUMERIC(bits=NUMBER_BITS, shift_step=SHIFT_STEP, stored=True, sortable=True)
        case Kind.STORED:
            return STORED()


def table_of_contents(segment: ColumnarSegment) -> TOC:
    """Whoosh's table of contents of an index with this one segment."""
    return TOC(article_schema(), [segment], GENERATION)


def write_toc(folder: Path, segment: str) -> None:
    """Write the table of contents by which Whoosh opens the segment in `folder` as an index, and the lock file.

    Whoosh's writers create the lock file if it is missing, before they read anything that could refuse them."""
    (folder / f"{INDEX_NAME}_WRITELOCK").write_text(f"{READ_ONLY}\n", encoding="ascii")
    toc = table_of_contents(ColumnarSegment(INDEX_NAME, segment.removeprefix(f"{INDEX_NAME}_")))
    toc.write(FileStorage(str(folder)), INDEX_NAME)
