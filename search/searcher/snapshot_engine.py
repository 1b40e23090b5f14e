"""What engines have in common that search snapshots: the searcher of one snapshot answers each question."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Protocol, Self, TypeVar
from weakref import WeakMethod

from search.article import Article
from search.periods import Interval
from search.request import SearchRequest
from search.results import (
    Completion,
    FacetResults,
    Hit,
    RisingTrends,
    SearchResults,
    SignificantWord,
    SimilarArticles,
)

Answer = TypeVar("Answer")


class SnapshotSearcher(Protocol):
    """Answers questions about one snapshot, as the methods of `search.engine.Engine` with these names do."""

    def search(self, request: SearchRequest, count_partial: bool = False, /) -> SearchResults: ...

    def facet(
        self,
        field: str,
        request: SearchRequest,
        containing: str = "",
        prefix: str = "",
        page: int = 1,
        count_partial: bool = False,
        /,
    ) -> FacetResults: ...

    def article(self, id: str, /) -> Article | None: ...

    def article_with_story(self, id: str, /) -> Hit | None: ...

    def coverage(self, id: str, /) -> tuple[Hit, ...] | None: ...

    def similar(self, id: str, limit: int, /) -> SimilarArticles | None: ...

    def significant_words(self, request: SearchRequest, limit: int, /) -> Sequence[SignificantWord]: ...

    def rising(self, interval: Interval, limit: int, /) -> RisingTrends | None: ...

    def complete(self, text: str, limit: int, /) -> Sequence[Completion]: ...


class SnapshotEngine(ABC):
    """An `Engine` without what depends on where snapshots are."""

    def __init__(self) -> None:
        self._closed = Event()

    @abstractmethod
    def _answer(self, ask: Callable[[SnapshotSearcher], Answer], at: str | None = None) -> Answer:
        """What the searcher of the current snapshot answers, or that of the snapshot with the name `at`."""

    @abstractmethod
    def _refresh(self) -> None:
        """Use what was published meanwhile.  Raises nothing."""

    @abstractmethod
    def close(self) -> None:
        """Releases all resources."""

    def _refresh_every(self, seconds: float) -> None:
        """Refresh again and again in a thread, which ends when the engine is closed or nobody uses it any more."""
        closed, weak_refresh = self._closed, WeakMethod(self._refresh)

        def run() -> None:
            while not closed.wait(seconds):
                refresh = weak_refresh()
                if refresh is None:
                    return
                refresh()
                del refresh  # while the thread waits, it keeps no engine

        Thread(target=run, name="article-search snapshots", daemon=True).start()

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:
        return self._answer(lambda searcher: searcher.search(request, count_partial), checked(request).at)

    def facet(
        self,
        field: str,
        request: SearchRequest,
        containing: str = "",
        prefix: str = "",
        page: int = 1,
        count_partial: bool = False,
    ) -> FacetResults:
        def ask(searcher: SnapshotSearcher) -> FacetResults:
            return searcher.facet(field, request, containing, prefix, page, count_partial)

        return self._answer(ask, checked(request).at)

    def article(self, id: str) -> Article | None:
        return self._answer(lambda searcher: searcher.article(id))

    def article_with_story(self, id: str, at: str | None = None) -> Hit | None:
        return self._answer(lambda searcher: searcher.article_with_story(id), at)

    def coverage(self, id: str) -> tuple[Hit, ...] | None:
        return self._answer(lambda searcher: searcher.coverage(id))

    def similar(self, id: str, limit: int, at: str | None = None) -> SimilarArticles | None:
        return self._answer(lambda searcher: searcher.similar(id, limit), at)

    def significant_words(self, request: SearchRequest, limit: int) -> Sequence[SignificantWord]:
        return self._answer(lambda searcher: searcher.significant_words(request, limit), checked(request).at)

    def rising(self, interval: Interval, limit: int, at: str | None = None) -> RisingTrends | None:
        return self._answer(lambda searcher: searcher.rising(interval, limit), at)

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        return self._answer(lambda searcher: searcher.complete(text, limit))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def checked(request: SearchRequest) -> SearchRequest:
    """The request.  Raises `TypeError` for anything else, such as a text."""
    if not isinstance(request, SearchRequest):
        raise TypeError(f"pass a SearchRequest, such as SearchRequest(q='robot'), not {type(request).__name__}")
    return request
