"""One Markdown file → `Article`, or `ArticleRejected` with a reason.  The only module that knows front matter.

Every scalar of it stays the text that was written, so that the titles `no`, `1.10` and `2024-05-01` are found and shown
as such; numbers, dates and truth values are made by the fields that are one.

`secured` goes no further than the front matter it stands in.
"""

import re
from typing import NamedTuple, cast

import frontmatter
from frontmatter.default_handlers import YAMLHandler

from search.archive.front_matter import LIST_LIMIT, Fields
from search.archive.plain_yaml import Mapping, YamlError, load
from search.article import Article
from search.errors import ArticleRejected

FILE_LIMIT = 2**20  # bytes; 30 times the largest real file, and parsed in a second whatever it holds
DEPTH_LIMIT = 20  # lists and mappings inside one another; real files have 5


# fmt: off
KEYS = frozenset((
    "category", "title", "excerpt", "publishedDateTime", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl", "type",
    "quality", "heat", "published", "provider", "topics", "images", "related", "featuredContent", "secured",
))
# fmt: on


class Reading(NamedTuple):
    """What one file gave: the article, or None where `published` is false, and notes on what was left out of it.

    A note is `code` or `code: detail`: undated · no provider · body not indexed · unknown key: <key> · or of `fields`.
    """

    article: Article | None
    notes: tuple[str, ...]


def read_article(content: bytes, id: str) -> Reading:
    """The article in the file `content`, under the given id.

    Raises `ArticleRejected`, and nothing else, for a file that cannot be read right."""
    metadata, body = frontmatter.parse(_decoded(content), handler=_FRONT_MATTER)
    notes = [f"unknown key: {_printable(key)}" for key in metadata if key not in KEYS][:LIST_LIMIT]
    if body:
        notes.append("body not indexed")
    fields = Fields(cast(Mapping, metadata), notes)
    article = _article(fields, id) if fields.published() else None
    return Reading(article, tuple(notes))


def _article(fields: Fields, id: str) -> Article:
    article = Article(
        id=id,
        title=fields.title(),
        excerpt=fields.excerpt(),
        topics=fields.topics(),
        provider=fields.provider(),
        url=fields.link("webUrl", "originalUrl"),
        amp_url=fields.link("ampWebUrl", "cdnAmpWebUrl"),
        image=fields.image(),
        published_at=fields.published_at(),
        type=fields.name("type") or "article",
        category=fields.name("category"),
        heat=fields.number("heat"),
        quality=fields.number("quality"),
        related=tuple(fields.related()),
    )
    if article.published_at is None:
        fields.notes.append("undated")
    if article.provider is None:
        fields.notes.append("no provider")
    return article


def _printable(key: str) -> str:
    return "".join(filter(str.isprintable, key[:60]))


def _decoded(content: bytes) -> str:
    if len(content) > FILE_LIMIT:
        raise ArticleRejected("too large", f"{len(content):,} bytes, more than the {FILE_LIMIT:,} an article may have")
    if not content:
        raise ArticleRejected("empty", "the file has no content")
    if b"\0" in content:
        raise ArticleRejected("nul", "the file holds a NUL byte; save it as UTF-8")
    try:
        return str(content, "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ArticleRejected("not utf-8", f"byte {error.start} is not UTF-8; save the file as UTF-8") from None


class _FrontMatter(YAMLHandler):
    """python-frontmatter's YAML, saying no where the library silently finds no metadata."""

    opening = re.compile(r"-{3,}[ \t]*\n")
    closing = re.compile(r"\n(?:-{3,}|\.\.\.)[ \t]*(?:\n|\Z)")

    def split(self, text: str) -> tuple[str, str]:
        begin = self.opening.match(text)
        if begin is None:
            raise ArticleRejected("no front matter", "the file does not begin with a line ---")
        end = self.closing.search(text, begin.end() - 1)
        if end is None:
            raise ArticleRejected("front matter not closed", "no line --- ends the front matter")
        return text[begin.end() : end.start()], text[end.end() :]

    def load(self, fm: str, **_: object) -> Mapping:
        try:
            metadata = load(fm, DEPTH_LIMIT)
        except YamlError as refused:
            line = f"line {refused.line + 1}: " if refused.line else ""  # after the line ---
            raise ArticleRejected(refused.reason, line + refused.detail) from None
        if not isinstance(metadata, dict):
            raise ArticleRejected("not a mapping", "the front matter is not made of lines like `title: …`")
        metadata.pop("secured", None)  # nobody can leak what nobody was given
        return metadata


_FRONT_MATTER = _FrontMatter()
