"""The Whoosh schema of an index: what its own searcher sees of a snapshot."""

from typing import Final

from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema

from search.text import FIELDS
from search.text.analysis import ArticleAnalyzer

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
