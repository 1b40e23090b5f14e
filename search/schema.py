"""The table of fields: what an article has, which front-matter keys it is read from, and how each field is used.

Everything that lists fields comes from `SCHEMA`: the reader, the index, query scopes, filters, facets, the API's
parameters and results, the page's facet groups, the command line's options and the README's table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import ClassVar, Literal

from search.article import Article

Values = Callable[[Article], Iterable[str]]
"""An article's texts or keywords of one field."""

Reads = Literal["title", "excerpt", "topics", "provider", "link", "time", "name", "number", "image", "related"]
"""How a value is read from front matter: a method of `search.archive.front_matter.FrontMatter`."""


class Kind(Enum):
    """What can be done with a field's values."""

    TEXT = "text"  # analysed and searched
    KEYWORD = "keyword"  # counted and filtered as whole values
    DATE = "date"
    NUMBER = "number"
    STORED = "stored"  # returned with results, nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """How the whole values of a field are counted and filtered."""

    name: str
    """the parameter, and the facet's name in answers"""
    label: str
    plural: str
    values: Values
    multiple: bool = False
    """an article may have several values; a parameter `<name>_op` then says whether it must match any or all"""
    default: bool = False
    """counted unless the request names other facets"""
    suggested: bool = False
    """values are offered as completions"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of the table."""

    name: str
    """the attribute of `Article`, and the member of a result"""
    kind: Kind
    help: str
    """what the README says about it"""
    keys: tuple[str, ...] = ()
    """front-matter keys; the first with a usable value counts"""
    reads: Reads | None = None
    texts: Values | None = None
    """what is analysed of a text field; a phrase never spans two of these texts"""
    scope: str | None = None
    """what queries write before a colon to search this field alone"""
    facet: Facet | None = None
    sorts: tuple[str, ...] = ()
    """the orders by this field"""
    shown: bool = True
    """returned with results"""


def _topics(article: Article) -> Iterable[str]:
    return article.topics


def _provider(article: Article) -> Iterable[str]:
    return (article.provider.name,) if article.provider else ()


class Schema:
    """The fields of articles, in the order in which results return them."""

    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            name="id",
            kind=Kind.KEYWORD,
            help="The path of the file without its suffix.",
        ),
        Field(
            name="title",
            kind=Kind.TEXT,
            keys=("title",),
            reads="title",
            texts=lambda article: (article.title,),
            scope="title",
            help="Required. A file without a title, or with more than 1,000 characters, is rejected.",
        ),
        Field(
            name="excerpt",
            kind=Kind.TEXT,
            keys=("excerpt",),
            reads="excerpt",
            texts=lambda article: (article.excerpt,),
            scope="excerpt",
            help="Cut at 20,000 characters. Placeholders such as `NA` count as empty.",
        ),
        Field(
            name="topics",
            kind=Kind.TEXT,
            keys=("topics",),
            reads="topics",
            texts=_topics,
            scope="topic",
            facet=Facet(
                name="topic",
                label="Topic",
                plural="Topics",
                values=_topics,
                multiple=True,
                default=True,
                suggested=True,
            ),
            help="One topic or a list, at most 100 of at most 200 characters.",
        ),
        Field(
            name="provider",
            kind=Kind.TEXT,
            keys=("provider",),
            reads="provider",
            texts=_provider,
            scope="provider",
            facet=Facet(
                name="provider", label="Provider", plural="Providers", values=_provider, default=True, suggested=True
            ),
            help="A name, or a mapping with `name` and `domain`.",
        ),
        Field(
            name="type",
            kind=Kind.KEYWORD,
            keys=("type",),
            reads="name",
            facet=Facet(name="type", label="Type", plural="Types", values=lambda article: (article.type,)),
            help="`article` if there is none.",
        ),
        Field(
            name="url",
            kind=Kind.STORED,
            keys=("webUrl", "originalUrl"),
            reads="link",
            help="Only absolute http and https URLs.",
        ),
        Field(
            name="amp_url",
            kind=Kind.STORED,
            keys=("ampWebUrl", "cdnAmpWebUrl"),
            reads="link",
            help="Only absolute http and https URLs.",
        ),
        Field(
            name="published_at",
            kind=Kind.DATE,
            keys=("publishedDateTime",),
            reads="time",
            sorts=("newest", "oldest"),
            help="ISO 8601; UTC unless it has an offset. A file with an unreadable date is rejected.",
        ),
        Field(
            name="year",
            kind=Kind.KEYWORD,
            facet=Facet(
                name="year",
                label="Year",
                plural="Years",
                values=lambda article: (str(article.published_at.year),) if article.published_at else (),
            ),
            shown=False,
            help="The year of `published_at`, UTC.",
        ),
        Field(
            name="image",
            kind=Kind.STORED,
            keys=("images",),
            reads="image",
            help="The first image with a URL; `url`, `width` and `height` in pixels.",
        ),
        Field(
            name="category",
            kind=Kind.STORED,
            keys=("category",),
            reads="name",
            help="At most 200 characters.",
        ),
        Field(
            name="heat",
            kind=Kind.NUMBER,
            keys=("heat",),
            reads="number",
            sorts=("heat",),
            help="How popular the article is; a whole number.",
        ),
        Field(
            name="quality",
            kind=Kind.STORED,
            keys=("quality",),
            reads="number",
            help="A whole number.",
        ),
        Field(
            name="related",
            kind=Kind.STORED,
            keys=("related",),
            reads="related",
            help="A list of at most 100 items with the keys of an article; items without a title are dropped.",
        ),
    )

    @cached_property
    def text(self) -> tuple[Field, ...]:
        """The searched fields.  Postings, lengths and weights keep this order."""
        return tuple(field for field in self.fields if field.texts)

    @cached_property
    def scopes(self) -> dict[str, str]:
        """Query scope → field name."""
        return {field.scope: field.name for field in self.text if field.scope}

    @cached_property
    def facets(self) -> dict[str, Facet]:
        """Every facet by its name."""
        return {field.facet.name: field.facet for field in self.fields if field.facet}

    @cached_property
    def default_facets(self) -> tuple[str, ...]:
        """The facets that are counted unless a request names others."""
        return tuple(facet.name for facet in self.facets.values() if facet.default)

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The members that a result takes from its article."""
        return tuple(field.name for field in self.fields if field.shown)

    @cached_property
    def sorts(self) -> tuple[str, ...]:
        """The orders of results other than by relevance."""
        return tuple(name for field in self.fields for name in field.sorts)


SCHEMA = Schema()

TEXT_FIELDS = tuple(field.name for field in SCHEMA.text)
"""The names of the searched fields; arrays with a column for each field have them in this order."""
