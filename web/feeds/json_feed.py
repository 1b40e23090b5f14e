"""Writes a feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from web.feeds.search_feed import Feed


class Author(msgspec.Struct):
    """The author of an item: its provider."""

    name: str


class Item(msgspec.Struct):
    """An article."""

    id: str
    url: str
    title: str
    content_text: str
    date_published: datetime | UnsetType
    date_modified: datetime | UnsetType
    authors: list[Author] | UnsetType
    tags: list[str] | UnsetType
    image: str | UnsetType


class JsonFeed(msgspec.Struct):
    """A page of a feed."""

    version: str
    title: str
    home_page_url: str
    feed_url: str
    authors: list[Author]
    items: list[Item]
    next_url: str | UnsetType = UNSET


def write_json_feed(feed: Feed) -> bytes:
    """The feed as JSON."""
    items = [
        Item(
            id=entry.id,
            url=entry.url,
            title=entry.title,
            content_text=entry.summary or entry.title,
            date_published=entry.published or UNSET,
            date_modified=entry.rewritten or UNSET,
            authors=[Author(entry.author)] if entry.author else UNSET,
            tags=[*entry.topics] or UNSET,
            image=entry.image or UNSET,
        )
        for entry in feed.entries
    ]
    return msgspec.json.encode(
        JsonFeed(
            version="https://jsonfeed.org/version/1.1",
            title=feed.title,
            home_page_url=feed.page,
            feed_url=feed.self,
            authors=[Author(feed.author)],
            items=items,
            next_url=feed.next or UNSET,
        )
    )
