"""The engine protocol of the evaluation, and this project's engine.

Every engine indexes title, excerpt, topics and provider of the same articles.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Protocol, Self

from search import Completion, SearchRequest, Settings, build_index, open_engine
from web.parameters import PAGE_DEFAULTS

HITS: Final = 10
TODAY: Final = date(2026, 12, 1)
"""The day from which recency counts, so that scores do not change with time."""

TEXT_FIELDS: Final = ("title", "excerpt", "topics", "provider")


class Engine(Protocol):
    """An engine with its index open."""

    def best(self, text: str) -> Sequence[str]:
        """The ids of the top ten articles, best first."""


class ThisEngine:
    """This project's engine, as forgiving as the search page by default."""

    def __init__(self, index: Path, settings: Settings, parameters: Mapping[str, Any]) -> None:
        self._engine = open_engine(index, settings, today=lambda: TODAY)
        self._parameters = {"match": PAGE_DEFAULTS.match, "typo": PAGE_DEFAULTS.typo, **parameters}

    def best(self, text: str) -> Sequence[str]:
        results = self._engine.search(SearchRequest(q=text, per_page=HITS, fields=("id",), **self._parameters))
        return [hit.article.id for hit in results.hits]

    def correction(self, text: str) -> str | None:
        """The corrected query, whether it is applied or offered."""
        correction = self._engine.search(
            SearchRequest(q=text, per_page=0, fields=("id",), **self._parameters)
        ).correction
        return correction.q if correction else None

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        return self._engine.complete(text, limit)

    def close(self) -> None:
        self._engine.close()


class Index:
    """An index of an archive in a temporary folder, which can be opened with any settings."""

    def __init__(self, folder: Path) -> None:
        self._resources = ExitStack()
        self._path = Path(self._resources.enter_context(TemporaryDirectory(prefix="article-search-eval-"))) / "index"
        build_index(folder, self._path)

    def opened(self, settings: Settings, **parameters: Any) -> ThisEngine:
        """An engine with these settings; `parameters` are parameters of every search."""
        engine = ThisEngine(self._path, settings, parameters)
        self._resources.callback(engine.close)
        return engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()
