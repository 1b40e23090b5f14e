"""The engines compared, each used as those who know it well would, all with the same task.

A task is a question in text and filters; an answer is the exact total, the best twenty articles as they were stored,
and the twenty commonest topics and providers with their counts.  All words must match unless the question says
otherwise, each in any of the four fields; words are stemmed, none is left out for being common.  A topic filter leaves
the counts of topics as they are without it.
"""

from typing import Final, NamedTuple, Protocol

import msgspec

from search.analysis import FIELDS
from search.article import Article
from search.settings import Ranking
from tests.bench.questions import Question

HITS: Final = 20
VALUES: Final = 20
BOOSTS: Final = dict(zip(FIELDS, Ranking().boosts, strict=True))

encode: Final = msgspec.json.Encoder().encode
decode: Final = msgspec.json.Decoder(Article).decode


class Answer(NamedTuple):
    """What every engine has to come up with."""

    total: int
    articles: list[Article]
    topics: dict[str, int]
    providers: dict[str, int]


class Engine(Protocol):
    """An engine with its index open."""

    def search(self, question: Question) -> Answer:
        """From the text of a query to rows."""


def seconds(article: Article) -> int | None:
    """When it was published, in seconds since 1970."""
    return int(article.published_at.timestamp()) if article.published_at else None
