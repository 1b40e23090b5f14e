"""One Markdown file → `Article`, or `ArticleRejected` with a reason.  The only user of python-frontmatter.

Every scalar of the front matter stays the text that was written, so titles such as `no`, `1.10` and `2024-05-01` are
found and shown as they are.  Numbers, dates and booleans are read field by field.

The value of `secured` (encrypted full text) never leaves the front matter.
"""

import re
from typing import NamedTuple, cast

import frontmatter
from frontmatter.default_handlers import YAMLHandler

from search.archive.front_matter import LIST_LIMIT, FrontMatter
from search.archive.plain_yaml import Mapping, YamlError, load
from search.article import Article
from search.errors import ArticleRejected
from search.schema import SCHEMA

FILE_LIMIT = 2**20  # bytes; 30 times the largest real file, and parsed in a second whatever it contains
DEPTH_LIMIT = 20  # nested lists and mappings; real files have 5

_READ = tuple((field.name, field.reads, field.keys, field.fallbacks) for field in SCHEMA.fields if field.reads)
KEYS = frozenset({"published", "featuredContent", "secured"}).union(*(row[2] + row[3] for row in _READ))
"""The known front-matter keys."""


class Reading(NamedTuple):
    """The article of a file, None if it is not published, and notes on what was left out.

    A note is `code` or `code: detail`: undated · no provider · body not indexed · unknown key: <key> · fallback: <key>
    · or a note of `front_matter`."""

    article: Article | None
    notes: tuple[str, ...]


def read_article(content: bytes, id: str) -> Reading:
    """The article in the file `content`.  Raises only `ArticleRejected`."""
    text = _decoded(content)
    first_line = text[: len(text) - len(text.lstrip())].count("\n") + 1  # `parse` strips the blank lines before it
    metadata, body = frontmatter.parse(text, handler=_Handler(first_line))  # not `load`: it hides a BOM and bad bytes
    notes = [f"unknown key: {_printable(key)}" for key in metadata if key not in KEYS][:LIST_LIMIT]
    if body:
        notes.append("body not indexed")
    fields = FrontMatter(cast(Mapping, metadata), notes)
    article = _article(fields, id) if fields.published() else None
    return Reading(article, tuple(notes))


def _article(fields: FrontMatter, id: str) -> Article:
    values = {
        name: getattr(fields, reads)(*(_present(fields, keys, fallbacks) if fallbacks else keys))
        for name, reads, keys, fallbacks in _READ
    }
    article = Article(id=id, **{name: value for name, value in values.items() if value is not None})
    if article.published_at is None:
        fields.notes.append("undated")
    if article.provider is None:
        fields.notes.append("no provider")
    return article


def _present(fields: FrontMatter, keys: tuple[str, ...], fallbacks: tuple[str, ...]) -> tuple[str, ...]:
    """The keys to read: `keys`, or the fallbacks that have a value if none of `keys` has one."""
    if any(map(fields.get, keys)):
        return keys
    present = tuple(filter(fields.get, fallbacks))
    fields.notes += [f"fallback: {key}" for key in present]
    return present or keys


def _printable(key: str) -> str:
    return "".join(filter(str.isprintable, key[:60]))


def _decoded(content: bytes) -> str:
    if len(content) > FILE_LIMIT:
        raise ArticleRejected("too large", f"the file has {len(content):,} bytes; at most {FILE_LIMIT:,} are allowed")
    if not content:
        raise ArticleRejected("empty", "the file is empty")
    if b"\0" in content:
        raise ArticleRejected("nul", "the file contains a NUL byte; save it as UTF-8")
    try:
        return str(content, "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ArticleRejected("not utf-8", f"byte {error.start} is not UTF-8; save the file as UTF-8") from None


class _Handler(YAMLHandler):
    """python-frontmatter's YAML, with an error in every case in which the library silently finds no metadata."""

    opening = re.compile(r"(-{3,})[ \t]*\n")
    closing = re.compile(r"\n(-{3,}|\.\.\.)[ \t]*(?:\n|\Z)")

    def __init__(self, first_line: int) -> None:
        """`first_line` is the number of the opening `---` in the file."""
        self.first_line = first_line

    def split(self, text: str) -> tuple[str, str]:
        begin = self.opening.match(text)
        if begin is None:
            raise ArticleRejected("no front matter", "the file does not begin with a line ---")
        end = self.closing.search(text, begin.end() - 1)
        # A longer line of dashes closes only what the same line opens: it may be a rule in an excerpt.
        while end and end[1] not in ("---", "...", begin[1]):
            end = self.closing.search(text, end.end() - 1)
        if end is None:
            raise ArticleRejected("front matter not closed", "no line --- ends the front matter")
        return text[begin.end() : end.start()], text[end.end() :]

    def load(self, fm: str, **_: object) -> Mapping:
        try:
            metadata = load(fm, DEPTH_LIMIT)
        except YamlError as error:
            line = f"line {self.first_line + error.line}: " if error.line else ""
            raise ArticleRejected(error.reason, line + error.detail) from None
        if not isinstance(metadata, dict):
            raise ArticleRejected("not a mapping", "the front matter has no lines like `title: …`")
        metadata.pop("secured", None)
        return metadata
