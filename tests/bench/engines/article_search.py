"""This project's engine through its Python API, without highlights, because the peers have none."""

from pathlib import Path
from typing import Final

from search import HIT_FIELDS, SearchRequest, Settings, open_engine
from tests.bench.engines import HITS, VALUES, EngineResult
from tests.bench.queries import BenchQuery

TEXT_FIELDS: Final = tuple(name for name in HIT_FIELDS if name != "highlights")


class ArticleSearchEngine:
    """The embedded engine without a result cache."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(folder, Settings(index_dir=folder, cached_results=0))

    def search(self, bench_query: BenchQuery) -> EngineResult:
        results = self.engine.search(request(bench_query))
        topics, providers = results.facets
        return EngineResult(
            results.total,
            [hit.article for hit in results.hits],
            {bucket.value: bucket.count for bucket in topics.values if bucket.count},
            {bucket.value: bucket.count for bucket in providers.values},
        )


def request(bench_query: BenchQuery) -> SearchRequest:
    """The query as a `SearchRequest`."""
    return SearchRequest(
        q=bench_query.text,
        topic=(bench_query.topic,) if bench_query.topic else (),
        from_=bench_query.since,
        to=bench_query.until,
        match="all",  # the peers return no partial matches
        per_page=HITS,
        facet_size=VALUES,
        fields=TEXT_FIELDS,
    )
