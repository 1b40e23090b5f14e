"""Opens the search engine of an index."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from search.engine import Engine
from search.searcher.embedded_engine import EmbeddedEngine
from search.searcher.index_reader import utc_today
from search.settings import Settings


def open_engine(
    index_dir: str | Path = "index_data", settings: Settings | None = None, today: Callable[[], date] = utc_today
) -> Engine:
    """The embedded engine on the newest index in `index_dir`.  `today` gives the day from which recency counts.

    Opens even if nothing is published yet: searches raise `IndexMissing` until then.  Raises
    `SettingsError` if the synonyms cannot be used."""
    return EmbeddedEngine(Path(index_dir), settings or Settings(), today)
