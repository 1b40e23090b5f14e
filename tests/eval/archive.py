"""The articles of an archive, with duplicates and word sets for the query rules."""

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
    """The published articles of a folder, in the order of their ids."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.articles = _published(folder)

    @cached_property
    def duplicates(self) -> dict[str, frozenset[str]]:
        """Id → ids of articles with the same title or URL, itself included."""
        by_key: dict[object, set[str]] = defaultdict(set)
        for article in self.articles:
            for key in _duplicate_keys(article):
                by_key[key].add(article.id)
        return {a.id: frozenset({a.id}.union(*(by_key[key] for key in _duplicate_keys(a)))) for a in self.articles}

    @cached_property
    def title_keys(self) -> dict[str, frozenset[str]]:
        """Id → normalized words of the title."""
        return {article.id: keys(split(article.title)) for article in self.articles}

    @cached_property
    def all_keys(self) -> dict[str, frozenset[str]]:
        """Id → normalized words of all searched fields."""
        return {article.id: keys(split(" ".join(texts(article)))) for article in self.articles}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All normalized words of the archive."""
        return frozenset().union(*self.all_keys.values())

    def others(self, article: Article) -> list[Article]:
        """All articles except this one and its duplicates."""
        return [other for other in self.articles if other.id not in self.duplicates[article.id]]


def texts(article: Article) -> tuple[str, str, str, str]:
    """The indexed texts: title, excerpt, topics, provider."""
    return article.title, article.excerpt, ", ".join(article.topics), article.provider.name if article.provider else ""


def _published(folder: Path) -> list[Article]:
    articles = []
    files = walk(folder)
    for file, id in enumerate(files.ids):
        try:
            reading = read_article(read_file(folder, files.path(file), FILE_LIMIT), id)
        except ArticleRejected:
            continue  # an index does not have it, either
        if reading.article:
            articles.append(reading.article)
    return articles


def _duplicate_keys(article: Article) -> list[object]:
    title = " ".join(word.casefold() for word in split(article.title))
    return [key for key in (title, url_key(article.url)) if key]
