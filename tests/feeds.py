"""Checks feeds against their specifications: RFC 4287 (Atom), rule by rule, and JSON Feed 1.1, by a schema."""

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from jsonschema import Draft202012Validator

ATOM = "{http://www.w3.org/2005/Atom}"
PERSON = {"name", "uri", "email"}
ONE_OF_FEED = {"id", "title", "updated"}
AT_MOST_ONE_OF_FEED = {"generator", "icon", "logo", "rights", "subtitle"}
MANY_OF_FEED = {"author", "category", "contributor", "link", "entry"}
ONE_OF_ENTRY = {"id", "title", "updated"}
AT_MOST_ONE_OF_ENTRY = {"content", "published", "rights", "source", "summary"}
MANY_OF_ENTRY = {"author", "category", "contributor", "link"}
TEXTS = ("title", "subtitle", "summary", "rights")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def atom(document: bytes) -> ElementTree.Element:
    """The feed element of a valid Atom document; fails with the rule that is broken."""
    assert document.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    feed = ElementTree.fromstring(document)  # noqa: S314  # our own document
    assert feed.tag == f"{ATOM}feed", "4.1.1: the document element is atom:feed"
    entries = feed.findall(f"{ATOM}entry")
    _children(feed, ONE_OF_FEED, AT_MOST_ONE_OF_FEED, MANY_OF_FEED)
    assert feed.find(f"{ATOM}author") is not None or all(e.find(f"{ATOM}author") is not None for e in entries), (
        "4.1.1: a feed without an author has one in every entry"
    )
    for entry in entries:
        _children(entry, ONE_OF_ENTRY, AT_MOST_ONE_OF_ENTRY, MANY_OF_ENTRY)
        if entry.find(f"{ATOM}content") is None:
            assert [link for link in _links(entry) if link.get("rel", "alternate") == "alternate"], (
                "4.1.2: an entry without content has an alternate link"
            )
    ids = Counter((text(entry, "id"), text(entry, "updated")) for entry in entries)
    assert not [id for id, number in ids.items() if number > 1], "4.1.1: entries with one id have different times"
    for element in (feed, *entries):
        _simple_rules(element)
    assert len([link for link in _links(feed) if link.get("rel") == "self"]) == 1, "4.1.1: a feed links to itself"
    return feed


def text(element: ElementTree.Element, name: str) -> str:
    """The text of a child."""
    return element.findtext(f"{ATOM}{name}") or ""


def links(element: ElementTree.Element) -> dict[str, str]:
    """The links of a feed or entry by relation; of several, the first."""
    return {link.get("rel", "alternate"): link.attrib["href"] for link in reversed(_links(element))}


def _links(element: ElementTree.Element) -> list[ElementTree.Element]:
    return element.findall(f"{ATOM}link")


def _children(element: ElementTree.Element, one: set[str], at_most_one: set[str], many: set[str]) -> None:
    names = Counter(child.tag.removeprefix(ATOM) for child in element)
    assert {name: names[name] for name in one} == dict.fromkeys(one, 1), "4.1: id, title and updated occur once"
    assert not [name for name in at_most_one if names[name] > 1], "4.1: these elements occur at most once"
    assert set(names) <= one | at_most_one | many, "4.1: no other elements of Atom"


def _simple_rules(element: ElementTree.Element) -> None:
    """The rules of constructs that feeds and entries share."""
    assert urlsplit(text(element, "id")).scheme, "4.2.6: an id is an absolute IRI"
    for name in ("updated", "published"):
        for moment in element.findall(f"{ATOM}{name}"):
            assert RFC3339.fullmatch(moment.text or ""), "3.3: times are those of RFC 3339"
    for name in TEXTS:
        for construct in element.findall(f"{ATOM}{name}"):
            assert construct.get("type", "text") in {"text", "html"}, "3.1.1: the types of texts"
            assert not len(construct), "3.1.1: text and html have no elements"
    for name in ("author", "contributor"):
        for person in element.findall(f"{ATOM}{name}"):
            assert text(person, "name"), "3.2.1: a person has a name"
            assert {child.tag.removeprefix(ATOM) for child in person} <= PERSON, "3.2: the elements of a person"
    for category in element.findall(f"{ATOM}category"):
        assert category.get("term"), "4.2.2.1: a category has a term"
    for link in _links(element):
        assert urlsplit(link.get("href", "")).scheme in {"http", "https"}, "4.2.7.1: a link has a URL"
        assert re.fullmatch(r"[\w.+-]+/[\w.+-]+", link.get("type", "a/b")), "4.2.7.3: a type is a media type"
    alternates = Counter(
        (link.get("type"), link.get("hreflang")) for link in _links(element) if link.get("rel") == "alternate"
    )
    assert max(alternates.values(), default=1) == 1, "4.1: alternate links differ in type or language"


_URL = {"type": "string", "pattern": "^https?://[^/]"}
_TEXT = {"type": "string", "minLength": 1}
_AUTHORS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"name": _TEXT, "url": _URL, "avatar": _URL},
        "minProperties": 1,
        "additionalProperties": False,
    },
}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": _TEXT,
        "home_page_url": _URL,
        "feed_url": _URL,
        "description": _TEXT,
        "user_comment": _TEXT,
        "next_url": _URL,
        "icon": _URL,
        "favicon": _URL,
        "authors": _AUTHORS,
        "language": _TEXT,
        "expired": {"type": "boolean"},
        "hubs": {"type": "array"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "properties": {
                    "id": _TEXT,
                    "url": _URL,
                    "external_url": _URL,
                    "title": _TEXT,
                    "content_html": _TEXT,
                    "content_text": _TEXT,
                    "summary": _TEXT,
                    "image": _URL,
                    "banner_image": _URL,
                    "date_published": {"type": "string", "pattern": f"^{RFC3339.pattern}$"},
                    "date_modified": {"type": "string", "pattern": f"^{RFC3339.pattern}$"},
                    "authors": _AUTHORS,
                    "tags": {"type": "array", "items": _TEXT},
                    "language": _TEXT,
                    "attachments": {"type": "array"},
                },
                "patternProperties": {"^_": {"type": "object"}},
                "additionalProperties": False,
            },
        },
    },
    "patternProperties": {"^_": {"type": "object"}},
    "additionalProperties": False,
}
"""The members of JSON Feed 1.1, with the types and the required ones of the specification."""


def json_feed(document: bytes) -> Any:
    """The content of a valid JSON Feed."""
    feed = json.loads(document)
    Draft202012Validator(JSON_FEED).validate(feed)
    next_url, ids = feed.get("next_url"), [item["id"] for item in feed["items"]]
    assert next_url != feed["feed_url"], "next_url must not be the same as feed_url"
    assert len(set(ids)) == len(ids), "an id is unique to its item"
    return feed
