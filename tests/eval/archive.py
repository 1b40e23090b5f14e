"""The articles of an archive as the evaluation sees them, and which of them count as one another."""

from collections import defaultdict
from functools import cached_property
from pathlib import Path

from search.analysis.story_keys import url_key
from search.archive.reader import FILE_LIMIT, read_article
from search.archive.walk import read_file, walk
from search.article import Article
from search.errors import ArticleRejected
from tests.eval.words import keys, split


class Archive:
    """The published articles under a folder, in the order of their ids."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.articles = _published(folder)

    @cached_property
    def twins(self) -> dict[str, frozenset[str]]:
        """For each id all the ids of the same article: itself, and those with its title or its URL."""
        having: dict[object, set[str]] = defaultdict(set)
        for article in self.articles:
            for mark in _marks(article):
                having[mark].add(article.id)
        return {a.id: frozenset({a.id}.union(*(having[mark] for mark in _marks(a)))) for a in self.articles}

    @cached_property
    def title_keys(self) -> dict[str, frozenset[str]]:
        """For each id the words of its title, spelling aside."""
        return {article.id: keys(split(article.title)) for article in self.articles}

    @cached_property
    def all_keys(self) -> dict[str, frozenset[str]]:
        """For each id every word of what is searched, spelling aside."""
        return {article.id: keys(split(" ".join(texts(article)))) for article in self.articles}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the archive, spelling aside."""
        return frozenset().union(*self.all_keys.values())

    def others(self, article: Article) -> list[Article]:
        """All articles but this one and its twins."""
        return [other for other in self.articles if other.id not in self.twins[article.id]]


def texts(article: Article) -> tuple[str, str, str, str]:
    """What all engines index: title, excerpt, topics, provider."""
    return article.title, article.excerpt, ", ".join(article.topics), article.provider.name if article.provider else ""


def _published(folder: Path) -> list[Article]:
    found = []
    seen = walk(folder)
    for id, path in zip(seen.ids, seen.paths, strict=True):
        try:
            reading = read_article(read_file(folder, path, FILE_LIMIT), id)
        except ArticleRejected:
            continue  # as every index of the archive does
        if reading.article:
            found.append(reading.article)
    return found


def _marks(article: Article) -> list[object]:
    title = " ".join(word.casefold() for word in split(article.title))
    return [mark for mark in (title, url_key(article.url)) if mark]
