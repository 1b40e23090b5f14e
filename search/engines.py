"""Opens the search engine that the settings choose."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from search.engine import Engine
from search.extras import importing_extra
from search.searcher.embedded_engine import EmbeddedEngine
from search.searcher.index_reader import utc_today
from search.settings import Settings


def open_engine(
    index_dir: str | Path = "index_data", settings: Settings | None = None, today: Callable[[], date] = utc_today
) -> Engine:
    """The engine on the newest index: in `index_dir`, or in the cluster that the settings name.

    `today` gives the day from which recency counts.  Opens even if nothing is published yet: searches raise
    `IndexMissing` until then.  Raises `SettingsError` if the synonyms cannot be used, `ArticleSearchError` if
    the client of clusters is not installed."""
    settings = settings or Settings()
    if settings.engine == "embedded":
        return EmbeddedEngine(Path(index_dir), settings, today)
    with importing_extra("opensearch"):
        from search.opensearch.opensearch_engine import OpenSearchEngine
    return OpenSearchEngine(settings, today)
