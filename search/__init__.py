"""article-search: full-text search over an archive of news articles.

    from search import SearchRequest, build_index, open_engine

    build_index("path/to/archive")
    with open_engine() as engine:
        results = engine.search(SearchRequest(q="electric trucks", topic=["AI in Autos"]))

These are the public names; everything else may change without notice.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from search.article import Article, Image, Provider, Related
from search.build_report import BuildRefused, BuildReport, DuplicateGroup, NotedFile, RejectedFile
from search.descriptions import Reason, corrected, missing_words_text, reasons
from search.errors import (
    ArticleRejected,
    ArticleSearchError,
    BuildFailed,
    BuildRunning,
    EngineUnavailable,
    IndexMissing,
    Mistake,
    RequestInvalid,
    SettingsError,
    SnapshotDamaged,
    SnapshotError,
    SnapshotIncompatible,
)
from search.results import (
    Bucket,
    Completion,
    Correction,
    Explanation,
    Facet,
    FacetResults,
    Factor,
    Fragment,
    Hit,
    IndexInfo,
    Occurrence,
    Relaxed,
    SearchResults,
    Statistics,
    WordMatch,
)
from search.settings import SETTINGS, Ranking, Setting, Settings

if TYPE_CHECKING:
    from search.engine import Engine
    from search.engines import open_engine
    from search.index.builder import build_index
    from search.query.lexer import as_phrase, requiring
    from search.request import (
        FACETS,
        FILTER_OPERATORS,
        FILTERS,
        HIT_FIELDS,
        MAX_QUERY_CHARACTERS,
        MAX_WINDOW,
        SearchRequest,
        Sort,
    )
    from search.schema import SCHEMA
    from search.snapshot.whoosh_index import open_whoosh

# Pydantic, numpy and Whoosh take a third of a second to import: whoever neither searches nor builds need not wait.
_ON_FIRST_USE = {
    "search.engine": ("Engine",),
    "search.engines": ("open_engine",),
    "search.index.builder": ("build_index",),
    "search.query.lexer": ("as_phrase", "requiring"),
    "search.request": (
        "FACETS",
        "FILTERS",
        "FILTER_OPERATORS",
        "HIT_FIELDS",
        "MAX_QUERY_CHARACTERS",
        "MAX_WINDOW",
        "SearchRequest",
        "Sort",
    ),
    "search.schema": ("SCHEMA",),
    "search.snapshot.whoosh_index": ("open_whoosh",),
}
_HOME = {name: module for module, names in _ON_FIRST_USE.items() for name in names}

__all__ = [
    "FACETS",
    "FILTERS",
    "FILTER_OPERATORS",
    "HIT_FIELDS",
    "MAX_QUERY_CHARACTERS",
    "MAX_WINDOW",
    "SCHEMA",
    "SETTINGS",
    "Article",
    "ArticleRejected",
    "ArticleSearchError",
    "Bucket",
    "BuildFailed",
    "BuildRefused",
    "BuildReport",
    "BuildRunning",
    "Completion",
    "Correction",
    "DuplicateGroup",
    "Engine",
    "EngineUnavailable",
    "Explanation",
    "Facet",
    "FacetResults",
    "Factor",
    "Fragment",
    "Hit",
    "Image",
    "IndexInfo",
    "IndexMissing",
    "Mistake",
    "NotedFile",
    "Occurrence",
    "Provider",
    "Ranking",
    "Reason",
    "RejectedFile",
    "Related",
    "Relaxed",
    "RequestInvalid",
    "SearchRequest",
    "SearchResults",
    "Setting",
    "Settings",
    "SettingsError",
    "SnapshotDamaged",
    "SnapshotError",
    "SnapshotIncompatible",
    "Sort",
    "Statistics",
    "WordMatch",
    "as_phrase",
    "build_index",
    "corrected",
    "missing_words_text",
    "open_engine",
    "open_whoosh",
    "reasons",
    "requiring",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value
