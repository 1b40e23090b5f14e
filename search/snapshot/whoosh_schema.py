"""What Whoosh's own searcher sees of a snapshot: the schema and the table of contents."""

from pathlib import Path
from typing import Final

from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from search.analysis import FIELDS
from search.analysis.analyzer import ArticleAnalyzer
from search.snapshot.whoosh_codec import ColumnarSegment

INDEX_NAME: Final = "MAIN"


def article_schema() -> Schema:
    """The searched fields with their analyzer, and what is stored beside them."""
    searched = {name: TEXT(analyzer=ArticleAnalyzer(), phrase=True, stored=True) for name in FIELDS}
    return Schema(
        id=ID(stored=True),
        url=STORED(),
        published_at=STORED(),
        heat=NUMERIC(bits=64, stored=True),
        type=STORED(),
        **searched,
    )


def write_toc(folder: Path, segment: str, documents: int) -> None:
    """Write the table of contents by which Whoosh opens the segment in `folder` as an index."""
    columns = ColumnarSegment(INDEX_NAME, segment.removeprefix(f"{INDEX_NAME}_"), documents)
    TOC(article_schema(), [columns], 1).write(FileStorage(str(folder)), INDEX_NAME)
