"""Prepares hits for the page: links to other searches, other articles of the story, related articles."""

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple
from urllib.parse import quote

from search import (
    MAX_QUERY_CHARACTERS,
    Article,
    Fragment,
    Hit,
    Related,
    SearchResults,
    query_in_force,
    requiring,
)
from web.links import Link, SearchUrls, article_url
from web.page import explanation
from web.page.article_parts import has_excerpt, picture, publisher, site
from web.page.formatting import long_date, short_date
from web.page.text_width import text_width

LINE = (
    78.0  # normal characters of a wide font on the line below an excerpt, next to a picture, in a window of 1280 pixels
)
_ROOMY_LINE = 95.5  # without a picture
_OWN_LINE = 62.0  # of a narrower window, next to a picture, if the actions are on another line
_SEPARATOR = 1.8  # the width of a dot between two parts
_MORE = 2.4 + _SEPARATOR  # +1
_BOLD = 1.1  # the width of bold text, such as a provider's name
_LONGEST_PROVIDER = 29.5  # the width of a provider's name that the stylesheet shows
_LEAST_TOPIC = 10.0  # the width of a topic that is worth showing


class RelatedView(NamedTuple):
    """A related article, and a link to its page if it is in this archive."""

    item: Related
    archive_url: str | None


class MoreTopics(NamedTuple):
    """The number of the topics that are not shown on the lines of this kind: `tight`, `roomy`, or empty for all."""

    number: int
    line: str


class HitView(NamedTuple):
    """A hit with all its links.

    `host`: the site that the title leads to.  `missing`: the words that it lacks; the first hit that lacks a word links
    to the search that requires it, if that finds anything.  `picture` is empty if there is none.  `topics`: the first
    of its topics that the search does not require, as many as fit on a roomy line, or the first one if it is cut;
    `tight_topics`: how many of them fit on any line.  It has an `explanation_url` only if the results are sorted by
    relevance."""

    article: Article
    title: Sequence[Fragment]
    host: str
    excerpt: Sequence[Fragment]
    picture: str
    provider: Link | None
    topics: list[Link]
    tight_topics: int
    more_topics: list[MoreTopics]
    missing: list[Link]
    sources: list[Link]
    related: list[RelatedView]
    article_page: str
    explanation_url: str | None


def hit_views(
    root: str, urls: SearchUrls, results: SearchResults, useless_words: Collection[str] = ()
) -> list[HitView]:
    """The hits of this page of results; `urls` are those of the search, below `root`.

    `useless_words` find nothing if they are required."""
    return [*map(_HitViews(root, urls, results, useless_words).view, results.hits)]


