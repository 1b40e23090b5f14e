"""article-search: full-text search over an archive of news articles.

    from search import SearchRequest, build_index, open_engine

    build_index("path/to/archive")
    with open_engine() as engine:
        results = engine.search(SearchRequest(q="electric trucks", topic=["AI in Autos"]))

`__all__` lists the public names.  Everything else may change without notice.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.analysis.function_words import FUNCTION_WORDS as FUNCTION_WORDS
    from search.article import Article as Article
    from search.article import Image as Image
    from search.article import Provider as Provider
    from search.article import Related as Related
    from search.build_report import BuildRefused as BuildRefused
    from search.build_report import BuildReport as BuildReport
    from search.build_report import DuplicateGroup as DuplicateGroup
    from search.build_report import NotedFile as NotedFile
    from search.build_report import RejectedFile as RejectedFile
    from search.byte_cache import ByteCache as ByteCache
    from search.client_address import client_network as client_network
    from search.dates import is_relative as is_relative
    from search.descriptions import Reason as Reason
    from search.descriptions import Reasons as Reasons
    from search.descriptions import corrected as corrected
    from search.descriptions import has_collapsed_stories as has_collapsed_stories
    from search.descriptions import missing_words_text as missing_words_text
    from search.descriptions import query_in_force as query_in_force
    from search.descriptions import reasons as reasons
    from search.engine import Engine as Engine
    from search.engines import open_engine as open_engine
    from search.errors import MAX_MISTAKES as MAX_MISTAKES
    from search.errors import ArticleRejected as ArticleRejected
    from search.errors import ArticleSearchError as ArticleSearchError
    from search.errors import BuildFailed as BuildFailed
    from search.errors import BuildRunning as BuildRunning
    from search.errors import BuildStuck as BuildStuck
    from search.errors import ChangesGone as ChangesGone
    from search.errors import EngineClosed as EngineClosed
    from search.errors import EngineUnavailable as EngineUnavailable
    from search.errors import IndexMissing as IndexMissing
    from search.errors import Mistake as Mistake
    from search.errors import MistakeCode as MistakeCode
    from search.errors import RequestInvalid as RequestInvalid
    from search.errors import SettingsError as SettingsError
    from search.errors import SnapshotDamaged as SnapshotDamaged
    from search.errors import SnapshotError as SnapshotError
    from search.errors import SnapshotGone as SnapshotGone
    from search.errors import SnapshotIncompatible as SnapshotIncompatible
    from search.explanation import Explanation as Explanation
    from search.explanation import Factor as Factor
    from search.explanation import Occurrence as Occurrence
    from search.explanation import WordMatch as WordMatch
    from search.index.builder import build_index as build_index
    from search.logs import LOGGED_FIELDS as LOGGED_FIELDS
    from search.logs import request_fields as request_fields
    from search.periods import INTERVALS as INTERVALS
    from search.periods import Interval as Interval
    from search.periods import midnight as midnight
    from search.periods import period_end as period_end
    from search.periods import period_name as period_name
    from search.periods import period_start as period_start
    from search.periods import utc_text as utc_text
    from search.quantities import number_word as number_word
    from search.quantities import quantity as quantity
    from search.query.lexer import as_phrase as as_phrase
    from search.query.lexer import requiring as requiring
    from search.request import FACETS as FACETS
    from search.request import FILTER_OPERATORS as FILTER_OPERATORS
    from search.request import FILTERS as FILTERS
    from search.request import HIT_FIELDS as HIT_FIELDS
    from search.request import MAX_QUERY_CHARACTERS as MAX_QUERY_CHARACTERS
    from search.request import MAX_WINDOW as MAX_WINDOW
    from search.request import PARAMETERS as PARAMETERS
    from search.request import WITHOUT_EFFECT_ON_EXPORT as WITHOUT_EFFECT_ON_EXPORT
    from search.request import IntervalChoice as IntervalChoice
    from search.request import SearchRequest as SearchRequest
    from search.results import Bucket as Bucket
    from search.results import ChangedArticle as ChangedArticle
    from search.results import Changes as Changes
    from search.results import Completion as Completion
    from search.results import Correction as Correction
    from search.results import Export as Export
    from search.results import Facet as Facet
    from search.results import FacetResults as FacetResults
    from search.results import Fragment as Fragment
    from search.results import Hit as Hit
    from search.results import IndexInfo as IndexInfo
    from search.results import PrefixQuery as PrefixQuery
    from search.results import Recent as Recent
    from search.results import Relaxed as Relaxed
    from search.results import RisingTrends as RisingTrends
    from search.results import RisingValue as RisingValue
    from search.results import SearchResults as SearchResults
    from search.results import SignificantWord as SignificantWord
    from search.results import SimilarArticles as SimilarArticles
    from search.results import Statistics as Statistics
    from search.results import Timeline as Timeline
    from search.results import TimelineBucket as TimelineBucket
    from search.rows import ROW_FIELDS as ROW_FIELDS
    from search.rows import RowFormat as RowFormat
    from search.rows import encoded_rows as encoded_rows
    from search.schema import SCHEMA as SCHEMA
    from search.schema import Sort as Sort
    from search.searcher.work import shared_work as shared_work
    from search.setting_kinds import FORWARDED as FORWARDED
    from search.setting_kinds import Rate as Rate
    from search.settings import MAX_STREAMS as MAX_STREAMS
    from search.settings import MAX_WAITING as MAX_WAITING
    from search.settings import SETTINGS as SETTINGS
    from search.settings import TOO_MANY_CONNECTIONS as TOO_MANY_CONNECTIONS
    from search.settings import Ranking as Ranking
    from search.settings import Setting as Setting
    from search.settings import Settings as Settings
    from search.snapshot.whoosh_index import open_whoosh as open_whoosh
    from search.trends import MAX_TRENDS as MAX_TRENDS
    from search.trends import By as By
    from search.trends import Trend as Trend
    from search.trends import Trends as Trends
    from search.trends import compare_trends as compare_trends

# A module is imported when one of its names is first used: numpy, pydantic and Whoosh take a third of a second.
_NAMES_BY_MODULE = {
    "search.analysis.function_words": "FUNCTION_WORDS",
    "search.article": "Article Image Provider Related",
    "search.build_report": "BuildRefused BuildReport DuplicateGroup NotedFile RejectedFile",
    "search.byte_cache": "ByteCache",
    "search.client_address": "client_network",
    "search.dates": "is_relative",
    "search.descriptions": "Reason Reasons corrected has_collapsed_stories missing_words_text query_in_force reasons",
    "search.engine": "Engine",
    "search.engines": "open_engine",
    "search.errors": (
        "ArticleRejected ArticleSearchError BuildFailed BuildRunning BuildStuck ChangesGone EngineClosed "
        "EngineUnavailable IndexMissing MAX_MISTAKES Mistake MistakeCode RequestInvalid SettingsError SnapshotDamaged "
        "SnapshotError SnapshotGone SnapshotIncompatible"
    ),
    "search.explanation": "Explanation Factor Occurrence WordMatch",
    "search.index.builder": "build_index",
    "search.logs": "LOGGED_FIELDS request_fields",
    "search.periods": "INTERVALS Interval midnight period_end period_name period_start utc_text",
    "search.quantities": "number_word quantity",
    "search.query.lexer": "as_phrase requiring",
    "search.request": (
        "FACETS FILTERS FILTER_OPERATORS HIT_FIELDS IntervalChoice MAX_QUERY_CHARACTERS MAX_WINDOW PARAMETERS "
        "SearchRequest WITHOUT_EFFECT_ON_EXPORT"
    ),
    "search.results": (
        "Bucket ChangedArticle Changes Completion Correction Export Facet FacetResults Fragment Hit IndexInfo "
        "PrefixQuery Recent Relaxed RisingTrends RisingValue SearchResults SignificantWord SimilarArticles Statistics "
        "Timeline TimelineBucket"
    ),
    "search.rows": "ROW_FIELDS RowFormat encoded_rows",
    "search.schema": "SCHEMA Sort",
    "search.searcher.work": "shared_work",
    "search.setting_kinds": "FORWARDED Rate",
    "search.settings": "MAX_STREAMS MAX_WAITING Ranking SETTINGS Setting Settings TOO_MANY_CONNECTIONS",
    "search.snapshot.whoosh_index": "open_whoosh",
    "search.trends": "By MAX_TRENDS Trend Trends compare_trends",
}
_MODULE_OF = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names.split()}

__all__ = list(_MODULE_OF)

if not TYPE_CHECKING:  # a type checker would accept every name

    def __getattr__(name: str) -> Any:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
        return value
