"""This project's engine and three peers under one protocol, each set up as its users would.

Every engine indexes title, excerpt, topics and provider of the same articles.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Protocol, Self

from search import SearchRequest, Settings, build_index, open_engine

HITS: Final = 10
FIELDS: Final = ("title", "excerpt", "topics", "provider")


class Engine(Protocol):
    """An engine with its index open."""

    def best(self, text: str) -> Sequence[str]:
        """The ids of the ten articles that answer best, best first."""


class ThisEngine:
    """The project's engine, asked as a tool would that sets nothing but the query."""

    def __init__(self, index: Path, settings: Settings, asked: Mapping[str, Any]) -> None:
        self._engine = open_engine(index, settings)
        self._asked = asked

    def best(self, text: str) -> Sequence[str]:
        results = self._engine.search(SearchRequest(q=text, per_page=HITS, fields=("id",), **self._asked))
        return [hit.article.id for hit in results.hits]

    def close(self) -> None:
        self._engine.close()


class Index:
    """A fresh index of an archive in a folder that goes with it, to be opened under any settings."""

    def __init__(self, folder: Path) -> None:
        self._held = ExitStack()
        self._path = Path(self._held.enter_context(TemporaryDirectory(prefix="article-search-eval-"))) / "index"
        build_index(folder, self._path)

    def opened(self, settings: Settings, **asked: Any) -> ThisEngine:
        """The engine under these settings; `asked` are parameters of every search."""
        engine = ThisEngine(self._path, settings, asked)
        self._held.callback(engine.close)
        return engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()
