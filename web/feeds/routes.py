"""The routes of the feeds: what a search of the page finds, and what was changed, newest first."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from flask import Blueprint, Response

from search import IndexInfo
from web.compression import ATOM, JSON_FEED
from web.feeds.atom import write_atom
from web.feeds.changes_feed import MAX_UPDATES, changes_feed
from web.feeds.json_feed import write_json_feed
from web.feeds.search_feed import FEED_DEFAULTS, Feed, feed_request, feed_urls, search_feed, with_relative_dates
from web.links import ATOM_CHANGES_PATH, ATOM_PATH, JSON_CHANGES_PATH, JSON_FEED_PATH
from web.parameters import parse, refuse_parameters, validate, without_blanks
from web.responses import cacheable, flask_response
from web.service import absolute_base_url, current_call

blueprint = Blueprint("feeds", __name__)

Write = Callable[[Feed, str], bytes]
"""Writes a feed, given the URL of the same feed in the other format."""

_AS_ATOM: Final[tuple[str, Write]] = (f"{ATOM}; charset=utf-8", write_atom)
_AS_JSON: Final[tuple[str, Write]] = (JSON_FEED, lambda feed, _: write_json_feed(feed))
"""Media type, and how the feed is written."""


@blueprint.get(ATOM_PATH)
def atom() -> Response:
    """The newest articles of a search as Atom."""
    return _feed(*_AS_ATOM, JSON_FEED_PATH)


@blueprint.get(JSON_FEED_PATH)
def json_feed() -> Response:
    """The newest articles of a search as JSON Feed."""
    return _feed(*_AS_JSON, ATOM_PATH)


@blueprint.get(ATOM_CHANGES_PATH)
def atom_changes() -> Response:
    """The articles that were added, changed or removed last, as Atom."""
    return _changes(*_AS_ATOM, JSON_CHANGES_PATH)


@blueprint.get(JSON_CHANGES_PATH)
def json_changes() -> Response:
    """The same as JSON Feed."""
    return _changes(*_AS_JSON, ATOM_CHANGES_PATH)


def _changes(mimetype: str, write: Write, other_path: str) -> Response:
    """The feed of changes in one format; like `_feed`."""
    call, base_url = current_call(), absolute_base_url()
    refuse_parameters(call.query)
    index, changes = call.service.call_engine(lambda engine: list(islice(engine.latest_changes(), MAX_UPDATES)))
    feed = changes_feed(base_url, call.path, changes, index, call.service.settings.site_name)
    return _response(mimetype, write(feed, f"{base_url}{other_path}"), index, index.snapshot, base_url)


def _response(mimetype: str, body: bytes, index: IndexInfo, *identity: str) -> Response:
    """Without a public URL, the URLs in the body depend on the Host header, so the response is not cached here."""
    call = current_call()
    is_cached = call.service.settings.public_url is not None
    return flask_response(cacheable(call, body, mimetype, index, *identity, cached=is_cached))


def _feed(mimetype: str, write: Write, other_path: str) -> Response:
    """The feed in one format; `write` gets the URL of the same feed in the other.  Its URLs are absolute."""
    call, base_url = current_call(), absolute_base_url()
    settings = call.service.settings
    parsed = without_blanks(parse(call.query))
    request = feed_request(validate(parsed, FEED_DEFAULTS))
    results = call.service.engine.search(request)
    rewritten_at = call.service.engine.rewritten_at([hit.article.id for hit in results.hits], results.index.snapshot)
    subscribed = with_relative_dates(request, parsed)
    urls = feed_urls(base_url, call.path, subscribed)
    feed = search_feed(
        base_url, urls, results, rewritten_at, settings.site_name, datetime.now(UTC), settings.show_images
    )
    body = write(feed, str(feed_urls(base_url, other_path, subscribed)))
    identity = repr(request), str(urls), call.service.asset_version
    return _response(mimetype, body, results.index, *identity)
