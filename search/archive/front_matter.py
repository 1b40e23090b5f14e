"""The fields of an article, from the texts of its front matter, under the names and with the limits of the archive.

What is shown or searched must be right: an article whose title, date or `published` cannot be read is rejected, since
it would be found, sorted or shown wrongly.  Anything else that cannot be read is left out, and noted as

    unreadable: <key> · cut: <key> · related dropped: <reason>

Neither notes nor rejections ever hold the value of a field.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from search.archive.cleaning import clean, domain, is_placeholder, link, moment, name, whole
from search.archive.plain_yaml import Mapping, Value
from search.article import Image, Provider, Related
from search.errors import ArticleRejected

TITLE_LIMIT = 1_000  # characters as written; a longer one is a text whose quotes were not closed
EXCERPT_LIMIT = 20_000  # characters as written; the rest is cut off
LIST_LIMIT = 100  # topics, images, related items or unknown keys of one article; the rest is not looked at

_T = TypeVar("_T")

_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Fields:
    """One mapping of front matter (an article's or a related item's), read field by field; adds to `notes`."""

    def __init__(self, metadata: Mapping, notes: list[str]) -> None:
        self.get = metadata.get
        self.notes = notes

    def text(self, key: str) -> str | None:
        """The scalar under `key` as written; None where there is none."""
        value = self.get(key)
        if value is None or isinstance(value, str):
            return value
        self.notes.append(f"unreadable: {key}")
        return None

    def name(self, key: str) -> str | None:
        return self._read(key, name)

    def number(self, key: str) -> int | None:
        return self._read(key, whole)

    def link(self, *keys: str) -> str | None:
        """The first of `keys` under which there is a link."""
        for key in keys:
            if found := self._read(key, link):
                return found
        return None

    def _read(self, key: str, read: Callable[[str], _T | None]) -> _T | None:
        text = self.text(key)
        if not text:
            return None
        value = read(text)
        if value is None:
            self.notes.append(f"unreadable: {key}")
        return value

    def published(self) -> bool:
        """Missing counts as true; what is neither true nor false is not guessed, lest a withdrawn article be shown."""
        value = self.get("published")
        if value is None:
            return True
        truth = _TRUTH.get(value.strip().lower()) if isinstance(value, str) else None
        if truth is None:
            raise ArticleRejected("published", "published is neither true nor false; write one of them")
        return truth

    def title(self) -> str:
        value = self.get("title")
        if isinstance(value, list | dict):
            raise ArticleRejected("title not text", "the title is a list or mapping; put it in quotes")
        if value and len(value) > TITLE_LIMIT:
            raise ArticleRejected(
                "title too long", f"a title of {len(value):,} characters; {TITLE_LIMIT:,} are allowed"
            )
        title = clean(value) if value else ""
        if not title:
            raise ArticleRejected("no title", "there is no title, or nothing in it; write one")
        return title

    def excerpt(self) -> str:
        value = self.text("excerpt")
        if not value:
            return ""
        if len(value) > EXCERPT_LIMIT:
            self.notes.append("cut: excerpt")
            value = value[:EXCERPT_LIMIT]
        excerpt = clean(value)
        return "" if is_placeholder(excerpt) else excerpt

    def published_at(self) -> datetime | None:
        text = self.get("publishedDateTime")
        if text is None:
            return None
        if not isinstance(text, str):
            raise ArticleRejected("date", "publishedDateTime is a list or mapping; write one date")
        try:
            return moment(text)
        except (ValueError, OverflowError):
            raise ArticleRejected(
                "date", "publishedDateTime is no date, or is not written like 2024-05-01T10:00:00Z"
            ) from None

    def topics(self) -> tuple[str, ...]:
        """One topic or a list of them, nested or not; each once, in the order of the file."""
        return tuple(dict.fromkeys(self._names(self._items("topics"))))[:LIST_LIMIT]

    def _names(self, values: list[Value]) -> Iterator[str]:
        for value in values:
            if isinstance(value, list):
                yield from self._names(value)
            elif isinstance(value, str) and (topic := name(value)):
                yield topic
            elif value:
                self.notes.append("unreadable: topics")

    def provider(self) -> Provider | None:
        """A mapping with a name, or the name itself; what has none is no provider, for none is invented."""
        value = self.get("provider")
        if isinstance(value, dict):
            fields = Fields(value, self.notes)
            called = fields.name("name")
            return Provider(called, fields._read("domain", domain)) if called else None
        called = self.name("provider")
        return Provider(called) if called else None

    def image(self) -> Image | None:
        """The first of `images` that has a link."""
        images = self._items("images")
        for item in images:
            fields = Fields(item if isinstance(item, dict) else {"url": item}, [])
            if url := fields.link("url"):
                return Image(url, fields._pixels("width"), fields._pixels("height"))
        if images:
            self.notes.append("unreadable: images")
        return None

    def _pixels(self, key: str) -> int:
        return max(self.number(key) or 0, 0)

    def related(self) -> Iterator[Related]:
        """The related items that can be read; one that cannot is dropped and noted."""
        for item in self._items("related"):
            try:
                yield _related(item)
            except ArticleRejected as rejected:
                self.notes.append(f"related dropped: {rejected.reason}")

    def _items(self, key: str) -> list[Value]:
        """The list under `key`; a single value counts as a list of one, none as an empty one."""
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            return [value]
        if len(value) > LIST_LIMIT:
            self.notes.append(f"cut: {key}")
        return value[:LIST_LIMIT]


def _related(item: Value) -> Related:
    if not isinstance(item, dict):
        raise ArticleRejected("not a mapping", "a related item without fields")
    fields = Fields(item, [])
    return Related(
        title=fields.title(),
        excerpt=fields.excerpt(),
        url=fields.link("webUrl", "originalUrl"),
        provider=fields.provider(),
        published_at=fields.published_at(),
        type=fields.name("type"),
        quality=fields.number("quality"),
        image=fields.image(),
    )
