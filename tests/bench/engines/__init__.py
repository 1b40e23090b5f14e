"""The engines of the benchmark, each used as its experts would, with the same task.

The input is a query text with filters.  The output is the exact total, the top twenty stored articles, and the twenty
most frequent topics and providers with counts.  By default all words must match, each in any of the four fields.  Words
are stemmed, and there are no stop words.  A topic filter does not change the topic counts.
"""

from typing import Final, NamedTuple, Protocol

import msgspec

from search.article import Article
from search.schema import TEXT_FIELDS
from search.settings import Ranking
from tests.bench.queries import BenchQuery

HITS: Final = 20
VALUES: Final = 20
BOOSTS: Final = {field: getattr(Ranking(), field) for field in TEXT_FIELDS}

encode: Final = msgspec.json.Encoder().encode
decode: Final = msgspec.json.Decoder(Article).decode


class EngineResult(NamedTuple):
    """The output of every engine."""

    total: int
    articles: list[Article]
    topics: dict[str, int]
    providers: dict[str, int]


class Engine(Protocol):
    """An engine with its index open."""

    def search(self, bench_query: BenchQuery) -> EngineResult:
        """The result of a query."""


def seconds(article: Article) -> int | None:
    """The publication date as Unix time."""
    return int(article.published_at.timestamp()) if article.published_at else None
