"""Typed values from the texts of front matter, within the archive's limits.

An unreadable title, date or `published` rejects the article, because it would be found, sorted or shown wrongly.
Any other unreadable value is left out and noted:

    unreadable: <key> · cut: <key> · cut at #: <key>; … · related dropped: <reason>

Notes and rejections never contain a value.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from search.archive.cleaning import clean, domain, is_placeholder, link, moment, name, whole
from search.archive.plain_yaml import CutText, Mapping, Value
from search.article import Image, Provider, Related
from search.build_report import CUT_BY_COMMENT
from search.errors import ArticleRejected

TITLE_LIMIT = 1_000  # characters as written; a longer title is usually a text whose quotes are not closed
EXCERPT_LIMIT = 20_000  # characters as written; the rest is cut
LIST_LIMIT = 100  # topics, images, related items or unknown keys of one article; the rest is ignored

_T = TypeVar("_T")

_ZERO_DATE = "0-: TZ"  # `0000-00-00 00:00:00` is MySQL's missing date
_WORD_LISTS = frozenset({"tags", "categories"})  # a text under these keys is a list, as Jekyll splits it
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class FrontMatter:
    """One mapping of front matter: an article's, or a related item's.

    Each method reads one kind of value from the first of the given keys that has a usable one.  `notes` collects what
    could not be read."""

    def __init__(self, metadata: Mapping, notes: list[str]) -> None:
        self.get = metadata.get
        self.notes = notes

    def name(self, *keys: str) -> str | None:
        for key in keys:
            self._note_comment(key, self.get(key))
        return self._first(keys, name)

    def number(self, *keys: str) -> int | None:
        return self._first(keys, whole)

    def link(self, *keys: str) -> str | None:
        return self._first(keys, link)

    def published(self) -> bool:
        """True if the key is absent.  Any other value is not guessed: a withdrawn article must not be shown."""
        value = self.get("published")
        if value is None or value == "":
            return True
        published = _BOOLEANS.get(value.strip().lower()) if isinstance(value, str) else None
        if published is None:
            raise ArticleRejected("published", "published must be true or false")
        return published

    def title(self, key: str = "title") -> str:
        """The title.  Raises `ArticleRejected` if there is none."""
        value = self.get(key)
        if isinstance(value, list | dict):
            raise ArticleRejected("title not text", "the title is a list or mapping; put it in quotes")
        if value and len(value) > TITLE_LIMIT:
            raise ArticleRejected(
                "title too long", f"the title has {len(value):,} characters; at most {TITLE_LIMIT:,} are allowed"
            )
        title = clean(value) if value else ""
        if not title:
            if type(value) is CutText:
                raise ArticleRejected("no title", "the title begins with #, as a comment does; put it in quotes")
            raise ArticleRejected("no title", "the title is missing or empty; write one")
        self._note_comment(key, value)
        return title

    def excerpt(self, key: str = "excerpt") -> str:
        """The excerpt, "" if there is none or only a placeholder."""
        value = self._text(key)
        self._note_comment(key, value)
        if not value:
            return ""
        if len(value) > EXCERPT_LIMIT:
            self.notes.append(f"cut: {key}")
            value = value[:EXCERPT_LIMIT]
        excerpt = clean(value)
        return "" if is_placeholder(excerpt) else excerpt

    def time(self, key: str = "publishedDateTime") -> datetime | None:
        """A time, aware and in UTC.  Raises `ArticleRejected` if the value is not a date."""
        text = self.get(key)
        if text is None:
            return None
        if not isinstance(text, str):
            raise ArticleRejected("date", f"{key} is a list or mapping; write one date")
        try:
            return moment(text)
        except (ValueError, OverflowError):
            if is_placeholder(text.strip()) or not text.strip(_ZERO_DATE):
                return None
            raise ArticleRejected("date", f"{key} is not a date like 2024-05-01T10:00:00Z") from None

    def topics(self, *keys: str) -> tuple[str, ...]:
        """Each topic once, in the order of the file; a value is one topic or a list, nested or not."""
        topics: dict[str, None] = {}
        for key in keys:
            self._note_comment(key, self.get(key))
            topics |= dict.fromkeys(self._names(key, self._items(key)))
        return tuple(topics)[:LIST_LIMIT]

    def provider(self, key: str = "provider") -> Provider | None:
        """The provider: a mapping with a name, or the name itself."""
        value = self.get(key)
        if isinstance(value, dict):
            fields = FrontMatter(value, self.notes)
            provider = fields.name("name")
            return Provider(provider, fields._first(("domain",), domain)) if provider else None
        provider = self.name(key)
        return Provider(provider) if provider else None

    def image(self, key: str = "images") -> Image | None:
        """The first image that has a link."""
        images = self._items(key)
        for item in images:
            fields = FrontMatter(item if isinstance(item, dict) else {"url": item}, [])
            if url := fields.link("url"):
                return Image(url, fields._pixels("width"), fields._pixels("height"))
        if images:
            self.notes.append(f"unreadable: {key}")
        return None

    def related(self, key: str = "related") -> tuple[Related, ...]:
        """The related items that can be read.  The others are dropped and noted."""
        related = []
        for item in self._items(key):
            try:
                related.append(_related_item(item))
            except ArticleRejected as rejected:
                self.notes.append(f"related dropped: {rejected.reason}")
        return tuple(related)

    def _names(self, key: str, values: list[Value]) -> Iterator[str]:
        for value in values:
            self._note_comment(key, value)
            if isinstance(value, list):
                yield from self._names(key, value)
            elif isinstance(value, str) and (topic := name(value)):
                yield topic
            elif value:
                self.notes.append(f"unreadable: {key}")

    def _note_comment(self, key: str, value: Value) -> None:
        if type(value) is CutText:
            note = f"{CUT_BY_COMMENT}{key}; put it in quotes"
            if note not in self.notes:
                self.notes.append(note)

    def _pixels(self, key: str) -> int:
        return max(self.number(key) or 0, 0)

    def _first(self, keys: tuple[str, ...], read: Callable[[str], _T | None]) -> _T | None:
        for key in keys:
            if text := self._text(key):
                if (value := read(text)) is not None:
                    return value
                self.notes.append(f"unreadable: {key}")
        return None

    def _text(self, key: str) -> str | None:
        """The scalar under `key` as written."""
        value = self.get(key)
        if value is None or isinstance(value, str):
            return value
        self.notes.append(f"unreadable: {key}")
        return None

    def _items(self, key: str) -> list[Value]:
        """The list under `key`; a single value counts as a list of one."""
        value = self.get(key)
        if value is None or value == "":
            return []
        if isinstance(value, str) and key in _WORD_LISTS:
            value = list(value.split("," if "," in value else None))
        if not isinstance(value, list):
            return [value]
        if len(value) > LIST_LIMIT:
            self.notes.append(f"cut: {key}")
        return value[:LIST_LIMIT]


def _related_item(item: Value) -> Related:
    if not isinstance(item, dict):
        raise ArticleRejected("not a mapping", "a related item without fields")
    fields = FrontMatter(item, [])
    return Related(
        title=fields.title(),
        excerpt=fields.excerpt(),
        url=fields.link("webUrl", "originalUrl"),
        provider=fields.provider(),
        published_at=fields.time(),
        type=fields.name("type"),
        quality=fields.number("quality"),
        image=fields.image(),
    )
