"""A hit as the page shows it: what it lacks, where else its story is told, what of that is in the archive, and why it
is there."""

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
from web.page import formatting
from web.parameters import PAGE

ALSO_AT_FIRST = 3  # places named before "and more"
TITLE_WORDS = 20  # enough to find a title by


class MissingWord(NamedTuple):
    """A word that the article lacks, and where the search is in which none may."""

    word: str
    required: str


class Place(NamedTuple):
    """Where else a story stands: who published it, and the address if there is one."""

    name: str
    url: str | None


class Coverage(NamedTuple):
    """A related item, and where the search is that finds it in this archive, if it is there."""

    item: Related
    in_archive: str | None


class ShownHit(NamedTuple):
    """One result, every link ready; of the other places of its story `also_rest` stand behind a disclosure.

    There are `reasons` only where the place in the list depends on them, not on a date."""

    hit: Hit
    missing: list[MissingWord]
    also_first: list[Place]
    also_rest: list[Place]
    coverage: list[Coverage]
    reasons: list[Reason]


def shown(request: SearchRequest, results: SearchResults, engine: Engine) -> list[ShownHit]:
    """This page's hits."""
    correction = results.correction
    searched = links.changed(request, q=correction.q) if correction and correction.applied else request
    in_archive = _in_archive(results, engine)
    return [_shown(hit, searched, in_archive) for hit in results.hits]


def _shown(hit: Hit, searched: SearchRequest, in_archive: Mapping[str, str]) -> ShownHit:
    also = list(_also(hit))
    return ShownHit(
        hit,
        [MissingWord(word, links.page(_required(searched, word))) for word in hit.missing],
        also[:ALSO_AT_FIRST],
        also[ALSO_AT_FIRST:],
        [Coverage(item, in_archive.get(id or "")) for item, id in hit.coverage],
        reasons(hit.explanation) if hit.explanation and hit.score is not None else [],
    )


def _required(request: SearchRequest, word: str) -> SearchRequest:
    """The search in which no article may lack this word; nor any other, where it cannot be asked for alone."""
    q = requiring(request.q, word)
    alone = q is not None and len(q) <= MAX_QUERY_CHARACTERS
    return links.changed(request, q=q) if alone else links.changed(request, match="all")


def _also(hit: Hit) -> Iterator[Place]:
    """The other places of the story, each once: a second file of one article leads nowhere new."""
    names, urls = {_publisher(hit.article)}, {hit.article.url}
    for article in hit.also:
        name = _publisher(article)
        if not name or article.url in urls:
            continue
        if name in names and article.published_at:
            name = f"{name}, {formatting.day(article.published_at)}"
        yield Place(name, article.url)
        names.add(name)
        urls.add(article.url)


def _publisher(article: Article) -> str:
    """Who published it, or at least the site's name."""
    return article.provider.name if article.provider else urlsplit(article.url or "").hostname or ""


def _in_archive(results: SearchResults, engine: Engine) -> dict[str, str]:
    """For the id of every related article of the archive, where the search for its title is.

    Its title there, as that of the related item may be another."""
    ids = {id for hit in results.hits for id in hit.related_ids if id}
    articles = filter(None, map(engine.article, ids))
    return {article.id: links.page(_named(article)) for article in articles}


def _named(article: Article) -> SearchRequest:
    title = " ".join(article.title.split()[:TITLE_WORDS])
    return PAGE.model_copy(update={"q": as_phrase(title[: MAX_QUERY_CHARACTERS - 2])})
