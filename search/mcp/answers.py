"""The answers of the tools.  Language models read the descriptions of their members."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field
from pydantic_core import to_json

from search.article import Article, Related
from search.periods import Interval, utc_text
from search.results import Bucket, Hit, IndexInfo, TimelineBucket

Answer = TypeVar("Answer", bound=BaseModel)
Item = TypeVar("Item")

Searched = Annotated[
    str, Field(description="The query; corrected or with its last word completed (*) if no article has every word.")
]

_SHOWN_SOURCES = 3
"""Other articles of a story that are listed with a result."""


class Source(BaseModel):
    """An article in short."""

    id: Annotated[str | None, Field(description="For get_article; null if it is not in this archive.")]
    title: str
    url: str | None
    provider: str | None
    published: Annotated[str | None, Field(description="ISO 8601, UTC.")]

    @classmethod
    def of(cls, article: Article | Related, id: str | None) -> "Source":
        """The article, with its id in this archive."""
        return cls(
            id=id,
            title=article.title,
            url=article.url,
            provider=article.provider.name if article.provider else None,
            published=utc_text(article.published_at) if article.published_at else None,
        )


class Found(Source):
    """An article that a search finds."""

    topics: list[str]
    excerpt: Annotated[str, Field(description="The best passage of its excerpt; … marks what is cut.")]
    missing: Annotated[list[str], Field(description="Words of the query that it lacks.")]
    same_story: Annotated[list[Source], Field(description="Some other articles of the same story.")]
    same_story_total: int

    @classmethod
    def in_hit(cls, hit: Hit) -> "Found":
        """The article of a hit."""
        passage = (hit.highlights or {}).get("excerpt")
        return cls(
            **Source.of(hit.article, hit.article.id).model_dump(),
            topics=list(hit.article.topics),
            excerpt="".join(part.text for part in passage) if passage else hit.article.excerpt,
            missing=list(hit.missing),
            same_story=[Source.of(other, other.id) for other in hit.also[:_SHOWN_SOURCES]],
            same_story_total=len(hit.also),
        )


class Index(BaseModel):
    """The index that an answer is from."""

    snapshot: str
    built_at: str
    articles: Annotated[int, Field(description="How many articles the archive has.")]

    @classmethod
    def of(cls, info: IndexInfo) -> "Index":
        """The published part of the information about an index."""
        return cls(snapshot=info.snapshot, built_at=utc_text(info.built_at), articles=info.articles)


Warnings = Annotated[list[str], Field(description="How the query was read; filter values that no article has.")]


class SearchAnswer(BaseModel):
    """Results of a search, best first, one of each story."""

    total: Annotated[int, Field(description="How many articles have every word and pass the filters.")]
    stories: Annotated[int, Field(description="How many results there are in all: one for each story.")]
    articles: list[Found]
    next_cursor: Annotated[str | None, Field(description="`cursor` for the next results; null if these are the last.")]
    note: Annotated[str, Field(description="What is left out, and how to get it.")]
    searched_for: Searched
    warnings: Warnings
    index: Index


class ArticleAnswer(Source):
    """All that the archive knows of an article.  It has excerpts, not full texts: those are at `url`."""

    excerpt: str
    topics: list[str]
    provider_domain: str | None
    type: str
    category: str | None
    heat: Annotated[int | None, Field(description="How popular it was; higher is more popular.")]
    quality: Annotated[int | None, Field(description="How good it was judged to be; higher is better.")]
    same_story: Annotated[list[Source], Field(description="The other articles of the same story, newest first.")]
    related: Annotated[list[Source], Field(description="Other coverage that the article's file lists.")]
    note: Annotated[str, Field(description="What is left out.")]


class Value(BaseModel):
    """A topic or provider, and how many of the articles have it."""

    value: str
    articles: int

    @classmethod
    def of(cls, bucket: Bucket) -> "Value":
        """The value of a bucket."""
        return cls(value=bucket.value, articles=bucket.count)


class ValuesAnswer(BaseModel):
    """Topics or providers, most frequent first."""

    total_values: Annotated[int, Field(description="How many different ones the articles have.")]
    values: list[Value]
    note: Annotated[str, Field(description="What is left out, and how to get it.")]
    searched_for: Searched
    warnings: Warnings
    index: Index


class Period(BaseModel):
    """The articles of a day, week, month or year."""

    start: Annotated[str, Field(description="Its first day, ISO 8601.")]
    articles: int
    of: Annotated[int, Field(description="How many articles the whole archive has in this period.")]

    @classmethod
    def counted(cls, bucket: TimelineBucket) -> "Period":
        """The period of a bucket."""
        return cls(start=bucket.start.isoformat(), articles=bucket.count, of=bucket.total)


class TimelineAnswer(BaseModel):
    """How many articles of a search were published when, oldest period first."""

    total: int
    undated: int
    interval: Interval
    periods: list[Period]
    note: Annotated[str, Field(description="What is left out, and how to get it.")]
    searched_for: Searched
    warnings: Warnings
    index: Index


def size(answer: BaseModel) -> int:
    """The number of characters of the answer, as a model reads it."""
    return len(to_json(answer, indent=2).decode())


def fitting(
    make: Callable[[Sequence[Item]], Answer], items: Sequence[Item], max_characters: int, least: int = 0
) -> Answer:
    """The answer with as many of the first items as fit, and with at least `least` of them."""
    fits, too_many = min(least, len(items)), len(items) + 1
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if size(make(items[:middle])) <= max_characters:
            fits = middle
        else:
            too_many = middle
    return make(items[:fits])