class _HitViews:
    """What all hits of a page have in common."""

    def __init__(self, root: str, urls: SearchUrls, results: SearchResults, useless_words: Collection[str]) -> None:
        self._q = query_in_force(urls.request.q, results)
        self._unfinished = results.prefix.word if results.prefix else None
        self._root = root
        self._urls = urls
        self._topics = frozenset(urls.request.topic)
        self._not_linked = set(useless_words)

    def view(self, hit: Hit) -> HitView:
        article, highlights = hit.article, hit.highlights or {}
        sources = list(_sources(hit))
        related = [RelatedView(item, self._article_page(id) if id else None) for item, id in hit.coverage]
        topics = [topic for topic in article.topics if topic not in self._topics]
        tight, roomy = _fitting_topics(topics, article, bool(sources or related), hit.score is not None)
        return HitView(
            article,
            highlights.get("title") or (Fragment(article.title, False),),
            site(article),
            (highlights.get("excerpt") or (Fragment(article.excerpt, False),)) if has_excerpt(article) else (),
            picture(article),
            self._provider_link(article.provider.name) if article.provider else None,
            [Link(topic, self._topic_url(article, topic)) for topic in topics[:roomy]],
            tight,
            [*_more_topics(len(topics), tight, roomy)],
            [Link(self._as_typed(word), self._required_url(word)) for word in hit.missing],
            sources,
            related,
            self._article_page(article.id),
            None if hit.score is None else f"{self._root}{explanation.PATH}{quote(article.id)}?{self._urls.query}",
        )

    def _as_typed(self, word: str) -> str:
        """The word without the `*` that the reader did not type."""
        return self._unfinished if self._unfinished and word == f"{self._unfinished}*" else word

    def _article_page(self, id: str) -> str:
        return article_url(self._root, id, self._urls.query)

    def _provider_link(self, name: str) -> Link:
        return Link(name, self._urls.with_only("provider", name))

    def _topic_url(self, article: Article, topic: str) -> str:
        """The search narrowed to a topic of one of its results.  The article stays among the results."""
        shared = [each for each in article.topics if each in self._topics]
        if not shared:
            return self._urls.with_only("topic", topic)
        return self._urls.changed(topic=(*shared, topic), topic_op="all")

    def _required_url(self, word: str) -> str | None:
        """The search that requires this word, or every word if the query has no room for a mark; once for a word."""
        if word in self._not_linked:
            return None
        self._not_linked.add(word)
        q = requiring(self._q, word)
        if q is not None and len(q) <= MAX_QUERY_CHARACTERS:
            return self._urls.changed(q=q)
        return self._urls.changed(q=self._q, match="all")


def _fitting_topics(topics: Sequence[str], article: Article, covered: bool, explained: bool) -> tuple[int, int]:
    """How many of the topics fit on the line below the excerpt, and how many if it is roomy.

    A line is roomy in a wide window without a picture, and if a narrow window shows the actions on another line."""
    meta = _parts_width(
        min(_BOLD * text_width(article.provider.name), _LONGEST_PROVIDER) if article.provider else 0,
        text_width(short_date(article.published_at)) if article.published_at else 0,
        text_width(article.type) if article.type != "article" else 0,
    )
    actions = _parts_width(
        text_width("More coverage (1)") if covered else 0,
        text_width("Why this result") if explained else 0,
        text_width("Details"),
    )
    tight = _fitting(topics, LINE + _SEPARATOR - meta - actions)
    room = _OWN_LINE - meta if picture(article) else _ROOMY_LINE - meta - actions
    return tight, max(tight, _fitting(topics, room + _SEPARATOR))


def _parts_width(*widths: float) -> float:
    """The width of texts with their separators."""
    return sum(width + _SEPARATOR for width in widths if width)


def _fitting(topics: Sequence[str], room: float) -> int:
    """How many of the first topics fit in so much room, with the number of the others.

    If none of them fits, the page cuts the first one, unless too little of it would be left."""
    ends = accumulate(text_width(topic) + _SEPARATOR for topic in topics)
    more = [*(_MORE for _ in topics[1:]), 0]
    fitting = [number for number, (end, after) in enumerate(zip(ends, more, strict=False), 1) if end + after <= room]
    cut = bool(topics) and room >= _LEAST_TOPIC + _SEPARATOR + more[0]
    return max(fitting, default=int(cut))


def _more_topics(topics: int, tight: int, roomy: int) -> Iterator[MoreTopics]:
    """How many topics are not shown; no number without a topic before it."""
    if tight == roomy:
        counts = [MoreTopics(topics - roomy, "")] if roomy else []
    else:
        counts = [MoreTopics(topics - roomy, "roomy"), *([MoreTopics(topics - tight, "tight")] if tight else [])]
    return (each for each in counts if each.number)


def _sources(hit: Hit) -> Iterator[Link]:
    """The other articles of the story, one for each URL: an article may have several files."""
    names, urls = {publisher(hit.article)}, {hit.article.url}
    for article in hit.also:
        name = publisher(article)
        if not name or article.url in urls:
            continue
        if name in names and article.published_at:
            name = f"{name}, {long_date(article.published_at)}"
        yield Link(name, article.url)
        names.add(name)
        urls.add(article.url)
