"""Checks that all engines return the same results; otherwise their times are not comparable."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from search.article import Article
from tests.bench.engines import HITS, VALUES, Engine, EngineResult
from tests.bench.engines.article_search import PLAIN, ArticleSearchEngine, request
from tests.bench.queries import BenchQuery, QueryClass
from tests.reference import Archive


class DisagreementError(Exception):
    """Two engines return different results for a query."""


def check_engines(engines: Mapping[str, Engine], classes: Sequence[QueryClass]) -> dict[str, list[int]]:
    """Compare totals and facet counts of every query; returns the totals by query class.

    The engines have different scoring formulas, so the top twenty can differ."""
    totals: dict[str, list[int]] = {}
    for query_class in classes:
        for query in query_class.queries:
            results = {name: engine.search(query) for name, engine in engines.items()}
            first, *others = results
            for other in others:
                _compare(query, results[first], results[other], f"{first} and {other}")
            totals.setdefault(query_class.name, []).append(results[first].total)
    return totals


def check_totals(this: Engine, other: Callable[[BenchQuery], int], some: Iterable[BenchQuery]) -> None:
    """Compare totals with another service."""
    for query in some:
        _same(this.search(query).total, other(query), f"this and the service on {query}: totals")


def _compare(query: BenchQuery, a: EngineResult, b: EngineResult, who: str) -> None:
    _same(a.total, b.total, f"{who} on {query}: totals")
    for field, one, other in (("topic", a.topics, b.topics), ("provider", a.providers, b.providers)):
        _same(_certain(one), _certain(other), f"{who} on {query}: {field} counts")
    for result in (a, b):
        _same(len({article.id for article in result.articles}), min(HITS, a.total), f"{who} on {query}: articles")
    if not query.text:
        _same(_dates(a), _dates(b), f"{who} on all articles: order by date")


def _dates(result: EngineResult) -> list[datetime | None]:
    return [article.published_at for article in result.articles]


def _certain(counts: Mapping[str, int]) -> tuple[list[int], dict[str, int]]:
    """All counts, and the values that every engine must list: values tied for the last place can differ."""
    least = min(counts.values()) if len(counts) == VALUES else 0
    return sorted(counts.values()), {value: count for value, count in counts.items() if count > least}


def _same(a: object, b: object, what: str) -> None:
    if a != b:
        raise DisagreementError(f"{what} differ: {a} and {b}")


def check_reference(
    this: ArticleSearchEngine, articles: Iterable[Article], classes: Sequence[QueryClass], queries: int
) -> int:
    """Compare this engine's results and scores with an exhaustive search; returns the number of queries.

    `queries` is the number of queries of each class."""
    archive, compared = Archive(articles), 0
    for query_class in classes:
        for query in query_class.queries[:queries]:
            asked = request(query, PLAIN)
            actual, expected = this.engine.search(asked), archive.search(asked)
            best = list(zip((article.id for article in expected.articles), expected.scores, strict=True))
            _same(actual.total, expected.total, f"this and the reference on {query}: totals")
            for hit, (id, score) in zip(actual.hits, best, strict=True):
                _same((hit.article.id, hit.score), (id, score), f"this and the reference on {query}: hits")
            for one, other in zip(actual.facets, expected.facets, strict=True):
                _same(one, other, f"this and the reference on {query}: facets")
            compared += 1
    return compared
