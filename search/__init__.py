"""article-search: full-text search over an archive of news articles."""

from search.article import Article, Image, Provider, Related
from search.engine import Engine, open_engine
from search.errors import (
    ArticleSearchError,
    IndexMissing,
    Mistake,
    RequestInvalid,
    SettingsError,
    SnapshotDamaged,
    SnapshotError,
    SnapshotIncompatible,
)
from search.request import (
    FACET_FIELDS,
    HIT_FIELDS,
    MAX_QUERY_CHARACTERS,
    MAX_WINDOW,
    FacetField,
    HitField,
    SearchRequest,
    Sort,
)
from search.results import (
    Bucket,
    Completion,
    Facet,
    Fragment,
    Hit,
    IndexInfo,
    SearchResults,
    Statistics,
)
from search.settings import Settings

__all__ = [
    "FACET_FIELDS",
    "HIT_FIELDS",
    "MAX_QUERY_CHARACTERS",
    "MAX_WINDOW",
    "Article",
    "ArticleSearchError",
    "Bucket",
    "Completion",
    "Engine",
    "Facet",
    "FacetField",
    "Fragment",
    "Hit",
    "HitField",
    "Image",
    "IndexInfo",
    "IndexMissing",
    "Mistake",
    "Provider",
    "Related",
    "RequestInvalid",
    "SearchRequest",
    "SearchResults",
    "Settings",
    "SettingsError",
    "SnapshotDamaged",
    "SnapshotError",
    "SnapshotIncompatible",
    "Sort",
    "Statistics",
    "open_engine",
]
