"""The articles of an archive, with their stories and word sets for the query rules."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

from search.analysis.story_keys import url_key
from search.archive.reader import FILE_LIMIT, read_article
from search.archive.walk import read_file, walk
from search.article import Article
from search.errors import ArticleRejected
from tests.eval.words import keys, split

_FEWEST_WORDS: Final = 8
"""Minimum words of an excerpt that makes duplicates: unrelated articles can share a shorter one."""


class Archive:
    """The published articles of a folder, in the order of their ids."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.articles = _published(folder)

    @cached_property
    def stories(self) -> dict[str, str]:
        """Id → story, which duplicates share: articles with the same title, URL or excerpt.

        A story is named by the first of its ids."""
        stories = {article.id: article.id for article in self.articles}
        by_key: dict[Hashable, list[str]] = defaultdict(list)
        for article in self.articles:
            for key in _duplicate_keys(article):
                by_key[key].append(article.id)
        for ids in by_key.values():
            joined = {stories[id] for id in ids}
            stories.update({id: min(joined) for id, story in stories.items() if story in joined})
        return stories

    @cached_property
    def all_keys(self) -> dict[str, frozenset[str]]:
        """Id → normalized words of all searched fields."""
        return {article.id: keys(split(" ".join(texts(article)))) for article in self.articles}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All normalized words of the archive."""
        return frozenset().union(*self.all_keys.values())

    def others(self, article: Article) -> list[Article]:
        """The articles of all other stories."""
        return [other for other in self.articles if self.stories[other.id] != self.stories[article.id]]


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


def _duplicate_keys(article: Article) -> Iterator[Hashable]:
    title, excerpt = (tuple(word.casefold() for word in split(text)) for text in (article.title, article.excerpt))
    if title:
        yield "title", title
    if url := url_key(article.url):
        yield "url", url
    if len(excerpt) >= _FEWEST_WORDS:
        yield "excerpt", excerpt
