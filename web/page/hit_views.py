"""Prepares hits for the page: links to other searches, other articles of the story, related articles."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from search import (
    MAX_QUERY_CHARACTERS,
    Article,
    Engine,
    Fragment,
    Hit,
    Related,
    SearchResults,
    as_phrase,
    requiring,
)
from web.links import SearchUrls, page_urls
from web.page import explanation
from web.page.formatting import long_date
from web.parameters import PAGE_DEFAULTS

VISIBLE_SOURCES = 3  # shown before "and more"
MAX_TITLE_WORDS = 20  # enough to find an article by its title


class Link(NamedTuple):
    """A text, and its URL if it has one."""

    text: str
    url: str | None


class RelatedView(NamedTuple):
    """A related article, and a link to the search that finds it in this archive, if it is in it."""

    item: Related
    archive_url: str | None


class HitView(NamedTuple):
    """A hit with all its links.

    `missing`: the words that it lacks, each with the search that requires it.  `picture` is empty if there is none.  It
    has an `explanation_url` only if the results are sorted by relevance."""

    article: Article
    title: Sequence[Fragment]
    excerpt: Sequence[Fragment]
    picture: str
    provider: Link | None
    topics: list[Link]
    missing: list[Link]
    visible_sources: list[Link]
    more_sources: list[Link]
    related: list[RelatedView]
    explanation_url: str | None


def hit_views(root: str, urls: SearchUrls, results: SearchResults, engine: Engine) -> list[HitView]:
    """The hits of this page of results; `urls` are those of the search, below `root`."""
    return [*map(_HitViews(root, urls, results, engine).view, results.hits)]


class _HitViews:
    """What all hits of a page have in common."""

    def __init__(self, root: str, urls: SearchUrls, results: SearchResults, engine: Engine) -> None:
        correction = results.correction
        self._q = correction.q if correction and correction.applied else urls.request.q
        self._root = root
        self._urls = urls
        self._archive_urls = _archive_urls(root, results, engine)

    def view(self, hit: Hit) -> HitView:
        article, highlights = hit.article, hit.highlights or {}
        sources = list(_sources(hit))
        return HitView(
            article,
            highlights.get("title") or (Fragment(article.title, False),),
            (highlights.get("excerpt") or (Fragment(article.excerpt, False),)) if _has_excerpt(article) else (),
            _picture(article),
            self._filter_link("provider", article.provider.name) if article.provider else None,
            [self._filter_link("topic", topic) for topic in article.topics],
            [Link(word, self._required_url(word)) for word in hit.missing],
            sources[:VISIBLE_SOURCES],
            sources[VISIBLE_SOURCES:],
            [RelatedView(item, self._archive_urls.get(id or "")) for item, id in hit.coverage],
            None if hit.score is None else f"{self._root}{explanation.PATH}{quote(article.id)}?{self._urls.query}",
        )

    def _filter_link(self, field: str, value: str) -> Link:
        return Link(value, self._urls.with_value(field, value))

    def _required_url(self, word: str) -> str:
        """The search that requires this word, or every word if the query has no room for a mark."""
        q = requiring(self._q, word)
        if q is not None and len(q) <= MAX_QUERY_CHARACTERS:
            return self._urls.changed(q=q)
        return self._urls.changed(q=self._q, match="all")


def _has_excerpt(article: Article) -> bool:
    return article.excerpt not in {"", article.title}


def _picture(article: Article) -> str:
    return article.image.url if article.image and article.image.url.startswith("https://") else ""


def _sources(hit: Hit) -> Iterator[Link]:
    """The other articles of the story, one for each URL: an article may have several files."""
    names, urls = {_publisher(hit.article)}, {hit.article.url}
    for article in hit.also:
        name = _publisher(article)
        if not name or article.url in urls:
            continue
        if name in names and article.published_at:
            name = f"{name}, {long_date(article.published_at)}"
        yield Link(name, article.url)
        names.add(name)
        urls.add(article.url)


def _publisher(article: Article) -> str:
    """The provider's name, or the host of the URL, or nothing."""
    return article.provider.name if article.provider else urlsplit(article.url or "").hostname or ""


def _archive_urls(root: str, results: SearchResults, engine: Engine) -> Mapping[str, str]:
    """For each related article in the archive, its id and the search for its title.

    The title is the archive's: the related item may have another."""
    ids = {id for hit in results.hits for id in hit.related_ids if id}
    urls = page_urls(root, PAGE_DEFAULTS)
    return {article.id: urls.changed(q=_title_query(article)) for article in filter(None, map(engine.article, ids))}


def _title_query(article: Article) -> str:
    title = " ".join(article.title.split()[:MAX_TITLE_WORDS])
    return as_phrase(title[: MAX_QUERY_CHARACTERS - 2])
