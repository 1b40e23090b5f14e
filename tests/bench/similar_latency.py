"""Measures the latency of similar articles (“more like this”)."""

from pathlib import Path
from time import perf_counter_ns
from typing import Final

from search import SearchRequest
from tests.bench.engines.article_search import UNMARKED_FIELDS, ArticleSearchEngine
from tests.bench.latency import Latency, summary

_PAGES: Final = 5
_PER_PAGE: Final = 100
_SIMILAR: Final = 6


def measure(folder: Path) -> Latency:
    """Find articles similar to each of the newest ones, after a first round that warms up."""
    engine = ArticleSearchEngine(folder).engine
    pages = [SearchRequest(page=page, per_page=_PER_PAGE, fields=UNMARKED_FIELDS) for page in range(1, _PAGES + 1)]
    ids = [hit.article.id for page in pages for hit in engine.search(page).hits]
    for id in ids[:_PER_PAGE]:
        engine.similar(id, _SIMILAR)
    times = []
    for id in ids:
        started = perf_counter_ns()
        engine.similar(id, _SIMILAR)
        times.append(perf_counter_ns() - started)
    return summary(times)
