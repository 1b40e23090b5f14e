"""WSGI applications for the HTTP comparison: a no-op route, and the search application over tantivy."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Self

from flask import Flask
from tantivy import Snippet

from search import (
    Article,
    Bucket,
    Changes,
    Completion,
    Export,
    Facet,
    FacetResults,
    Fragment,
    Hit,
    IndexInfo,
    Interval,
    RisingTrends,
    SearchRequest,
    SearchResults,
    Settings,
    SignificantWord,
    SimilarArticles,
    Statistics,
)
from tests.bench.engines.tantivy_terms import TantivyEngine
from tests.bench.queries import BenchQuery
from web import create_app


def idle(_: Settings) -> Flask:
    """An application that returns an empty response at the search URL."""
    app = Flask(__name__)
    app.add_url_rule("/api/v1/search", view_func=lambda: "")
    return app


def over_tantivy(settings: Settings) -> Flask:
    """The search application with tantivy as its engine."""
    return create_app(settings, TantivyAdapter(settings))


class TantivyAdapter:
    """The part of `search.Engine` that a search needs.  It does not count facet values that are not listed."""

    def __init__(self, settings: Settings) -> None:
        self._engine = TantivyEngine(settings.index_dir)
        self._info = IndexInfo("tantivy", datetime.now(UTC), 0, "tantivy", datetime.now(UTC))

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:  # noqa: ARG002
        result = self._engine.search(BenchQuery(request.q, request.topic[0] if request.topic else None))
        if "highlights" in request.fields:
            snippets = self._engine.snippets(request.q, result.articles)
            hits = [
                Hit(article, highlights={"title": _fragments(title), "excerpt": _fragments(excerpt)})
                for article, (title, excerpt) in zip(result.articles, snippets, strict=True)
            ]
        else:
            hits = [Hit(article) for article in result.articles]
        return SearchResults(
            result.total,
            tuple(hits),
            (_facet("topic", result.topics, request.topic), _facet("provider", result.providers, ())),
            self._info,
            request=request,
        )

    def info(self, at: str | None = None) -> IndexInfo:  # noqa: ARG002
        return self._info

    def facet(
        self,
        field: str,
        request: SearchRequest,
        containing: str = "",
        prefix: str = "",
        page: int = 1,
        count_partial: bool = False,
    ) -> FacetResults:
        raise NotImplementedError

    def export(self, request: SearchRequest, start: int = 0, resumable: bool = False) -> Export:
        raise NotImplementedError

    def significant_words(self, request: SearchRequest, limit: int) -> Sequence[SignificantWord]:
        raise NotImplementedError

    def rising(self, interval: Interval, limit: int, at: str | None = None) -> RisingTrends | None:
        raise NotImplementedError

    def article(self, id: str) -> Article | None:
        raise NotImplementedError

    def article_with_story(self, id: str, at: str | None = None) -> Hit | None:
        raise NotImplementedError

    def coverage(self, id: str) -> tuple[Hit, ...] | None:
        raise NotImplementedError

    def similar(self, id: str, limit: int, at: str | None = None) -> SimilarArticles | None:
        raise NotImplementedError

    def changes(self, since: str, until: str | None = None, offset: int = 0, limit: int | None = None) -> Changes:
        raise NotImplementedError

    def latest_changes(self) -> Iterator[Changes]:
        raise NotImplementedError

    def rewritten_at(self, ids: Collection[str], snapshot: str) -> Mapping[str, datetime]:
        raise NotImplementedError

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        raise NotImplementedError

    def statistics(self) -> Statistics:
        raise NotImplementedError

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


def _fragments(snippet: Snippet) -> tuple[Fragment, ...]:
    """The snippet's marked and unmarked parts; its ranges count bytes."""
    text, fragments, end = snippet.fragment().encode(), [], 0
    for marked in snippet.highlighted():
        fragments.append(Fragment(text[end : marked.start].decode(), False))
        fragments.append(Fragment(text[marked.start : marked.end].decode(), True))
        end = marked.end
    return (*fragments, Fragment(text[end:].decode(), False))


def _facet(field: str, counts: dict[str, int], selected: Sequence[str]) -> Facet:
    values = tuple([Bucket(value, count, value in selected) for value, count in counts.items()])
    return Facet(field, len(counts), 0, values)
