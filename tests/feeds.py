"""Checks feeds against their specifications: RFC 4287 (Atom), by its RELAX NG grammar and rules, and JSON Feed 1.1."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from jsonschema import Draft202012Validator
from lxml import etree  # type: ignore[import-untyped]

ATOM = "{http://www.w3.org/2005/Atom}"
GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def atom(document: bytes) -> ElementTree.Element:
    """The feed element of a valid Atom document; fails with what the grammar does not allow or the broken rule."""
    assert document.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    GRAMMAR.assertValid(etree.fromstring(document))
    feed = ElementTree.fromstring(document)  # noqa: S314  # our own document
    assert feed.tag == f"{ATOM}feed", "4.1.1: the document element is atom:feed"
    entries = feed.findall(f"{ATOM}entry")
    assert feed.find(f"{ATOM}author") is not None or all(e.find(f"{ATOM}author") is not None for e in entries), (
        "4.1.1: a feed without an author has one in every entry"
    )
    for entry in entries:
        if entry.find(f"{ATOM}content") is None:
            assert [link for link in _links(entry) if link.get("rel", "alternate") == "alternate"], (
                "4.1.2: an entry without content has an alternate link"
            )
    ids = Counter((text(entry, "id"), text(entry, "updated")) for entry in entries)
    assert not [id for id, number in ids.items() if number > 1], "4.1.1: entries with one id have different times"
    for element in (feed, *entries):
        _rules_beside_the_grammar(element)
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


def _rules_beside_the_grammar(element: ElementTree.Element) -> None:
    """The rules in the text of the specification that feeds and entries share."""
    assert urlsplit(text(element, "id")).scheme, "4.2.6: an id is an absolute IRI"
    for name in ("updated", "published"):
        for moment in element.findall(f"{ATOM}{name}"):
            assert RFC3339.fullmatch(moment.text or ""), "3.3: times are those of RFC 3339"
    for person in element.findall(f"{ATOM}author"):
        assert text(person, "name"), "3.2.1: a name is for people to read"
    for category in element.findall(f"{ATOM}category"):
        assert category.get("term"), "4.2.2.1: a term identifies the category"
    for link in _links(element):
        assert urlsplit(link.get("href", "")).scheme in {"http", "https"}, "4.2.7.1: a link has a URL"
    alternates = Counter(
        (link.get("type"), link.get("hreflang")) for link in _links(element) if link.get("rel") == "alternate"
    )
    assert max(alternates.values(), default=1) == 1, "4.1: alternate links differ in type or language"


_URL = {"type": "string", "pattern": "^https?://[^/]"}
_TEXT = {"type": "string", "minLength": 1}
_TIME = {"type": "string", "pattern": f"^{RFC3339.pattern}$"}
_SIZE = {"type": "number", "minimum": 0}


def _object(members: dict[str, Any], *required: str, **others: Any) -> dict[str, Any]:
    """The schema of an object; members that begin with an underscore are extensions."""
    extensions = {"^_[A-Za-z]": {"type": "object"}}
    return {
        "type": "object",
        "properties": members,
        "required": [*required],
        "patternProperties": extensions,
        "additionalProperties": False,
        **others,
    }


_AUTHOR = _object({"name": _TEXT, "url": _URL, "avatar": _URL}, minProperties=1)
_AUTHORS = {"type": "array", "minItems": 1, "items": _AUTHOR}
_ATTACHMENT = _object(
    {"url": _URL, "mime_type": _TEXT, "title": _TEXT, "size_in_bytes": _SIZE, "duration_in_seconds": _SIZE},
    "url",
    "mime_type",
)
JSON_FEED = _object(
    {
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
        "hubs": {"type": "array", "items": _object({"type": _TEXT, "url": _URL}, "type", "url")},
        "items": {
            "type": "array",
            "items": _object(
                {
                    "id": _TEXT,
                    "url": _URL,
                    "external_url": _URL,
                    "title": _TEXT,
                    "content_html": _TEXT,
                    "content_text": _TEXT,
                    "summary": _TEXT,
                    "image": _URL,
                    "banner_image": _URL,
                    "date_published": _TIME,
                    "date_modified": _TIME,
                    "authors": _AUTHORS,
                    "tags": {"type": "array", "items": _TEXT},
                    "language": _TEXT,
                    "attachments": {"type": "array", "items": _ATTACHMENT},
                },
                "id",
                anyOf=[{"required": ["content_html"]}, {"required": ["content_text"]}],
            ),
        },
    },
    "version",
    "title",
    "items",
)
"""The members of JSON Feed 1.1, with the types and the required ones of the specification."""


def json_feed(document: bytes) -> Any:
    """The content of a valid JSON Feed."""
    feed = json.loads(document)
    Draft202012Validator(JSON_FEED).validate(feed)
    next_url, ids = feed.get("next_url"), [item["id"] for item in feed["items"]]
    assert next_url != feed["feed_url"], "next_url must not be the same as feed_url"
    assert len(set(ids)) == len(ids), "an id is unique to its item"
    return feed
