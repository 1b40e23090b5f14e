"""Opens the search engine of an index."""

from pathlib import Path

from search.engine import Engine
from search.searcher.embedded_engine import EmbeddedEngine
from search.settings import Settings


def open_engine(index_dir: str | Path = "index_data", settings: Settings | None = None) -> Engine:
    """The embedded engine on the newest index in `index_dir`.

    Opens even if nothing is published yet: searches raise `IndexMissing` until then.  Raises
    `SettingsError` if the synonyms cannot be used."""
    return EmbeddedEngine(Path(index_dir), settings or Settings())
