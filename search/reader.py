"""One Markdown file → `Article`, or `ArticleRejected` with a reason.  The only module that knows front matter and YAML.

Front matter is read under YAML's failsafe schema: every scalar stays the text that was written, so that the titles
`no`, `1.10` and `2024-05-01` are found and shown as such; numbers, dates and truth values are made by the fields that
are one.  Aliases, merge keys, duplicate keys and tags that make objects are refused: nothing in a file can run or grow.

`secured` goes no further than the front matter it stands in.
"""

import re
from typing import Any, NamedTuple, cast

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

from search.article import Article
from search.errors import ArticleRejected
from search.fields import LIST_LIMIT, Fields, Mapping, Value

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


class _Loader(yaml.CSafeLoader):
    """Builds plain values straight from the parser's events.

    Composing nodes first, as PyYAML does, recurses in C without a limit (100,000 brackets end the process), follows
    aliases before anyone can object, and takes more than twice as long."""

    def get_single_data(self) -> Value:
        self.get_event()  # the stream starts
        if isinstance(self.get_event(), yaml.StreamEndEvent):
            return None
        value = self._value(self.get_event(), DEPTH_LIMIT)
        self.get_event()  # the document ends
        if not isinstance(event := self.get_event(), yaml.StreamEndEvent):
            raise _rejected("yaml", event, "a second YAML document begins")
        return value

    def _value(self, event: Any, depth: int) -> Value:
        kind = type(event)
        if event.anchor is not None:
            raise _rejected("alias", event, "an anchor (&) or alias (*); write the value itself, a text in quotes")
        if kind is yaml.ScalarEvent:
            if event.tag is not None:
                _check_tag(event, _TEXT_TAGS)
            return None if event.value in _NULLS and event.implicit[0] else event.value
        if not depth:
            raise _rejected("too deep", event, f"more than {DEPTH_LIMIT} lists or mappings inside one another")
        if event.tag is not None:
            _check_tag(event, _COLLECTION_TAGS)
        return self._mapping(depth - 1) if kind is yaml.MappingStartEvent else self._list(depth - 1)

    def _list(self, depth: int) -> list[Value]:
        values = []
        while type(event := self.get_event()) is not yaml.SequenceEndEvent:
            values.append(self._value(event, depth))
        return values

    def _mapping(self, depth: int) -> Mapping:
        values: Mapping = {}
        while type(event := self.get_event()) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent:
                raise _rejected("yaml", event, "a key that is not text")
            key = event.value
            if key in values:
                raise _rejected("duplicate key", event, "a key that was there before; keep one")
            if key == "<<" and event.implicit[0]:
                raise _rejected("merge key", event, "a merge key (<<); write the keys themselves")
            values[key] = self._value(self.get_event(), depth)
        return values


_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TEXT_TAGS = frozenset({"!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "timestamp"))})
_COLLECTION_TAGS = frozenset({"!", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})


def _check_tag(event: Any, allowed: frozenset[str]) -> None:
    if event.tag not in allowed:
        raise _rejected("tag", event, "a YAML tag (!) other than those of plain texts, lists and mappings; remove it")


def _rejected(reason: str, event: Any, what: str) -> ArticleRejected:
    return ArticleRejected(reason, f"line {event.start_mark.line + 2}: {what}")


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
            metadata = yaml.load(fm, Loader=_Loader)  # noqa: S506 (a safe loader, and safer)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 2 if error.problem_mark else 1
            raise ArticleRejected("yaml", f"line {line}: {error.problem}") from None
        except yaml.YAMLError:
            raise ArticleRejected("yaml", "a control character, which YAML does not allow; remove it") from None
        if not isinstance(metadata, dict):
            raise ArticleRejected("not a mapping", "the front matter is not made of lines like `title: …`")
        metadata.pop("secured", None)  # nobody can leak what nobody was given
        return metadata


_FRONT_MATTER = _FrontMatter()
