"""Decides whether a client has the current response already: If-None-Match and If-Modified-Since (RFC 9110)."""

import re
from typing import TYPE_CHECKING, Final

from werkzeug.http import parse_date

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ADDED_BY_PROXIES: Final = re.compile("-{1,2}(?:br|deflate|gzip|zstd)$")


def not_modified(environ: "WSGIEnvironment", etag: str, last_modified: str) -> bool:
    """Whether a request names the response with this weak ETag, or else the one with this Last-Modified.

    Times must be equal, not earlier: a response may be older than the one that it replaces, as after a rollback."""
    tags: str | None = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return tags == etag or any(_opaque(tag) in {"*", _opaque(etag)} for tag in tags.split(","))
    since: str | None = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None:
        return False
    return since == last_modified or ((moment := parse_date(since)) is not None and moment == parse_date(last_modified))


def _opaque(tag: str) -> str:
    """The part of an ETag that must be equal, without the suffixes of proxies that compress responses."""
    return _ADDED_BY_PROXIES.sub("", tag.strip().removeprefix("W/").strip('"'))
