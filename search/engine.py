"""The protocol every engine answers to, and the door to the one in use."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self

from search.article import Article
from search.request import SearchRequest
from search.results import Completion, FacetResults, IndexInfo, SearchResults, Statistics
from search.searcher.embedded_engine import EmbeddedEngine
from search.settings import Settings


class Engine(Protocol):
    """Answers searches from what was last published, and goes over to a newer publication by itself.

    Safe to call from several threads.  Nothing in a request or an answer depends on which engine it is: no file path,
    no document number, no object of a search library.
    """

    def search(self, request: SearchRequest) -> SearchResults:
        """One page of the articles that match, with facets."""

    def facet(self, field: str, request: SearchRequest) -> FacetResults:
        """One facet of a search alone; `request.facet_size` bounds its values."""

    def article(self, id: str) -> Article | None:
        """The article with this id, or None."""

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        """Ways to go on typing the last word of `text`, commonest first."""

    def info(self) -> IndexInfo:
        """What is being searched now.

        Raises, as everything here, `IndexMissing` before the first index is published and open, and another
        `SnapshotError` where what was published cannot be used."""

    def statistics(self) -> Statistics:
        """The index in figures."""

    def close(self) -> None:
        """Let go of everything; the engine cannot be used after."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


def open_engine(index_dir: str | Path = "index_data", settings: Settings | None = None) -> Engine:
    """The embedded engine over what was last built in `index_dir`.

    Opens even when nothing was published yet: searches raise `IndexMissing` until something is.  Raises `SettingsError`
    for synonyms that cannot be used."""
    return EmbeddedEngine(Path(index_dir), settings or Settings())
