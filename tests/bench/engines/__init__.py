"""The engines of the benchmark, each used as its experts would, with the same task.

The input is a query text with filters.  The output is the exact total, the top twenty stored articles, and the twenty
most frequent topics and providers with counts.  By default all words must match, each in any of the four fields.  Words
are stemmed, and there are no stop words.  A topic filter does not change the topic counts.  With highlights, each
engine's own highlighter marks the words of the query in the whole title and in the best passage of the excerpt.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from time import perf_counter_ns
from typing import Final, NamedTuple

import msgspec

from search.article import Article
from search.results import Fragment
from search.schema import TEXT_FIELDS
from search.settings import Ranking
from tests.bench.queries import BenchQuery

THIS, TANTIVY, LUCENE, SQLITE, WHOOSH = "this", "tantivy", "Lucene", "SQLite", "Whoosh"

HITS: Final = 20
VALUES: Final = 20
LONGEST_PASSAGE: Final = 300
"""Characters of an excerpt that are shown with highlights."""

BOOSTS: Final = {field: getattr(Ranking(), field) for field in TEXT_FIELDS}

encode: Final = msgspec.json.Encoder().encode
decode: Final = msgspec.json.Decoder(Article).decode


Marked = str | tuple[Fragment, ...]
"""A text with marks, as the engine returns it: HTML with <b> elements, or fragments."""


class EngineResult(NamedTuple):
    """The output of every engine; `highlights` are the marked title and excerpt of each article."""

    total: int
    articles: list[Article]
    topics: dict[str, int]
    providers: dict[str, int]
    highlights: Sequence[tuple[Marked, Marked]] = ()


class Engine(ABC):
    """An engine with its index open."""

    @abstractmethod
    def search(self, bench_query: BenchQuery, highlights: bool = False) -> EngineResult:
        """The result of a query."""

    def nanoseconds(self, bench_query: BenchQuery, highlights: bool) -> int:
        """The time of a search."""
        started = perf_counter_ns()
        self.search(bench_query, highlights)
        return perf_counter_ns() - started


def seconds(article: Article) -> int | None:
    """The publication date as Unix time."""
    return int(article.published_at.timestamp()) if article.published_at else None
