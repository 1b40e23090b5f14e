"""Writes a feed as Atom 1.0 (RFC 4287), its pages linked by RFC 5005."""

import re
from datetime import datetime
from html import escape
from io import StringIO
from typing import Any, Final

from feedgenerator import Atom1Feed

from web.compression import JSON_FEED
from web.feeds.search_feed import UNDATED, Feed

_not_xml: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").sub


def write_atom(feed: Feed, json_feed: str) -> bytes:
    """The feed as an XML document; `json_feed` is the URL of the same feed as JSON."""
    writer = _Writer(
        title=_text(feed.title),
        link=feed.page,
        description="",
        author_name=_text(feed.author),
        feed_url=feed.self,
        feed_guid=feed.id,
        updated=feed.updated,
        links={"first": "", "next": feed.next, "previous": feed.previous},
        json_feed=json_feed,
    )
    for entry in feed.entries:
        writer.add_item(
            title=_text(entry.title),
            link=entry.url,
            description=escape(_text(entry.summary), quote=False) or None,  # the library writes it as HTML
            unique_id=entry.id,
            pubdate=entry.published,
            updateddate=entry.updated or UNDATED,
            author_name=_text(entry.author) or None,
            categories=[_text(topic) for topic in entry.topics],
        )
    document = StringIO()
    writer.write(document, "utf-8")
    return document.getvalue().encode()


class _Writer(Atom1Feed):  # type: ignore[misc]  # the library has no types
    """Adds the feed's own time and its other links."""

    def latest_post_date(self) -> datetime:
        updated: datetime = self.feed["updated"]
        return updated

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("link", "", {"rel": "alternate", "type": JSON_FEED, "href": self.feed["json_feed"]})
        for rel, href in self.feed["links"].items():
            if href:
                handler.addQuickElement("link", "", {"rel": rel, "href": href})


def _text(text: str) -> str:
    """The text without the characters that XML forbids."""
    return _not_xml("", text)
