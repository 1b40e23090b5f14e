"""This project's engine through its Python API."""

from pathlib import Path
from typing import Final

from search import HIT_FIELDS, SearchRequest, Settings, open_engine
from tests.bench.engines import HITS, VALUES, Engine, EngineResult
from tests.bench.queries import BenchQuery
from web.parameters import API_DEFAULTS

UNMARKED_FIELDS: Final = tuple(name for name in HIT_FIELDS if name != "highlights")
PLAIN: Final = SearchRequest(  # like the peers: no partial matches, no correction of spelling applied
    match="all", typo=False, per_page=HITS, facet_size=VALUES, fields=UNMARKED_FIELDS
)
UNMARKED: Final = SearchRequest(fields=UNMARKED_FIELDS)
"""The API's default request without highlights."""


class ArticleSearchEngine(Engine):
    """The embedded engine without a result cache.  A search with highlights has the `defaults`."""

    def __init__(self, folder: Path, defaults: SearchRequest = API_DEFAULTS) -> None:
        self.engine = open_engine(folder, Settings(index_dir=folder, cache_mb=0))
        self._defaults = defaults

    def search(self, bench_query: BenchQuery, highlights: bool = False) -> EngineResult:
        results = self.engine.search(request(bench_query, self._defaults if highlights else PLAIN))
        facets = {facet.field: facet for facet in results.facets}
        return EngineResult(
            results.total,
            [hit.article for hit in results.hits],
            {bucket.value: bucket.count for bucket in facets["topic"].values if bucket.count},
            {bucket.value: bucket.count for bucket in facets["provider"].values},
            [(hit.highlights["title"], hit.highlights["excerpt"]) for hit in results.hits if hit.highlights],
        )


def request(bench_query: BenchQuery, defaults: SearchRequest) -> SearchRequest:
    """The query as a `SearchRequest` with these values of the other parameters."""
    return SearchRequest(
        q=bench_query.text,
        topic=(bench_query.topic,) if bench_query.topic else (),
        from_=bench_query.since,
        to=bench_query.until,
        **{name: getattr(defaults, name) for name in defaults.model_fields_set},
    )
