"""Prepares hits for the page: missing words, other articles of the story, related articles, explanation."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from search import (
    MAX_QUERY_CHARACTERS,
    Article,
    Engine,
    Hit,
    Reason,
    Related,
    SearchRequest,
    SearchResults,
    as_phrase,
    reasons,
    requiring,
)
from web import links
from web.page.formatting import long_date
from web.parameters import PAGE_DEFAULTS

VISIBLE_SOURCES = 3  # shown before "and more"
MAX_TITLE_WORDS = 20  # enough to find an article by its title


class MissingWord(NamedTuple):
    """A word that the article lacks, and a link to the search that requires it."""

    word: str
    required_link: str


class Source(NamedTuple):
    """Another article of the story: its publisher, and its URL if it has one."""

    name: str
    url: str | None


class RelatedView(NamedTuple):
    """A related article, and a link to the search that finds it in this archive, if it is in it."""

    item: Related
    archive_link: str | None


class HitView(NamedTuple):
    """A hit with all its links.  It has `reasons` only if the results are sorted by relevance."""

    hit: Hit
    missing: list[MissingWord]
    visible_sources: list[Source]
    more_sources: list[Source]
    related: list[RelatedView]
    reasons: list[Reason]


def hit_views(request: SearchRequest, results: SearchResults, engine: Engine) -> list[HitView]:
    """The hits of this page of results."""
    correction = results.correction
    used_request = links.changed(request, q=correction.q) if correction and correction.applied else request
    archive_links = _archive_links(results, engine)
    return [_hit_view(hit, used_request, archive_links) for hit in results.hits]


def _hit_view(hit: Hit, request: SearchRequest, archive_links: Mapping[str, str]) -> HitView:
    sources = list(_sources(hit))
    return HitView(
        hit,
        [MissingWord(word, links.page_url(_requiring(request, word))) for word in hit.missing],
        sources[:VISIBLE_SOURCES],
        sources[VISIBLE_SOURCES:],
        [RelatedView(item, archive_links.get(id or "")) for item, id in hit.coverage],
        reasons(hit.explanation) if hit.explanation and hit.score is not None else [],
    )


def _requiring(request: SearchRequest, word: str) -> SearchRequest:
    """The search that requires this word, or every word if the query has no room for a mark."""
    q = requiring(request.q, word)
    fits = q is not None and len(q) <= MAX_QUERY_CHARACTERS
    return links.changed(request, q=q) if fits else links.changed(request, match="all")


def _sources(hit: Hit) -> Iterator[Source]:
    """The other articles of the story, one for each URL: an article may have several files."""
    names, urls = {_publisher(hit.article)}, {hit.article.url}
    for article in hit.also:
        name = _publisher(article)
        if not name or article.url in urls:
            continue
        if name in names and article.published_at:
            name = f"{name}, {long_date(article.published_at)}"
        yield Source(name, article.url)
        names.add(name)
        urls.add(article.url)


def _publisher(article: Article) -> str:
    """The provider's name, or the host of the URL, or nothing."""
    return article.provider.name if article.provider else urlsplit(article.url or "").hostname or ""


def _archive_links(results: SearchResults, engine: Engine) -> dict[str, str]:
    """For each related article in the archive, its id and a link to the search for its title.

    The title is the archive's: the related item may have another."""
    ids = {id for hit in results.hits for id in hit.related_ids if id}
    articles = filter(None, map(engine.article, ids))
    return {article.id: links.page_url(_title_search(article)) for article in articles}


def _title_search(article: Article) -> SearchRequest:
    title = " ".join(article.title.split()[:MAX_TITLE_WORDS])
    return PAGE_DEFAULTS.model_copy(update={"q": as_phrase(title[: MAX_QUERY_CHARACTERS - 2])})
