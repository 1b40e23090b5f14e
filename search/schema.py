"""The table of fields: what an article has, which front-matter keys it is read from, and how each field is used.

Everything that lists fields comes from `SCHEMA`: the reader, the index, query scopes, filters, facets, the API's
parameters and results, the page's facet groups, the command line's options and the README's table.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from functools import cached_property, lru_cache
from typing import ClassVar, Literal

from search.article import Article
from search.text import tidy

Values = Callable[[Article], Iterable[str]]
"""An article's texts or keywords of one field."""

Clean = Callable[[str], str]
"""How a value of a request is changed to one that articles have."""

Reads = Literal["title", "excerpt", "topics", "provider", "link", "time", "name", "number", "image", "related"]
"""How a value is read from front matter: a method of `search.archive.front_matter.FrontMatter`."""


Sort = Literal["relevance", "newest", "oldest", "heat"]
"""The orders of results."""


class Kind(Enum):
    """What can be done with a field's values."""

    TEXT = "text"  # analysed and searched
    KEYWORD = "keyword"  # counted and filtered as whole values
    DATE = "date"
    NUMBER = "number"
    STORED = "stored"  # returned with results, nothing else


@dataclass(frozen=True, slots=True)
class Facet:
    """How the whole values of a field are counted and filtered."""

    name: str  # the parameter, and the facet's name in responses
    plural: str
    values: Values
    multiple: bool = False  # an article may have several values; `<name>_op` says whether it must match any or all
    default: bool = False  # counted unless the request names other facets
    suggested: bool = False  # values are offered as completions
    browsed: bool = True  # the page lists the values
    clean: Clean | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the table."""

    name: str  # the attribute of `Article`, and the member of a result
    kind: Kind
    help: str  # for the README's table
    _: KW_ONLY
    keys: tuple[str, ...] = ()  # front-matter keys; the first with a usable value counts
    fallbacks: tuple[str, ...] = ()  # Jekyll's keys, read from articles that have none of `keys`
    reads: Reads | None = None
    texts: Values | None = None  # the analysed texts of a text field; a phrase never spans two of them
    scope: str | None = None  # the prefix of a query that searches only this field: `title:`
    facet: Facet | None = None
    sorts: tuple[str, ...] = ()  # the sort orders by this field
    lookup: str | None = None  # what a filter by this field finds: single articles
    shown: bool = True  # returned with results

    def texts_of(self, article: Article) -> Iterable[str]:
        """The analysed texts that the article has in this field; none unless it is a text field."""
        return self.texts(article) if self.texts else ()


def _topics(article: Article) -> Iterable[str]:
    return article.topics


def _provider(article: Article) -> Iterable[str]:
    return (article.provider.name,) if article.provider else ()


_PATH = re.compile("[/?#]")
_PORT = re.compile(r":\d*$")


def domain_name(text: str) -> str:
    """The host name of a URL, or the host name itself, in lower case and without `www.` and port."""
    host = _PATH.split(text.partition("://")[2] or text, maxsplit=1)[0].rpartition("@")[2]
    return _tidy_host(host) or text


@lru_cache(maxsize=1 << 12)
def _tidy_host(host: str) -> str:
    return tidy(_PORT.sub("", host)).lower().removeprefix("www.")


def _domains(article: Article) -> Iterable[str]:
    """The domains of the provider and of the URL, which are mostly the same."""
    texts = (article.provider.domain if article.provider else None, article.url)
    return dict.fromkeys(domain_name(text) for text in texts if text)


def _category(article: Article) -> Iterable[str]:
    return (article.category,) if article.category else ()


def _year(article: Article) -> Iterable[str]:
    return (str(article.published_at.year),) if article.published_at else ()


class Schema:
    """The fields of articles, in the order in which results return them."""

    # fmt: off
    fields: ClassVar[tuple[Field, ...]] = (
        Field("id", Kind.KEYWORD, "The path of the file without its suffix.",
              lookup="Only the articles with any of these ids."),
        Field("title", Kind.TEXT, "Required. A file without a title, or with more than 1,000 characters, is rejected.",
              keys=("title",), reads="title", texts=lambda article: (article.title,), scope="title"),
        Field("excerpt", Kind.TEXT, "Cut at 20,000 characters. Placeholders such as `NA` count as empty.",
              keys=("excerpt",), fallbacks=("description",), reads="excerpt",
              texts=lambda article: (article.excerpt,), scope="excerpt"),
        Field("topics", Kind.TEXT, "One topic or a list, at most 100 of at most 200 characters.",
              keys=("topics",), fallbacks=("tags", "categories"), reads="topics", texts=_topics, scope="topic",
              facet=Facet("topic", "Topics", _topics, multiple=True, default=True, suggested=True)),
        Field("provider", Kind.TEXT, "A name, or a mapping with `name` and `domain`.",
              keys=("provider",), reads="provider", texts=_provider, scope="provider",
              facet=Facet("provider", "Providers", _provider, default=True, suggested=True)),
        Field("type", Kind.KEYWORD, "`article` if there is none.",
              keys=("type",), reads="name", facet=Facet("type", "Types", lambda article: (article.type,))),
        Field("domain", Kind.KEYWORD, "The domains of `provider` and `url`, without `www.`.",
              facet=Facet("domain", "Domains", _domains, browsed=False, clean=domain_name), shown=False),
        Field("url", Kind.STORED, "Only absolute http and https URLs.",
              keys=("webUrl", "originalUrl"), reads="link",
              lookup="Only the articles with any of these URLs or AMP URLs, exactly as results have them."),
        Field("amp_url", Kind.STORED, "Only absolute http and https URLs.",
              keys=("ampWebUrl", "cdnAmpWebUrl"), reads="link"),
        Field("published_at", Kind.DATE,
              "ISO 8601; UTC unless it has an offset. A file with an unreadable date is rejected.",
              keys=("publishedDateTime",), fallbacks=("date",), reads="time", sorts=("newest", "oldest")),
        Field("year", Kind.KEYWORD, "The year of `published_at`, UTC.",
              facet=Facet("year", "Years", _year), shown=False),
        Field("image", Kind.STORED, "The first image with a URL; `url`, `width` and `height` in pixels.",
              keys=("images",), reads="image"),
        Field("category", Kind.KEYWORD, "At most 200 characters.", keys=("category",), reads="name",
              facet=Facet("category", "Categories", _category, browsed=False)),
        Field("heat", Kind.NUMBER, "How popular the article is; a whole number.",
              keys=("heat",), reads="number", sorts=("heat",)),
        Field("quality", Kind.STORED, "A whole number.", keys=("quality",), reads="number"),
        Field("related", Kind.STORED,
              "A list of at most 100 items with the keys of an article; items without a title are dropped.",
              keys=("related",), reads="related"),
    )
    # fmt: on

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
    def browsed_facets(self) -> tuple[str, ...]:
        """The facets whose values the page lists."""
        return tuple(facet.name for facet in self.facets.values() if facet.browsed)

    @cached_property
    def lookups(self) -> dict[str, str]:
        """The fields whose values identify an article, and what filters by them find."""
        return {field.name: field.lookup for field in self.fields if field.lookup}

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
